"""What the progress bot asks of the petitions."""

from datetime import date
from typing import Protocol

from msgspec import Struct

from services.ids import CitizenId


class TimelineStep(Struct, frozen=True, kw_only=True):
    """One step a citizen may see: its day and time in words, its name, and the public text if there is one."""

    at: str
    name: str
    text: str = ""


class View(Struct, frozen=True, kw_only=True):
    """A petition as its citizen sees it; ``status`` is its Chinese name, ``due`` the promised day or None."""

    number: str
    status: str
    due: date | None
    steps: tuple[TimelineStep, ...]


class Progress(Protocol):
    """Look petitions up for the one who may see them."""

    async def latest(self, citizen_id: CitizenId) -> tuple[View, ...]:
        """Return the citizen's petitions, newest first, at most five."""
        ...

    async def mine(self, number: str, citizen_id: CitizenId) -> View | None:
        """Return one petition if it is the citizen's own."""
        ...

    async def by_key(self, number: str, query_key: str) -> View | None:
        """Return one petition to whoever holds its query key."""
        ...
