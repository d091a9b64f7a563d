"""Put what the staff are told before them: a notice on the desk's board."""

from services.clock import Clock
from services.conversations.message import Text
from services.outbox.notice import Notice, Receipt
from services.petitions.notices import NoticeBoard, StaffNotice


class DeskSender:
    """The way out to the desk of the centre."""

    def __init__(self, board: NoticeBoard, clock: Clock) -> None:
        """Take the board."""
        self._board = board
        self._clock = clock

    async def send(self, notice: Notice) -> Receipt:
        """Put the notice up; the delivery's id keeps a repeat from being a second notice."""
        text = "\n".join(part.body for part in notice.parts if isinstance(part, Text))
        await self._board.put_up(
            StaffNotice(
                id=notice.delivery_id,
                topic=notice.topic,
                handler=notice.contact.address,
                number=notice.fields.get("number", ""),
                text=text,
                at=self._clock.now(),
            )
        )
        return Receipt(way="board")
