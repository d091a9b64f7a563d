"""Read back what the bot decided, newest first, with what citizens thought of it."""

from msgspec import Struct

from services.database.collection import Collection
from services.improvement.model import Decision, DecisionBatch
from services.improvement.votes import Votes


class Judged(Struct, frozen=True, kw_only=True):
    """A decision, and whether its answer was of use; None when nobody said."""

    decision: Decision
    is_useful: bool | None


class Decisions:
    """What operators read of the ledger."""

    def __init__(self, batches: Collection[DecisionBatch], votes: Votes) -> None:
        """Take where the ledger writes, and the votes."""
        self._batches = batches
        self._votes = votes

    async def page(self, cursor: str | None = None) -> tuple[tuple[Judged, ...], str | None]:
        """Return one batch, up to some hundred decisions, and where the next begins."""
        page = await self._batches.query("at", descending=True, after=cursor, limit=1)
        decisions = [decision for batch in page.documents for decision in reversed(batch.decisions)]
        judged = [
            Judged(decision=one, is_useful=await self._votes.of(one.turn) if one.item else None) for one in decisions
        ]
        return tuple(judged), page.next
