"""What the channels ask of others; assembly/ supplies the objects."""

from typing import Protocol

from msgspec import Struct

from services.conversations.message import Inbound
from services.conversations.model import Answered, Conversation, Response


class Late(Struct, frozen=True):
    """No reply by the deadline: the message is kept safe, its reply follows through the outbox."""


class TooMany(Struct, frozen=True):
    """The citizen sent more messages in a minute than one person can; this one had no effect."""


class Busy(Struct, frozen=True):
    """Nothing could be kept (store and spill file both failed): the platform should come again."""


Outcome = Answered | Late | TooMany | Busy


class Responder(Protocol):
    """Who answers a citizen: the bots' router, which stays silent while somebody else owns the conversation."""

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Decide the answer to one message; called again, with a fresh conversation, when the write was stale."""
        ...


class Inbox(Protocol):
    """Where every channel hands in messages: repeats answered, order kept, deadline held, one effect each."""

    async def receive(self, inbound: Inbound) -> Outcome:
        """Handle one message and return within the deadline, whatever hangs."""
        ...
