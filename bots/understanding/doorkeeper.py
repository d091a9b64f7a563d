"""Notice matters that belong to a court, to discipline, to another door, by the petitions' own reviewed rules."""

from datetime import UTC, datetime

from services.petitions.conditions import Facts, words_of
from services.petitions.doors import Doors
from services.petitions.kind import Kind

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Doors look at words alone; the rules' other facts are not known of a first sentence."""


class Doorkeeper:
    """Ask the doors about a text; immutable."""

    def __init__(self, doors: Doors) -> None:
        """Take the city's doors."""
        self._doors = doors

    def find(self, text: str) -> str | None:
        """Return the id of the door a text belongs to, or None."""
        sign = self._doors.find(Facts(kind=Kind.COMPLAINT, words=words_of("", text), at=_ANY_TIME))
        return sign.door.id if sign else None
