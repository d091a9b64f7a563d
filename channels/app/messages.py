"""Hand a client's message to the inbox, whether it came by POST or by the stream."""

from datetime import timedelta

from channels.app.bodies import MessageAnswer, MessageBody, MessageLine, line
from channels.app.wording import NOWHERE, at_most
from channels.ports import Busy, Inbox, Late, TooMany
from services.clock import Clock
from services.conversations.message import (
    TEXT_LIMIT,
    Choice,
    ContactPoint,
    Image,
    Inbound,
    Location,
    MessageKey,
    Text,
)
from services.conversations.model import Answered, citizen_id
from services.errors import Invalid, ServiceError, Unavailable
from services.ids import derived_id
from services.media.service import MediaService

WORD_LIMIT = 200
"""Characters of a label or an id a client sends back; ours are far shorter."""


class TooManyMessages(ServiceError):
    """Refuse more messages in a minute than one person can write."""

    status = 429
    code = "messages.too_many"
    title = "您发得太快了，请稍等一分钟再发"


class MessageIntake:
    """Take messages of app clients."""

    def __init__(self, *, inbox: Inbox, media: MediaService, clock: Clock) -> None:
        """Take the inbox every channel shares, and who knows whose a picture is."""
        self._inbox = inbox
        self._media = media
        self._clock = clock

    async def take(self, contact: ContactPoint, body: MessageBody) -> MessageAnswer:
        """Hand in every part in order and return what was answered; repeating it returns the same.

        A late message has no place in the conversation yet, so its ``seq`` is 0: it is safe, and comes with its
        ``client_id`` as soon as it has one.

        Raises:
            Invalid: a part is too long or lies nowhere on earth.
            MediaNotFound: a picture is not this citizen's.
            TooManyMessages, Unavailable: what was taken before it is taken; a repeat does not take it again.
        """
        _check(body)
        pictures = tuple(part.media_id for part in body.parts if isinstance(part, Image))
        await self._media.check_owner(pictures, owner=citizen_id(contact))
        seq = 0
        replies: list[MessageLine] = []
        for number, part in enumerate(body.parts):
            # Derived, so that no client_id can be mistaken for the key of another message's part.
            key = body.client_id if number == 0 else derived_id("part", body.client_id, str(number))
            at, client_id = self._clock.now(), body.client_id
            inbound = Inbound(contact=contact, key=MessageKey(key), part=part, at=at, client_id=client_id)
            match await self._inbox.receive(inbound):
                case Answered() as answered:
                    seq = answered.seq
                    replies.extend(line(message) for message in answered.replies)
                case Late():
                    continue
                case TooMany():
                    raise TooManyMessages
                case Busy():
                    raise Unavailable("inbox is busy", retry_after=timedelta(seconds=5))
        return MessageAnswer(seq=seq, replies=tuple(replies))


def _check(body: MessageBody) -> None:
    """Refuse what nobody can have written, before anything is stored."""
    faults: dict[str, str] = {}
    for number, part in enumerate(body.parts):
        wrong: dict[str, str] = {}
        match part:
            case Text(words):
                wrong = {"body": at_most(TEXT_LIMIT)} if len(words) > TEXT_LIMIT else {}
            case Location(lat=lat, lng=lng, label=label):
                wrong = {} if abs(lat) <= 90 and abs(lng) <= 180 else {"lat": NOWHERE}  # noqa: PLR2004 - of the earth
                wrong |= _too_long(label=label)
            case Choice(key, label):
                wrong = _too_long(id=key, label=label)
            case Image(key):
                wrong = _too_long(media_id=key)
        faults |= {f"parts[{number}].{name}": fault for name, fault in wrong.items()}
    if faults:
        raise Invalid(fields=faults)


def _too_long(**words: str) -> dict[str, str]:
    return {name: at_most(WORD_LIMIT) for name, word in words.items() if len(word) > WORD_LIMIT}
