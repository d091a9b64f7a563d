"""Say which documents petitions are kept in, and keep each of them bounded."""

from itertools import accumulate

import msgspec
from msgspec.structs import replace

from services.database.collection import AlreadyExists, Collection, Index, Schema
from services.petitions.model import Event, HistoryPart, Number, Petition

HISTORY_MOST = 200
"""Events inside the document."""
HISTORY_BYTES = 64 * 1024
KEPT = 50
KEPT_BYTES = HISTORY_BYTES // 2
"""What stays inside at most when the older events move out; the newest always stays."""

PETITIONS: Schema[Petition] = Schema(
    name="petitions",
    document=Petition,
    indexes=(
        Index("status", ("status", "filed_at")),
        Index("filed", ("filed_at",)),
        Index("handler", ("handler", "status", "filed_at")),
        Index("citizen", ("citizen_id", "filed_at")),
        Index("place", ("place_key", "level1", "filed_at")),
        Index("due", ("open_due_at",)),
        Index("watch", ("watch_at",)),
        Index("lead", ("lead", "filed_at")),
        Index("pending", ("pending_since",)),
        Index("changed", ("changed_at",)),
    ),
)
NUMBERS: Schema[Number] = Schema(name="petition_numbers", document=Number)
HISTORY: Schema[HistoryPart] = Schema(name="petition_history", document=HistoryPart)


async def shortened(petition: Petition, parts: Collection[HistoryPart]) -> Petition:
    """Return the petition with a bounded history; older events are stored as a part of their own first.

    A crash in between leaves a part that the next try finds done: its id and content follow from the events.
    """
    if not _is_too_long(petition.history):
        return petition
    kept = _kept(petition.history)
    moving, staying = petition.history[:-kept], petition.history[-kept:]
    part = HistoryPart(id=part_id(petition.id, moving[0].seq), events=moving)
    try:
        await parts.add(part)
    except AlreadyExists:
        # A part that was written before a lost race may hold fewer events: only those it holds may go.
        known = await parts.get(part.id)
        staying = petition.history[len(known.events) :]
    return replace(petition, history=staying, archived=(*petition.archived, part.events[0].seq))


async def whole_history(petition: Petition, parts: Collection[HistoryPart]) -> tuple[Event, ...]:
    """Return all events of a petition, oldest first."""
    events: list[Event] = []
    for seq in petition.archived:
        events += (await parts.get(part_id(petition.id, seq))).events
    return (*events, *petition.history)


def part_id(petition_id: str, seq: int) -> str:
    """Return the id of the part of a history that begins with an event."""
    return f"{petition_id}:h{seq}"


def _is_too_long(history: tuple[Event, ...]) -> bool:
    return len(history) > HISTORY_MOST or len(msgspec.json.encode(history)) > HISTORY_BYTES


def _kept(history: tuple[Event, ...]) -> int:
    """Return how many of the newest events stay."""
    sizes = accumulate(len(msgspec.json.encode(event)) for event in history[: -KEPT - 1 : -1])
    return max(1, sum(size <= KEPT_BYTES for size in sizes))
