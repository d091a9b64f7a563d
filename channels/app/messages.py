"""Hand a client's message to the inbox, whether it came by POST or by the stream."""

from datetime import timedelta

from channels.app.bodies import MessageAnswer, MessageBody, MessageLine, line
from channels.ports import Busy, Inbox, Late, TooMany
from services.clock import Clock
from services.conversations.message import ContactPoint, Inbound, MessageKey
from services.conversations.model import Answered
from services.errors import ServiceError, Unavailable


class TooManyMessages(ServiceError):
    """Refuse more messages in a minute than one person can write."""

    status = 429
    code = "messages.too_many"
    title = "您发得太快了，请稍等一分钟再发"


class MessageIntake:
    """Take messages of app clients."""

    def __init__(self, *, inbox: Inbox, clock: Clock) -> None:
        """Take the inbox every channel shares."""
        self._inbox = inbox
        self._clock = clock

    async def take(self, contact: ContactPoint, body: MessageBody) -> MessageAnswer:
        """Hand in every part in order and return what was answered; repeating it returns the same."""
        seq = 0
        replies: list[MessageLine] = []
        for number, part in enumerate(body.parts):
            key = body.client_id if number == 0 else f"{body.client_id}#{number}"
            inbound = Inbound(contact=contact, key=MessageKey(key), part=part, at=self._clock.now())
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
