"""The channel-neutral message: one closed union of parts for every channel.

A channel parses its wire format into an `Inbound` and renders `ReplyPart`s back; nothing between knows a platform.
"""

from datetime import datetime
from enum import StrEnum
from typing import NewType

import msgspec
from msgspec import Struct

MediaId = NewType("MediaId", str)
MessageKey = NewType("MessageKey", str)
"""What makes two deliveries the same message (WeChat MsgId, an app's client_id), unique within a conversation."""

TEXT_LIMIT = 2_000
"""Characters of one inbound text: more would hold the loop in segmentation (reference: jieba 5.4 ms at 2,000)."""


class Channel(StrEnum):
    """Where a citizen and we meet, and beside these the ways to the staff."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    APP = "app"
    DEPARTMENT = "department"
    """A unit's own system; the address is the unit's id."""
    DESK = "desk"
    """The desk of the centre."""


class ContactPoint(Struct, frozen=True, kw_only=True):
    """An address at which one person can be reached: (channel, account of ours, their id there).

    ``address`` is an openid, an Alipay open_id or our own guest id: personal data, never logged.
    """

    channel: Channel
    account: str
    address: str


class Text(Struct, frozen=True, tag="text"):
    """Plain text, at most 2,000 characters inbound; outbound a channel splits it if it must."""

    body: str


class Image(Struct, frozen=True, tag="image"):
    """A picture in our own media store."""

    media_id: MediaId


class Voice(Struct, frozen=True, tag="voice"):
    """A voice message; ``recognition`` is the platform's transcript, empty when it gave none."""

    media_id: MediaId
    recognition: str = ""


class Location(Struct, frozen=True, tag="location", kw_only=True):
    """A point the citizen shared: WGS-84 or the platform's own datum as given, and its label."""

    lat: float
    lng: float
    label: str = ""


class Choice(Struct, frozen=True, tag="choice"):
    """One option picked from `Choices` (by button or menu key); ``label`` is what the citizen saw."""

    id: str
    label: str = ""


class EventKind(StrEnum):
    """What happened on the channel without the citizen writing anything."""

    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    MENU_CLICKED = "menu_clicked"
    SCANNED = "scanned"
    ENTERED = "entered"
    VIEWED = "viewed"
    LOCATED = "located"
    CONSENTED = "consented"
    DECLINED = "declined"
    OTHER = "other"


class Event(Struct, frozen=True, tag="event", kw_only=True):
    """A happening; ``key`` is the menu key, scene, URL or template id, as the kind says."""

    kind: EventKind
    key: str = ""


class Unsupported(Struct, frozen=True, tag="unsupported"):
    """A kind of message we cannot read; ``name`` is the platform's word for it."""

    name: str


class Option(Struct, frozen=True):
    """One way to answer a `Choices`; the id is what comes back."""

    id: str
    label: str


class Choices(Struct, frozen=True, tag="choices", kw_only=True, cache_hash=True):
    """A question with numbered options; a channel without buttons shows "回复 1/2/3"."""

    prompt: str
    options: tuple[Option, ...]


class Row(Struct, frozen=True):
    """One labelled line of a card."""

    label: str
    text: str


# A hot card is looked up, with all its rows, for every citizen: so it remembers its hash.
class Card(Struct, frozen=True, tag="card", kw_only=True, cache_hash=True):
    """A titled list of facts, optionally leading to a page (absolute path or URL)."""

    title: str
    rows: tuple[Row, ...]
    url: str = ""


class Link(Struct, frozen=True, tag="link"):
    """A page to open (absolute path or URL)."""

    title: str
    url: str


InboundPart = Text | Image | Voice | Location | Choice | Event | Unsupported
ReplyPart = Text | Choices | Card | Image | Link
Part = Text | Image | Voice | Location | Choice | Event | Unsupported | Choices | Card | Link


class Inbound(Struct, frozen=True, kw_only=True):
    """One message of a citizen as a channel hands it over.

    ``key`` is the same for every repeat of one message. ``at`` is the platform's time of sending, aware UTC.
    ``client_id`` is what an app's client calls the message that this is a part of; platforms have none.
    """

    contact: ContactPoint
    key: MessageKey
    part: InboundPart
    at: datetime
    client_id: str = ""


class Speaker(StrEnum):
    """Who said a message."""

    CITIZEN = "citizen"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Provenance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the bot said this: the decision record of one turn, without the citizen's words.

    ``kind`` and ``action`` are the bot's own closed sets; ``rule`` names the rule, alias or threshold that decided;
    ``catalogue`` is the version that was quoted, ``item_version`` that of the guide.
    """

    kind: str
    action: str
    rule: str = ""
    item: str = ""
    item_version: int = 0
    field: str = ""
    score: float = 0.0
    catalogue: str = ""


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a conversation; ``seq`` counts from 1 without gaps.

    ``client_id`` lets the client that sent it know its own message again, whichever way it comes back.
    """

    seq: int
    speaker: Speaker = msgspec.field(name="from")
    parts: tuple[Part, ...]
    at: datetime
    provenance: Provenance | None = None
    client_id: str = ""
