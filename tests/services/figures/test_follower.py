"""The counters are what the histories say, whatever happens to whoever counts."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.database.collection import Collection
from services.figures.follower import FigureRecords
from services.figures.model import Axis, Figure
from services.figures.recompute import compare
from services.petitions.centre_commands import Accept, CallBack, Dispatch
from services.petitions.department_commands import Answer, Sign
from tests.support.figures import Life, Stage, a_figure_stage
from tests.support.petitions import AGENT, CLERK, LAMPS, a_draft


class PowerCut(Exception):
    """The process is gone."""


class CutOff:
    """Pass writes on until so many were made, then fail each, as a process that is killed there."""

    def __init__(self, writes: int) -> None:
        self.left = writes

    def around(self, collection: Collection[Any]) -> "_Cut":
        return _Cut(collection, self)


class _Cut:
    def __init__(self, collection: Collection[Any], power: CutOff) -> None:
        self._collection = collection
        self._power = power

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the collection has
        return getattr(self._collection, name)

    async def add(self, document: Any) -> Any:  # noqa: ANN401 - as above
        self._spend()
        return await self._collection.add(document)

    async def save(self, document: Any) -> Any:  # noqa: ANN401 - as above
        self._spend()
        return await self._collection.save(document)

    def _spend(self) -> None:
        if self._power.left <= 0:
            raise PowerCut
        self._power.left -= 1


def cut_off(records: FigureRecords, *, writes: int) -> FigureRecords:
    """Return the records of a process that is killed after so many writes."""
    power = CutOff(writes)
    names = ("cells", "ledgers", "batches")
    return replace(records, **{name: power.around(getattr(records, name)) for name in names})


async def assert_exact(stage: Stage) -> None:
    """Hold that every counter is what a recomputation says, and that nothing waits to be counted."""
    differences, totals = await compare(stage.records, stage.rules)
    assert differences == []
    assert totals.uncounted == 0


async def all_counted(stage: Stage) -> None:
    figures = stage.figures()
    while await figures.step():
        continue


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 12), max_size=4))
async def test_after_any_lives_and_any_crashes_the_counters_are_the_recomputation(seed: int, cuts: list[int]) -> None:
    async with a_figure_stage() as stage:
        life = Life(stage.ground, seed=seed)
        for writes in cuts:
            await life.go_on(20)
            # When a process is killed somewhere in a step, and another one goes on some other time
            with contextlib.suppress(PowerCut):
                await stage.figures(cut_off(stage.records, writes=writes)).step()
        await life.go_on(20)
        await all_counted(stage)
        # Then nothing is missing and nothing is there twice
        await assert_exact(stage)


async def test_lives_at_random_come_to_every_figure() -> None:
    async with a_figure_stage() as stage:
        for seed in range(6):
            await Life(stage.ground, seed=seed).go_on(150)
        await all_counted(stage)
        found = {figure for cell in [one async for one in stage.records.cells.scan()] for figure in cell.counts}
        assert found == set(Figure)


async def test_two_processes_that_count_at_once_count_once() -> None:
    async with a_figure_stage() as stage:
        life = Life(stage.ground, seed=7)
        for _ in range(5):
            await life.go_on(15)
            one, two = stage.figures(), stage.figures()
            await asyncio.gather(one.step(), two.step(), one.step(), two.step())
        await all_counted(stage)
        await assert_exact(stage)


async def test_an_ordinary_petition_counts_where_and_when_it_happened() -> None:
    async with a_figure_stage() as stage:
        number = (await stage.ground.service.file(a_draft())).number
        steps = (
            (AGENT, Accept()),
            (CLERK, Dispatch(to="cgj")),
            (LAMPS, Sign()),
            (LAMPS, Answer(public_text="已修好")),
            (AGENT, CallBack(reached=True, solved=True, result=5, process=2)),
        )
        for by, command in steps:
            await stage.ground.service.perform(number, command, by=by)
            stage.ground.clock.advance(timedelta(hours=1))
        await all_counted(stage)
        page = await stage.records.cells.query("period", {"period": "2026-11", "axis": Axis.UNIT})
        assert [(cell.unit, cell.counts) for cell in page.documents] == [
            (
                "cgj",
                dict.fromkeys(
                    (
                        Figure.ACCEPTED,
                        Figure.DISPATCHED,
                        Figure.ANSWERED,
                        Figure.ON_TIME,
                        Figure.HEARD,
                        Figure.SOLVED,
                        Figure.SATISFIED,
                    ),
                    1,
                ),
            )
        ]


async def test_a_date_that_passes_while_nothing_happens_is_counted_by_itself_and_once() -> None:
    async with a_figure_stage() as stage:
        number = (await stage.ground.service.file(a_draft())).number
        await stage.ground.service.perform(number, Accept(), by=AGENT)
        await stage.ground.service.perform(number, Dispatch(to="cgj"), by=CLERK)
        await all_counted(stage)
        assert await _overdue(stage) == {}
        # When the date passes, and much later the answer comes
        stage.ground.clock.advance(timedelta(days=20))
        await all_counted(stage)
        assert await _overdue(stage) == {"2026-12-02": 1}
        await stage.ground.service.perform(number, Sign(), by=LAMPS)
        await stage.ground.service.perform(number, Answer(public_text="已修好"), by=LAMPS)
        await all_counted(stage)
        # Then it was overdue once, on the first day after, and the answer was not on time
        assert await _overdue(stage) == {"2026-12-02": 1}
        await assert_exact(stage)
        cells = [cell async for cell in stage.records.cells.scan()]
        assert sum(cell.counts.get(Figure.ON_TIME, 0) for cell in cells) == 0


async def test_a_counter_that_was_touched_is_found() -> None:
    async with a_figure_stage() as stage:
        await Life(stage.ground, seed=1).go_on(40)
        await all_counted(stage)
        cell = (await stage.records.cells.query("period", limit=1)).documents[0]
        await stage.records.cells.save(replace(cell, counts=cell.counts | {Figure.SOLVED: 99}))
        differences, _ = await compare(stage.records, stage.rules)
        assert [one.cell for one in differences] == [cell.id]


async def _overdue(stage: Stage) -> dict[str, int]:
    cells = [cell async for cell in stage.records.cells.scan() if cell.axis is Axis.DAY]
    return {cell.period: cell.counts[Figure.OVERDUE] for cell in cells if Figure.OVERDUE in cell.counts}
