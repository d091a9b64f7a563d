"""The conversation document: one person on one account of ours, with its owner, its turn and its last messages."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct

from services.conversations.message import ContactPoint, Message, MessageKey, Provenance, ReplyPart
from services.database.collection import Document
from services.ids import CitizenId, ConversationId, derived_id
from services.promises import Pending, pending_since

MESSAGES_KEPT = 16
"""Messages in the document before the oldest chunk moves to the archive. Each turn writes the whole document: at 24 a
message cost twice the processor time that it costs at 8, for messages that hardly anybody reads again."""
ARCHIVE_CHUNK = 12
"""Messages of one archive document: seq 1 to 12 are chunk 0."""
ANSWERS_KEPT = 32
"""Answered keys remembered: more than the messages of one minute (limits.messages_per_minute), so that a repeat within
15 s (WeChat) is recognised whatever came between; an app that was offline comes back minutes later."""
DIALOGUE_LIMIT = 8 * 1024
"""Bytes of dialogue state: bounded, so that loading a conversation takes constant time."""
IDS_KEPT = 20_000
"""Derived ids remembered: each costs some 10 µs and is asked for several times a message."""
NO_DIALOGUE = Raw(b"null")


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Message)


class Owner(StrEnum):
    """Who may speak to the citizen now."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class Answer(Struct, frozen=True, kw_only=True, array_like=True):
    """What a message of the citizen was answered with: the replies' first and last ``seq``, none if last < first.

    ``pushed`` says that replies leave through the outbox. ``late`` says that the callback was answered without any of
    them, so that its repeat must be too: else the citizen reads everything twice.
    """

    key: MessageKey
    seq: int
    first: int
    last: int
    at: datetime
    pushed: bool = False
    late: bool = False


class Window(StrEnum):
    """What opened the channel for messages of ours (WeChat 客服消息)."""

    CLOSED = "closed"
    MESSAGE = "message"
    INTERACTION = "interaction"


WINDOW_RULES: dict[Window, tuple[timedelta, int]] = {
    Window.CLOSED: (timedelta(0), 0),
    Window.MESSAGE: (timedelta(hours=48), 5),
    Window.INTERACTION: (timedelta(minutes=1), 3),
}
"""How long a window stays open and how many messages it carries. Source: reference channels.md 1.3 (O5, P2)."""


class Reach(Struct, frozen=True, kw_only=True):
    """The ledger of messages we may still send unasked: which windows are open and what they carried."""

    message_at: datetime | None = None
    message_sent: int = 0
    interaction_at: datetime | None = None
    interaction_sent: int = 0
    following: bool = True


class Conversation(Document, frozen=True, kw_only=True, omit_defaults=True):
    """One person on one account, see `conversation_id`.

    ``kept`` are the last messages, each as raw JSON, without gaps up to ``seq``: a turn adds two and reads none, so it
    must not pay for decoding them all (`said` decodes those that are asked for). ``turn`` grows whenever the owner changes; a message decided under an older turn is refused in the same write.
    ``dialogue`` is the bots' own state as raw JSON: this package never looks inside.
    """

    contact: ContactPoint
    citizen_id: CitizenId
    owner: Owner = Owner.BOT
    agent_id: str = ""
    turn: int = 1
    seq: int = 0
    kept: tuple[Raw, ...] = ()
    answers: tuple[Answer, ...] = ()
    dialogue: Raw = NO_DIALOGUE
    reach: Reach = Reach()
    pending: tuple[Pending, ...] = ()
    remind_at: datetime | None = None
    """When something left unfinished is brought to mind, unless the citizen says something before; None: nothing is."""

    @property
    def pending_since(self) -> datetime | None:
        """Return since when something waits for the relay; the index of that name reads it."""
        return pending_since(self.pending)

    @property
    def first_kept(self) -> int:
        """Return the ``seq`` of the oldest message in the document; one more than ``seq`` when it holds none."""
        return self.seq - len(self.kept) + 1

    def said(self, first: int, last: int) -> tuple[Message, ...]:
        """Return those messages from ``first`` to ``last`` that the document holds."""
        return decoded(self.kept, self.first_kept, between=(first, last))

    def answer_to(self, key: MessageKey) -> Answer | None:
        """Return what a repeated message was answered with, or None when it is new."""
        for answer in reversed(self.answers):
            if answer.key == key:
                return answer
        return None


class Archive(Document, frozen=True, kw_only=True):
    """Some messages that left their conversation, raw as they stood there; id = "<conversation id>:<chunk>"."""

    first: int
    kept: tuple[Raw, ...]


class Response(Struct, frozen=True, kw_only=True):
    """What a bot decided: its replies, its next state, and why. Made for one turn; saved only while it lasts."""

    replies: tuple[ReplyPart, ...]
    dialogue: Raw = NO_DIALOGUE
    provenance: Provenance | None = None
    remind_at: datetime | None = None


class Answered(Struct, frozen=True, kw_only=True):
    """The outcome of one message of the citizen: its own ``seq`` and the replies, in order; repeats get the same.

    ``late`` says that the first try was acknowledged without the replies, which leave through the outbox.
    """

    seq: int
    replies: tuple[Message, ...]
    late: bool = False

    @property
    def parts(self) -> tuple[ReplyPart, ...]:
        """Return everything said, as one sequence."""
        return tuple([part for message in self.replies for part in message.parts])  # type: ignore[misc]  # replies hold reply parts only


@lru_cache(maxsize=IDS_KEPT)
def conversation_id(contact: ContactPoint) -> ConversationId:
    """Return the id of the conversation at a contact point; the same on every process and after every crash."""
    return ConversationId(derived_id("cv", contact.channel, contact.account, contact.address))


@lru_cache(maxsize=IDS_KEPT)
def citizen_id(contact: ContactPoint) -> CitizenId:
    """Return the id under which an unlinked contact point acts, until a verified step links it to a citizen."""
    return CitizenId(derived_id("cz", contact.channel, contact.account, contact.address))


def encoded(message: Message) -> Raw:
    """Return a message as conversations and archives keep it."""
    return Raw(_ENCODER.encode(message))


def decoded(kept: tuple[Raw, ...], first_kept: int, *, between: tuple[int, int]) -> tuple[Message, ...]:
    """Return the messages with a ``seq`` between two (both included) of a run without gaps that begins at ``first_kept``."""
    first, last = between
    start, end = max(0, first - first_kept), max(0, last - first_kept + 1)
    return tuple(_DECODER.decode(raw) for raw in kept[start:end])


def encoded_dialogue(state: object) -> Raw:
    """Return dialogue state as the conversation keeps it; refuse more than 8 KB (a bug, not a user's fault)."""
    data = msgspec.json.encode(state)
    if len(data) > DIALOGUE_LIMIT:
        message = f"dialogue state of {len(data)} bytes"
        raise ValueError(message)
    return Raw(data)
