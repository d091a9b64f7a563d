"""Keep the figures up to date: exactly what the histories say, however often a step is repeated or cut off.

One document, the batch, decides. A step reads it, works out what changed since - for each petition the difference
between what it contributes now and what its ledger says - and writes that as the next batch in one compare-and-swap.
Then it adds the batch to cells and ledgers, each of which remembers the last batch it has, and marks it applied. A
crash leaves a batch that the next step, on any process, finishes first; a slow process finds every cell ahead of it.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from services.calendar.work_calendar import WorkCalendar
from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, Range, StaleVersion
from services.figures.cells import added, empty_cell, increments
from services.figures.model import BATCH_ID, Batch, Cell, Counts, Ledger
from services.figures.rounds import RoundReader, contribution
from services.following.loop import keep_following
from services.following.trail import Trail
from services.petitions.departments import Directory
from services.petitions.model import HistoryPart, Petition
from services.petitions.store import whole_history

PETITIONS_MOST = 200
"""Petitions of one batch: bounds the document."""
AT_ONCE = 50
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_QUIET = timedelta(minutes=1)


class FigureRecords(Struct, frozen=True, kw_only=True):
    """The collections a step reads and writes."""

    petitions: Collection[Petition]
    parts: Collection[HistoryPart]
    cells: Collection[Cell]
    ledgers: Collection[Ledger]
    batches: Collection[Batch]


class Figures:
    """The follower that counts."""

    def __init__(
        self,
        records: FigureRecords,
        *,
        trail: Trail,
        calendar: WorkCalendar,
        directory: Directory,
        clock: Clock,
    ) -> None:
        """Take the records, the trail of changed petitions and what dates and units are known by."""
        self._records = records
        self._trail = trail
        self._calendar = calendar
        self._directory = directory
        self._clock = clock

    async def run(self) -> None:
        """Follow until cancelled."""
        await keep_following(self.step, name="figures")

    async def step(self) -> int:
        """Count what changed and which dates passed since the last step; return how many petitions were looked at."""
        try:
            return await self._step()
        except StaleVersion:
            # Another process counts: what it leaves is found by the next step.
            return 1

    async def _step(self) -> int:
        batch = await self._finished(await self._batch())
        as_of = self._clock.now()
        look = await self._trail.look()
        known = {one.id: one for one in look.petitions}
        changed = list(dict.fromkeys([*await self._passed(batch.as_of, now=as_of), *known]))
        for start in range(0, len(changed), PETITIONS_MOST):
            ids = changed[start : start + PETITIONS_MOST]
            part = [known.get(one) or await self._records.petitions.get(one) for one in ids]
            is_last = start + PETITIONS_MOST >= len(changed)
            batch = await self._counted(batch, part, as_of=as_of, reached=as_of if is_last else batch.as_of)
        if not changed and as_of - batch.as_of >= _QUIET:
            _ = await self._records.batches.save(replace(batch, as_of=as_of))
        await self._trail.done(look)
        return len(changed)

    async def _batch(self) -> Batch:
        batch = await self._records.batches.find(BATCH_ID)
        if batch is not None:
            return batch
        try:
            return await self._records.batches.add(Batch(id=BATCH_ID, number=0, as_of=_BEGINNING))
        except AlreadyExists:
            return await self._records.batches.get(BATCH_ID)

    async def _passed(self, since: datetime, *, now: datetime) -> list[str]:
        """Return the ids of open petitions whose date passed since a moment: often all of a day in one second."""
        within = Range(at_least=since - _SECOND, below=now - _SECOND + _MICROSECOND)
        return [one.id async for one in self._records.petitions.scan("due", within=within)]

    async def _counted(
        self, batch: Batch, petitions: Sequence[Petition], *, as_of: datetime, reached: datetime
    ) -> Batch:
        """Write the next batch and add it; return it applied."""
        ledgers: list[Ledger] = []
        sums: dict[str, Counts] = {}
        for petition in petitions:
            ledger, changes = await self._changes(petition, as_of=as_of, number=batch.number + 1)
            ledgers += [ledger] if ledger else []
            for cell_id, counts in changes.items():
                sums[cell_id] = added(sums.get(cell_id, {}), counts)
        following = replace(
            batch,
            number=batch.number + 1,
            as_of=reached,
            increments={cell_id: counts for cell_id, counts in sums.items() if counts},
            ledgers=tuple(ledgers),
            is_applied=False,
        )
        return await self._finished(await self._records.batches.save(following))

    async def _changes(
        self, petition: Petition, *, as_of: datetime, number: int
    ) -> tuple[Ledger | None, dict[str, Counts]]:
        """Return a petition's new ledger and what it changes; None when it is counted like this already."""
        history = await whole_history(petition, self._records.parts)
        reader = RoundReader(petition, calendar=self._calendar, directory=self._directory)
        counts = contribution(petition, history, reader=reader, as_of=as_of)
        before = await self._records.ledgers.find(petition.id)
        if before is not None and before.revision == petition.revision and before.counts == counts:
            return None, {}
        ledger = Ledger(id=petition.id, revision=petition.revision, counts=counts, batch=number)
        return ledger, increments(before.counts if before else {}, counts)

    async def _finished(self, batch: Batch) -> Batch:
        """Add whatever of a batch is not added yet, and mark it applied."""
        if batch.is_applied:
            return batch
        cells = (self._add(cell_id, counts, number=batch.number) for cell_id, counts in batch.increments.items())
        await _in_groups(chain(cells, (self._keep(ledger) for ledger in batch.ledgers)))
        return await self._records.batches.save(replace(batch, increments={}, ledgers=(), is_applied=True))

    async def _add(self, cell_id: str, counts: Counts, *, number: int) -> None:
        while True:
            cell = await self._records.cells.find(cell_id)
            if cell is not None and cell.batch >= number:
                return
            try:
                if cell is None:
                    _ = await self._records.cells.add(empty_cell(cell_id, counts=counts, batch=number))
                else:
                    _ = await self._records.cells.save(replace(cell, counts=added(cell.counts, counts), batch=number))
            except (AlreadyExists, StaleVersion):
                continue
            return

    async def _keep(self, ledger: Ledger) -> None:
        while True:
            known = await self._records.ledgers.find(ledger.id)
            if known is not None and known.batch >= ledger.batch:
                return
            try:
                _ = await (
                    self._records.ledgers.save(ledger.at_version(known.version))
                    if known
                    else self._records.ledgers.add(ledger)
                )
            except (AlreadyExists, StaleVersion):
                continue
            return


async def _in_groups(work: Iterator[Coroutine[None, None, None]]) -> None:
    """Await many writes, so many at once that the store commits them in few transactions.

    Each is made when its turn comes: after a failure none is left behind that nobody awaits.
    """
    while group := list(islice(work, AT_ONCE)):
        await asyncio.gather(*group)
