"""What learning from use asks of the bot; assembly/ supplies the objects."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from services.improvement.wording_model import Change
from services.items.model import ItemCode
from services.items.overlay import Overlay


class Candidate(Struct, frozen=True, kw_only=True):
    """An item that a question may mean, as the bot sees it now; ``score`` is 0 to 1."""

    code: ItemCode
    name: str
    score: float


class Judgement(Struct, frozen=True, kw_only=True):
    """What the bot would do about a question now; ``answered`` are the items it would answer from at once."""

    kind: str
    action: str
    answered: tuple[ItemCode, ...]
    candidates: tuple[Candidate, ...]


class Judge(Protocol):
    """Ask the bot without asking it anything: nothing is remembered, nobody is answered."""

    def judge(self, question: str) -> Judgement:
        """Return what would be done; half a millisecond, on the loop."""
        ...


class Worse(Struct, frozen=True, kw_only=True):
    """One row of the regression pack that a change would make worse."""

    place: str
    """File and line."""
    text: str
    lost: tuple[str, ...]
    """What was right before: kind, first, among, direct, undeceived, field."""


class Findings(Struct, frozen=True, kw_only=True):
    """What a trial of a change found.

    Args:
        flaws: rules of the wording that it breaks, each as rule and detail.
        worse: rows that it makes worse.
        better: how many rows it makes better.
        rows: how many were tried.
        is_answered: whether its own question is answered from its own item, by its own words if it brings an answer.
        settled: how many of the group's wordings are answered with it and were not before.
        wordings: of how many.
    """

    flaws: tuple[tuple[str, str], ...] = ()
    worse: tuple[Worse, ...] = ()
    better: int = 0
    rows: int = 0
    is_answered: bool = False
    settled: int = 0
    wordings: int = 0


class Trial(Protocol):
    """Try a change on the regression pack before anybody else meets it."""

    async def run(self, now: Overlay, then: Overlay, *, change: Change, wordings: Sequence[str]) -> Findings:
        """Compare what the bot does ``now`` with what it would do ``then``; takes seconds, off the loop.

        Raises:
            NoPack: there are no rows to try it on, so nothing may be published.
        """
        ...
