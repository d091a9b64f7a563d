"""The bodies of the client API (design 6): what comes in, what goes out. Wire types, apart from the models."""

from datetime import date, datetime
from typing import Annotated, TypeVar

from msgspec import Meta, Struct, field

from services.conversations.message import Choice, Image, Location, Message, Part, Speaker, Text
from services.improvement.votes import is_votable
from services.items.model import Hall, ServiceItem

ShortText = Annotated[str, Meta(max_length=200)]
LongText = Annotated[str, Meta(min_length=1, max_length=2_000)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class GuestAnswer(Struct, frozen=True):
    """A new guest's bearer token, shown once, and their id."""

    token: str
    citizen_id: str


class ItemsQuery(Struct, frozen=True, kw_only=True):
    """How to search and filter service items; ``q`` is ranked by the bot's own matcher."""

    q: Annotated[str, Meta(max_length=200)] = ""
    audience: str = ""
    district: str = ""
    department: str = ""
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class ItemLine(Struct, frozen=True, kw_only=True):
    """One item in a list; ``depth`` is how far it can be done online, 1 to 4, 0 when unknown."""

    code: str
    name: str
    department: str
    depth: int


class ItemsAnswer(Struct, frozen=True, kw_only=True):
    """One page of items; ``next`` is the cursor of the next page or null."""

    items: tuple[ItemLine, ...]
    next: str | None = None


class ItemQuery(Struct, frozen=True, kw_only=True):
    """``as_of`` asks for the version in force on a day."""

    as_of: date | None = None


class GuideAnswer(ServiceItem, frozen=True, kw_only=True):
    """The whole guide of an item with the halls that handle it."""

    halls: tuple[Hall, ...] = ()


class MessageBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message of the citizen; a repeated ``client_id`` gets the first answer again."""

    client_id: Annotated[str, Meta(min_length=1, max_length=64)]
    parts: Annotated[tuple[Text | Image | Location | Choice, ...], Meta(min_length=1, max_length=10)]


class MessageLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a conversation; ``client_id`` is what the client that sent it called it.

    ``votable``: it is an answer of the bot from a guide, which a citizen may say was of use or not.
    """

    seq: int
    speaker: Speaker = field(name="from")
    parts: tuple[Part, ...]
    at: datetime
    client_id: str = ""
    votable: bool = False


Line = TypeVar("Line", bound=MessageLine)


class MessageAnswer(Struct, frozen=True, kw_only=True):
    """The citizen's own ``seq`` and what was answered at once.

    ``seq`` is 0 when the answer is late: the message is kept safe, and both come later by the stream and by reading,
    the message with its ``client_id``.
    """

    seq: int
    replies: tuple[MessageLine, ...]


class MessagesQuery(Struct, frozen=True, kw_only=True):
    """``after`` is the last ``seq`` the client has."""

    after: Annotated[int, Meta(ge=0)] = 0


class MessagesAnswer(Struct, frozen=True):
    """Everything since that ``seq``, at most 200 messages; ask again for more."""

    messages: tuple[MessageLine, ...]


class MediaAnswer(Struct, frozen=True):
    """The id of an uploaded picture."""

    media_id: str


class TicketAnswer(Struct, frozen=True):
    """A ticket for the WebSocket, good once for 30 s."""

    ticket: str


def line(message: Message) -> MessageLine:
    """Return a stored message as it is read: without the bot's reasons."""
    return line_as(MessageLine, message)


def line_as(kind: type[Line], message: Message) -> Line:
    """Return a stored message as a line of some kind: read, or as a frame of the stream."""
    return kind(
        seq=message.seq,
        speaker=message.speaker,
        parts=message.parts,
        at=message.at,
        client_id=message.client_id,
        votable=is_votable(message),
    )
