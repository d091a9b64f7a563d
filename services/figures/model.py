"""Describe the figures of petitions and the documents they are kept in."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from services.database.collection import Document, Index, Schema


class Figure(StrEnum):
    """What is counted. Each is counted on the day it happened, for the unit that had the petition then."""

    ACCEPTED = "accepted"
    """Accepted petitions (受理), once each; for the unit that has it or had it last, so that units add up to the city."""
    DISPATCHED = "dispatched"
    """Dispatches and redos to a unit (转办)."""
    RETURNED = "returned"
    """Returns by a unit (退单)."""
    ANSWERED = "answered"
    """Answers (答复); one a round."""
    ON_TIME = "on_time"
    """Answers up to the last second of the citizen's date (按时办结)."""
    OVERDUE = "overdue"
    """Rounds whose date passed without an answer (超期), counted on the day after, answered since or not."""
    HEARD = "heard"
    """Rounds in which the citizen said something of the answer, by rating or in a call (回访)."""
    SOLVED = "solved"
    SATISFIED = "satisfied"
    """With the result: grade 3 to 5 of 5."""
    PROCESS_SATISFIED = "process_satisfied"
    UNREACHED = "unreached"
    """Rounds in which two calls did not reach the citizen."""
    REDO = "redo"
    """Orders to handle again (重办), for the unit whose answer was not enough."""
    CLOSED = "closed"


Counts = dict[Figure, int]
"""Figures that are not 0."""


class Axis(StrEnum):
    """What a cell is a sum over."""

    DAY = "day"
    """One day, unit, class and district: the finest cell."""
    UNIT = "unit"
    CATEGORY = "category"
    DISTRICT = "district"
    """A month's sum along one axis."""


class Place(Struct, frozen=True, order=True):
    """Where in the figures something counts.

    Args:
        day: Shanghai's.
        unit: a department's id; empty while the centre has it.
        category: the first level.
        district: six digits, or empty when unknown.
    """

    day: date
    unit: str
    category: str
    district: str


class Cell(Document, frozen=True, kw_only=True):
    """The sums of one place and period; the id follows from both.

    Args:
        period: ``2026-11-24`` or ``2026-11``.
        batch: the last batch that was added; one that is not later is in it already.
    """

    period: str
    axis: Axis
    unit: str = ""
    category: str = ""
    district: str = ""
    counts: Counts
    batch: int


class Ledger(Document, frozen=True, kw_only=True):
    """What one petition has contributed so far; the id is the petition's.

    Args:
        revision: of the petition, when it was counted.
        counts: by the id of a day's cell.
        batch: as in `Cell`.
    """

    revision: int
    counts: dict[str, Counts]
    batch: int


class Batch(Document, frozen=True, kw_only=True):
    """The one document that decides what is added next; see follower.py.

    Args:
        number: grows by one with each batch.
        as_of: up to which moment dates that pass have been looked at.
        increments: what is added, by the id of a cell.
        ledgers: what the petitions of this batch have contributed with it.
        is_applied: whether everything of it is in cells and ledgers.
    """

    number: int
    as_of: datetime
    increments: dict[str, Counts] = field(default_factory=dict)
    ledgers: tuple[Ledger, ...] = ()
    is_applied: bool = True


BATCH_ID = "figures"

CELLS: Schema[Cell] = Schema(name="figure_cells", document=Cell, indexes=(Index("period", ("period", "axis")),))
LEDGERS: Schema[Ledger] = Schema(name="figure_ledgers", document=Ledger)
BATCHES: Schema[Batch] = Schema(name="figure_batches", document=Batch)
