"""What acting on petitions asks of the petition service."""

from typing import Protocol

from msgspec import Struct

from bots.progress.wishes import Wish
from services.ids import CitizenId


class Own(Struct, frozen=True, kw_only=True):
    """One petition of the citizen's, and what may be done about it now; ``status`` is its Chinese name.

    ``is_rated`` tells that its answer can not be rated any more, so that only an appeal is left to who wants a redo.
    """

    number: str
    status: str
    question: str = ""
    is_rated: bool = False
    may: frozenset[Wish] = frozenset()


class Rating(Struct, frozen=True, kw_only=True):
    """The three separate answers, grades 1 to 5."""

    solved: bool
    result: int
    process: int


class Deed(Struct, frozen=True, kw_only=True):
    """One thing to do; ``key`` makes a repeat of the same message the same deed."""

    wish: Wish
    number: str
    key: str
    words: str = ""
    rating: Rating | None = None


class Refused(Exception):
    """Say that it was not done, and why in words for the citizen."""


class Acting(Protocol):
    """Act on petitions for the citizen who filed them."""

    async def own(self, citizen_id: CitizenId, *, key: str) -> tuple[Own, ...]:
        """Return the citizen's petitions, newest first, at most five.

        One that was acted on by this very message, by its key, allows everything: the message is only repeated.
        """
        ...

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        """Return one petition if it is the citizen's own."""
        ...

    async def do(self, deed: Deed, citizen_id: CitizenId) -> str:
        """Do it once and return what was done (a key of wording.DONE); raise `Refused`."""
        ...
