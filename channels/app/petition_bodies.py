"""The bodies of the client API around petitions (design 6)."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.app.bodies import Latitude, Longitude, LongText, ShortText
from services.petitions.commands import REASON_LIMIT, TEXT_LIMIT
from services.petitions.kind import Kind
from services.petitions.transitions import Action, Status

Grade = Annotated[int, Meta(ge=1, le=5)]
MediaIds = Annotated[tuple[str, ...], Meta(max_length=9)]


class PlaceBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it is: in words, and as a point when the phone gave one."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    lat: Latitude | None = None
    lng: Longitude | None = None


class ContactBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the citizen may be reached; sealed before it is stored."""

    name: Annotated[str, Meta(max_length=50)] = ""
    phone: Annotated[str, Meta(max_length=20)] = ""


class PetitionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A petition; ``occurred`` is words or a time in RFC 3339."""

    kind: Kind
    text: LongText
    place: PlaceBody
    occurred: Annotated[str, Meta(max_length=100)] = ""
    anonymous: bool = False
    contact: ContactBody | None = None
    media: MediaIds = ()


class PetitionAnswer(Struct, frozen=True, kw_only=True):
    """What opens the petition later, and the promised day."""

    number: str
    query_key: str
    status: Status
    due: date | None


class KeyQuery(Struct, frozen=True, kw_only=True):
    """``key`` opens a petition to whoever holds it."""

    key: Annotated[str, Meta(max_length=64)] = ""


class TimelineLine(Struct, frozen=True, kw_only=True):
    """One step: its code, its name, the public words that belong to it, and both as one line (``text``)."""

    at: datetime
    step: str
    name: str
    detail: str
    text: str


class ReplyView(Struct, frozen=True, kw_only=True):
    """The public answer, and who gave it."""

    at: datetime
    department: str
    text: str


class RatingView(Struct, frozen=True, kw_only=True):
    """What the citizen said of the answer."""

    at: datetime
    solved: bool
    result: Grade
    process: Grade


class PetitionView(Struct, frozen=True, kw_only=True):
    """A petition as its citizen sees it.

    ``revision`` grows with every action. ``days_left`` are working days after today up to ``due`` (0: today, negative:
    past it), null when nothing is owed or the clock stands still. ``handler`` is the name of who has it now. ``question``
    is what we wait to be told. ``actions`` are the calls that the life cycle allows now, under their names in the
    path (``rate`` is ``/rating``); urging before ``urge_again_at`` changes nothing.
    """

    number: str
    revision: int
    status: Status
    status_name: str
    due: date | None
    days_left: int | None
    overdue: bool
    handler: str
    question: str
    reply: ReplyView | None
    rating: RatingView | None
    actions: tuple[Action, ...]
    urge_again_at: datetime | None
    rate_until: datetime | None
    timeline: tuple[TimelineLine, ...]


class RatingBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether it is solved, and two grades from 1 (worst) to 5."""

    solved: bool
    result: Grade
    process: Grade
    text: Annotated[str, Meta(max_length=REASON_LIMIT)] = ""


class WithdrawBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it is taken back."""

    reason: ShortText = ""


class UrgeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing but the wish for haste."""


class SupplementBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """More words or pictures."""

    text: Annotated[str, Meta(max_length=TEXT_LIMIT)] = ""
    media: MediaIds = ()
