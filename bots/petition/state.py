"""What an open petition form has learned so far."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Slot(StrEnum):
    """What a petition needs, in the order it is asked for."""

    TEXT = "text"
    PLACE = "place"
    OCCURRED = "occurred"
    CONTACT = "contact"


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it is, in the citizen's words, with what the gazetteer recognised (names and codes) or the phone measured."""

    text: str
    district: str = ""
    street: str = ""
    community: str = ""
    street_code: str = ""
    community_code: str = ""
    lat: float | None = None
    lng: float | None = None


class Form(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One petition being written.

    ``draft`` decides the petition's id, so confirming twice files once. ``phone`` is the mobile number: plain
    while the form is worked on, sealed (services/identity/sealing.py) while it is remembered; empty when not known. ``asking`` is the slot whose answer is awaited,
    None while the summary awaits its confirmation. ``places`` are the candidates of an ambiguous place, shown as a
    numbered question. ``filled`` is the order in which slots were filled, for taking the last step back. ``skipped``
    holds the slots the citizen chose to leave out.
    """

    draft: str
    kind: str = ""
    text: str = ""
    place: Place | None = None
    occurred: str = ""
    anonymous: bool = False
    phone: str = ""
    media: tuple[str, ...] = ()
    asking: Slot | None = None
    asked_twice: bool = False
    correcting: bool = False
    places: tuple[Place, ...] = ()
    filled: tuple[Slot, ...] = ()
    skipped: tuple[Slot, ...] = ()
    at: datetime
