"""The bodies of the interface with units' systems (docs/departments-interface.md)."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from services.petitions.keys import Contact
from services.petitions.kind import Kind
from services.petitions.model import Petition
from services.petitions.transitions import Action, Status

MEDIA_TYPE = "image/jpeg"
"""Every picture is kept as a clean copy of this type."""


class PlaceBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it is."""

    text: str
    lat: float | None = None
    lng: float | None = None


class ContactBody(Struct, frozen=True, kw_only=True):
    """Who to call."""

    name: str
    phone: str


class MediaBody(Struct, frozen=True, kw_only=True):
    """One picture, to be fetched by its id."""

    media_id: str
    content_type: str = MEDIA_TYPE


class PetitionBody(Struct, frozen=True, kw_only=True):
    """What the citizen filed, as the unit must know it."""

    kind: Kind
    text: str
    place: PlaceBody
    occurred: str
    anonymous: bool
    contact: ContactBody | None
    media: tuple[MediaBody, ...]


class EventBody(Struct, frozen=True, kw_only=True):
    """One push."""

    event_id: str
    event: str
    at: str
    number: str
    due: str | None
    version: int
    text: str
    petition: PetitionBody | None


class Received(Struct, frozen=True, kw_only=True):
    """A system's answer to a push."""

    received: bool


class StepBody(Struct, frozen=True, kw_only=True):
    """One step of the history: what happened, and words that are for the unit."""

    at: datetime
    action: Action
    text: str


class ViewAnswer(Struct, frozen=True, kw_only=True):
    """One petition as the unit sees it; the contact has a call of its own."""

    number: str
    status: Status
    due: date | None
    version: int
    round: int
    lead: bool
    petition: PetitionBody
    steps: tuple[StepBody, ...]


class LineAnswer(Struct, frozen=True, kw_only=True):
    """One petition in a list."""

    number: str
    status: Status
    due: date | None
    version: int


class ListAnswer(Struct, frozen=True, kw_only=True):
    """One page, oldest first."""

    petitions: tuple[LineAnswer, ...]
    next: str | None


class ListQuery(Struct, frozen=True, kw_only=True):
    """Which petitions, and where the last page ended."""

    status: Status | None = None
    cursor: str = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class ActionAnswer(Struct, frozen=True, kw_only=True):
    """Where the petition stands after an action."""

    status: Status
    due: date | None
    version: int


class PurposeBody(Struct, frozen=True, kw_only=True):
    """What the contact is needed for; recorded in the petition's history."""

    purpose: Annotated[str, Meta(min_length=2, max_length=200)]


def petition_body(petition: Petition, contact: Contact | None) -> PetitionBody:
    """Return what was filed; the contact as far as it is given."""
    place = petition.place
    return PetitionBody(
        kind=petition.kind,
        text=petition.text,
        place=PlaceBody(text=place.text, lat=place.lat, lng=place.lng),
        occurred=petition.occurred,
        anonymous=petition.reporter.anonymous,
        contact=ContactBody(name=contact.name, phone=contact.phone) if contact else None,
        media=tuple(MediaBody(media_id=one) for one in petition.media),
    )


def due_of(petition: Petition) -> date | None:
    """Return the date a unit is held to: its own, else the citizen's."""
    return petition.unit_due_on or petition.due_on
