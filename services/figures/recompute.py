"""Recompute every figure from the petitions' histories and compare: ``python -m services.figures.recompute [URL]``.

For a stopped server or a backup. Prints one JSON line for each cell that differs and one with the totals; exit code 1
when a cell differs, 2 when the store cannot be read. Petitions that changed after they were last counted are named by
their number alone: the running server counts them within seconds. ``--rebuild`` throws the counters away and counts
anew, for instance after a change of the calendar for days that are over.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from services.calendar.loader import load_calendar
from services.calendar.work_calendar import WorkCalendar
from services.clock import Clock, SystemClock
from services.database.collection import Collection, Database, StoreUnavailable, UndecodableDocument
from services.database.engine import open_database
from services.database.existing import check_exists
from services.figures.cells import added, increments
from services.figures.follower import FigureRecords, Figures
from services.figures.model import BATCH_ID, BATCHES, CELLS, LEDGERS, Batch, Counts
from services.figures.rounds import RoundReader, contribution
from services.following.trail import POSITIONS, Position, Trail
from services.petitions.departments import Directory, load_directory
from services.petitions.model import Petition
from services.petitions.store import HISTORY, PETITIONS, whole_history

DATA = Path(__file__).resolve().parents[2] / "data"
DEFAULT_URL = "sqlite:///var/qingdao.db"
TRAIL_NAME = "figures"


class Rules(Struct, frozen=True, kw_only=True):
    """What dates and units are known by."""

    calendar: WorkCalendar
    directory: Directory


class Difference(Struct, frozen=True, kw_only=True):
    """One cell whose counters are not what the histories say."""

    cell: str
    kept: Counts
    recomputed: Counts


class Totals(Struct, frozen=True, kw_only=True):
    """What was compared; ``uncounted`` petitions changed after they were last counted."""

    petitions: int
    cells: int
    differences: int
    uncounted: int
    as_of: datetime | None


def figure_records(database: Database) -> FigureRecords:
    """Return the collections of a database; open it afterwards."""
    return FigureRecords(
        petitions=database.collection(PETITIONS),
        parts=database.collection(HISTORY),
        cells=database.collection(CELLS),
        ledgers=database.collection(LEDGERS),
        batches=database.collection(BATCHES),
    )


async def compare(records: FigureRecords, rules: Rules) -> tuple[list[Difference], Totals]:
    """Recompute all figures and compare them with the counters."""
    batch = await records.batches.find(BATCH_ID)
    sums: dict[str, Counts] = {}
    petitions = uncounted = 0
    async for petition in records.petitions.scan():
        petitions += 1
        counts, is_current = await _recomputed(petition, records, rules=rules, batch=batch)
        uncounted += not is_current
        for cell_id, change in increments({}, counts).items():
            sums[cell_id] = added(sums.get(cell_id, {}), change)
    kept = await _kept(records, batch)
    differences = [
        Difference(cell=cell_id, kept=kept.get(cell_id, {}), recomputed=sums.get(cell_id, {}))
        for cell_id in sorted({*kept, *sums})
        if kept.get(cell_id, {}) != sums.get(cell_id, {})
    ]
    totals = Totals(
        petitions=petitions,
        cells=len(kept),
        differences=len(differences),
        uncounted=uncounted,
        as_of=batch.as_of if batch else None,
    )
    return differences, totals


async def rebuild(database: Database, rules: Rules, *, clock: Clock) -> int:
    """Throw the counters away and count all petitions anew; return how many. Nobody else may count meanwhile."""
    records, positions = figure_records(database), database.collection(POSITIONS)
    await database.open()
    for collection in (records.cells, records.ledgers, records.batches):
        await _emptied(collection)
    position: Position | None = await positions.find(TRAIL_NAME)
    if position is not None:
        await positions.delete(position)
    trail = Trail(records.petitions, positions, name=TRAIL_NAME, clock=clock)
    figures = Figures(records, trail=trail, calendar=rules.calendar, directory=rules.directory, clock=clock)
    count = 0
    while looked := await figures.step():
        count += looked
    return count


async def _recomputed(
    petition: Petition, records: FigureRecords, *, rules: Rules, batch: Batch | None
) -> tuple[dict[str, Counts], bool]:
    """Return what a petition contributes, as far as it was counted, and whether that is all of it."""
    known = {ledger.id: ledger for ledger in batch.ledgers} if batch else {}
    ledger = known.get(petition.id) or await records.ledgers.find(petition.id)
    if batch is None or ledger is None:
        return {}, False
    history = await whole_history(petition, records.parts)
    counted = tuple(event for event in history if event.seq <= ledger.revision)
    if len(counted) < len(history):
        # Its present state does not say what it was then; the ledger does.
        return ledger.counts, False
    reader = RoundReader(petition, calendar=rules.calendar, directory=rules.directory)
    return contribution(petition, counted, reader=reader, as_of=batch.as_of), True


async def _kept(records: FigureRecords, batch: Batch | None) -> dict[str, Counts]:
    """Return all counters, with what of the last batch is not added yet."""
    cells = {cell.id: cell async for cell in records.cells.scan()}
    kept = {cell_id: cell.counts for cell_id, cell in cells.items()}
    if batch is not None and not batch.is_applied:
        for cell_id, counts in batch.increments.items():
            if cell_id not in cells or cells[cell_id].batch < batch.number:
                kept[cell_id] = added(kept.get(cell_id, {}), counts)
    return {cell_id: counts for cell_id, counts in kept.items() if counts}


async def _emptied(collection: Collection[Any]) -> None:
    async for document in collection.scan():
        await collection.delete(document)


async def _compared(url: str, rules: Rules, *, is_rebuilt: bool) -> tuple[list[Difference], Totals]:
    database = open_database(url)
    records = figure_records(database)
    try:
        if is_rebuilt:
            _ = await rebuild(database, rules, clock=SystemClock())
        await database.open()
        return await compare(records, rules)
    finally:
        await database.close()


def main(arguments: Sequence[str]) -> int:
    """Compare from the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.figures.recompute", description=__doc__)
    parser.add_argument("store", nargs="?", default=DEFAULT_URL, help="sqlite:///path or mongodb://host:port/name")
    parser.add_argument("--rebuild", action="store_true", help="throw the counters away and count anew")
    options = parser.parse_args(arguments)
    rules = Rules(calendar=load_calendar(DATA), directory=load_directory(DATA / "departments.json"))
    try:
        check_exists(options.store)
        differences, totals = asyncio.run(_compared(options.store, rules, is_rebuilt=options.rebuild))
    except (StoreUnavailable, UndecodableDocument, OSError, ValueError) as error:
        sys.stderr.write(f"cannot read the store: {error}\n")
        return 2
    for line in (*differences, totals):
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
