"""The bodies of the desk API (design 6)."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from services.identity.staff import Role
from services.petitions.kind import Kind
from services.petitions.model import Event, Petition
from services.petitions.transitions import Status


class SignInBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Login name and password."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class SignInAnswer(Struct, frozen=True, kw_only=True):
    """The session's bearer token, shown once."""

    token: str
    role: Role


class PetitionsQuery(Struct, frozen=True, kw_only=True):
    """Which petitions, and where the last page ended."""

    status: Status | None = None
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class PetitionLine(Struct, frozen=True, kw_only=True):
    """One petition in a list; no words of the citizen beyond the first line."""

    number: str
    status: Status
    status_name: str
    kind: Kind
    title: str
    category: str
    department: str
    filed_at: datetime
    due: date | None
    version: int


class PetitionsAnswer(Struct, frozen=True, kw_only=True):
    """One page, oldest first."""

    petitions: tuple[PetitionLine, ...]
    next: str | None = None


class ProposalLine(Struct, frozen=True, kw_only=True):
    """What the machine proposes: up to three categories and a department, with the rule that named it."""

    categories: tuple[str, ...]
    department: str
    department_name: str
    rule: str
    door: str = ""


class EventLine(Struct, frozen=True, kw_only=True):
    """One entry of the history, for staff."""

    at: datetime
    action: str
    status: Status
    role: str
    by: str
    public: dict[str, str]
    internal: str


class PetitionAnswer(Struct, frozen=True, kw_only=True):
    """One petition with its history; the reporter only as far as the role may see."""

    number: str
    version: int
    status: Status
    status_name: str
    kind: Kind
    title: str
    text: str
    place: str
    occurred: str
    source: str
    external_number: str
    anonymous: bool
    has_contact: bool
    category: str
    department: str
    filed_at: datetime
    due: date | None
    round: int
    proposal: ProposalLine
    history: tuple[EventLine, ...]


class ActionAnswer(Struct, frozen=True, kw_only=True):
    """Where the petition stands after an action."""

    status: Status
    due: date | None
    version: int


class ContactAnswer(Struct, frozen=True, kw_only=True):
    """The reporter's contact, opened for a recorded purpose."""

    name: str
    phone: str


class ContactBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the contact is needed for; recorded in the petition's history."""

    purpose: Annotated[str, Meta(min_length=2, max_length=200)]


class ActionBody(Struct, frozen=True, kw_only=True):
    """The parts every action shares; its own fields are decoded by the action's command."""

    version: int | None = None


def event_line(event: Event) -> EventLine:
    """Return an event for staff."""
    return EventLine(
        at=event.at,
        action=event.action,
        status=event.status,
        role=event.role,
        by=event.by,
        public=event.public,
        internal=event.internal,
    )


def short_title(petition: Petition) -> str:
    """Return what a list shows: the title, or the first line of the text."""
    return petition.title or petition.text.splitlines()[0][:40]
