"""Describe a petition as it is stored: one document, with its history and its promises inside."""

from datetime import date, datetime

from msgspec import Struct

from services.conversations.message import MediaId
from services.database.collection import Document
from services.errors import NotFound
from services.identity.sealing import Sealed
from services.ids import CitizenId, ConversationId
from services.petitions.clocks import Clocks
from services.petitions.deadline_model import Card
from services.petitions.deadline_rules import RuleSet
from services.petitions.evidence import Evidence
from services.petitions.intake import Proposal
from services.petitions.kind import Kind
from services.petitions.transitions import OPEN, Action, ActorRole, Status
from services.promises import Pending, pending_since

UNSATISFIED_UP_TO = 2
"""Of five grades, the worst two count as not satisfied (好差评: 不满意、非常不满意)."""


class PetitionNotFound(NotFound):
    """Say that there is no such petition for this caller."""

    code = "petition.not_found"
    title = "没有找到这件诉求，请核对编号和查询码"


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts: a citizen by their id, staff by their login name, a department's clerk with the department."""

    role: ActorRole
    id: str
    department: str = ""


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it is: the citizen's words, and codes as far as they were recognised (6, 9 and 12 digits)."""

    text: str
    district: str = ""
    street: str = ""
    community: str = ""
    lat: float | None = None
    lng: float | None = None


class Reporter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who filed it.

    ``name`` and ``phone`` are sealed, or None when not given. ``anonymous`` keeps them from whoever handles the
    petition. ``conversation_id`` is where the citizen is told of changes; None for a guest who follows by query key.
    """

    citizen_id: CitizenId
    conversation_id: ConversationId | None = None
    anonymous: bool = False
    name: Sealed | None = None
    phone: Sealed | None = None


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the history; written once and never changed.

    Args:
        seq: from 1, without gaps, also over the archive.
        status: where the petition stood afterwards.
        by: login name of staff; empty for a citizen.
        public: what the citizen may read of it, by neutral name (department, due, text, reason ...).
        internal: what only staff may read.
    """

    seq: int
    at: datetime
    action: Action
    status: Status
    role: ActorRole
    by: str = ""
    public: dict[str, str] = {}
    internal: str = ""


class Extension(Struct, frozen=True, kw_only=True):
    """An extension that a department asks for: working days and why; the reason is shown when it is approved."""

    days: int
    reason: str
    asked_at: datetime


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was answered: to the citizen, and for the record."""

    at: datetime
    department: str
    public_text: str
    internal_text: str = ""
    evidence: tuple[Evidence, ...] = ()
    media: tuple[MediaId, ...] = ()


class Hearing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the citizen said of the answer, or that two calls did not reach them.

    Three separate answers: ``solved``, satisfied with the ``result`` and with the ``process`` (1 to 5).
    """

    at: datetime
    role: ActorRole
    reached: bool
    solved: bool | None = None
    result: int | None = None
    process: int | None = None
    text: str = ""

    @property
    def is_dissatisfied(self) -> bool:
        """Tell whether it calls for a redo: not solved, or one of the worst two grades."""
        grades = (self.result, self.process)
        return self.solved is False or any(grade is not None and grade <= UNSATISFIED_UP_TO for grade in grades)


class Raised(Struct, frozen=True, kw_only=True):
    """One card that was raised: for a date that a holder (empty: the centre) owed in a round."""

    holder: str
    round: int
    due_on: date
    card: Card
    at: datetime


class Merged(Struct, frozen=True, kw_only=True):
    """Under which petition this one stands, and where it stood before."""

    lead: str
    status: Status
    at: datetime


class Done(Struct, frozen=True, kw_only=True):
    """The answer to one action that came with a caller's key, see once.py."""

    key: str
    digest: str
    status: Status
    due_on: date | None
    revision: int


class Petition(Document, frozen=True, kw_only=True, omit_defaults=True):
    """One petition (诉求 / 工单).

    Args:
        number: ``QD20261124-7K3M9P``; opens nothing by itself.
        query_key_hash: SHA-256 of the query key.
        occurred: when it happened, in the citizen's words; ``occurred_at`` as a moment where that is known.
        source: the channel it came by; ``external_number`` what it is called there, if it came from elsewhere.
        proposal: what the machine proposed at filing.
        category: the path in force: the proposal's, until a clerk sets another.
        department: who has it now, or had it last; ``joint`` assist.
        door: where a petition that was not accepted belongs.
        rules: the deadline rules it was given at filing, with their version; they stay.
        due_on, due_at: the citizen's date; None while the clock stands still or the calendar does not reach it yet.
        unit_due_on: the handling unit's own date.
        missed: calls of this round that did not reach the citizen; ``hearing`` what came of this round.
        round: 1, and one more with each redo; ``supervised_round`` is the last one that was supervised.
        rating_ended: whether this answer can no longer be rated.
        cards: the warnings given for the dates that are owed now.
        merged: the petition that leads this one; ``followers`` counts those that were put under this one, and
            ``followed_at`` is the moment of the event up to which they have followed it.
        watch_at: when the system itself has something to do next, see schedule.py; None while it has not.
        archived: first ``seq`` of each part of the history that has moved to the archive.
    """

    number: str
    query_key_hash: str
    kind: Kind
    title: str = ""
    text: str
    place: Place
    occurred: str = ""
    occurred_at: datetime | None = None
    reporter: Reporter
    media: tuple[MediaId, ...] = ()
    source: str
    external_number: str = ""
    filed_at: datetime
    proposal: Proposal
    category: str
    status: Status = Status.FILED
    department: str = ""
    joint: tuple[str, ...] = ()
    door: str = ""
    rules: RuleSet
    clocks: Clocks
    due_on: date | None = None
    due_at: datetime | None = None
    unit_due_on: date | None = None
    extension: Extension | None = None
    question: str = ""
    reply: Reply | None = None
    missed: int = 0
    hearing: Hearing | None = None
    rated: bool = False
    round: int = 1
    supplements: int = 0
    urged: int = 0
    urged_at: datetime | None = None
    supervised: int = 0
    supervised_round: int = 0
    rating_ended: bool = False
    cards: tuple[Raised, ...] = ()
    watch_at: datetime | None = None
    done: tuple[Done, ...] = ()
    merged: Merged | None = None
    followers: int = 0
    followed_at: datetime | None = None
    appeals: int = 0
    history: tuple[Event, ...] = ()
    archived: tuple[int, ...] = ()
    pending: tuple[Pending, ...] = ()

    @property
    def revision(self) -> int:
        """Return how often it was acted upon: what a screen was made of.

        Unlike the document's version it does not grow when the relay takes a promise out.
        """
        return self.history[-1].seq if self.history else 0

    @property
    def changed_at(self) -> datetime:
        """Return when it was last acted upon; the index ``changed`` leads followers to it (services/following)."""
        return self.history[-1].at if self.history else self.filed_at

    @property
    def citizen_id(self) -> str:
        """Return who filed it; the index ``citizen`` reads it."""
        return self.reporter.citizen_id

    @property
    def handler(self) -> str | None:
        """Return who has had it; None (not in the index) before the first dispatch."""
        return self.department or None

    @property
    def place_key(self) -> str | None:
        """Return the street or, if that is unknown, the district; None (not in the index) when neither is known."""
        return self.place.street or self.place.district or None

    @property
    def level1(self) -> str:
        """Return the first level of the category; the index ``place`` reads it."""
        return self.category.partition("/")[0]

    @property
    def lead(self) -> str | None:
        """Return under which petition it stands; None (not in the index) when it stands alone."""
        return self.merged.lead if self.merged and self.status is Status.MERGED else None

    @property
    def open_due_at(self) -> datetime | None:
        """Return when an open petition falls due; None (not in the index) when nothing is owed."""
        return self.due_at if self.status in OPEN else None

    @property
    def pending_since(self) -> datetime | None:
        """Return since when something waits for the relay; the index of that name reads it."""
        return pending_since(self.pending)


class Number(Document, frozen=True, kw_only=True):
    """The claim of one number by one petition; the id is the number.

    Five free characters a day meet more than once a day at 15,000 petitions, so a number must be claimed.
    """

    petition_id: str


class HistoryPart(Document, frozen=True, kw_only=True):
    """Events that left their petition; id = "<petition id>:h<first seq>"."""

    events: tuple[Event, ...]
