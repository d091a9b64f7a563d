"""The bulletin adds up; what everybody may read shows no small count."""

from datetime import timedelta

import pytest

from services.errors import Invalid
from services.figures.bulletin import NoBulletin, share
from services.figures.model import Axis, Figure
from services.figures.suppression import is_small
from services.petitions.centre_commands import Accept
from tests.support.figures import Life, Stage, a_figure_stage
from tests.support.petitions import AGENT, a_draft


async def counted_lives(stage: Stage) -> None:
    """Let petitions live until the next month, and count them."""
    for seed in range(4):
        await Life(stage.ground, seed=seed).go_on(60)
    figures = stage.figures()
    while await figures.step():
        continue


async def test_every_table_has_the_same_total_and_it_is_the_sum_of_the_days() -> None:
    async with a_figure_stage() as stage:
        await counted_lives(stage)
        cells = [one async for one in stage.records.cells.scan() if one.axis is Axis.DAY]
        month = "2026-12"
        expected = sum(one.counts.get(Figure.ACCEPTED, 0) for one in cells if one.period.startswith(month))
        bulletin = await stage.bulletins().internal(month)
        assert [table.axis for table in bulletin.tables] == [Axis.UNIT, Axis.CATEGORY, Axis.DISTRICT]
        assert len({tuple(sorted(table.total.counts.items())) for table in bulletin.tables}) == 1
        assert bulletin.tables[0].total.counts.get(Figure.ACCEPTED, 0) == expected > 0


async def test_the_public_variant_shows_no_small_count_in_any_row_or_total() -> None:
    async with a_figure_stage() as stage:
        await counted_lives(stage)
        stage.ground.clock.advance(timedelta(days=400))
        bulletin = await stage.bulletins().public("2026-12")
        assert bulletin.is_public
        rows = [row for table in bulletin.tables for row in (*table.rows, table.total)]
        assert not any(is_small(count) for row in rows for count in row.counts.values())
        assert any(row.hidden for row in rows)
        assert all(not set(row.counts) & row.hidden for row in rows)


async def test_a_month_that_is_not_over_is_for_the_staff_alone() -> None:
    async with a_figure_stage() as stage:
        number = (await stage.ground.service.file(a_draft())).number
        await stage.ground.service.perform(number, Accept(), by=AGENT)
        await stage.figures().step()
        assert (await stage.bulletins().internal("2026-11")).tables[0].total.counts == {Figure.ACCEPTED: 1}
        with pytest.raises(NoBulletin):
            await stage.bulletins().public("2026-11")


async def test_what_is_no_month_or_day_is_refused_and_an_empty_month_has_no_bulletin() -> None:
    async with a_figure_stage() as stage:
        for wrong in ("2026-13", "2026-1", "x", "2026-11-24"):
            with pytest.raises(Invalid):
                await stage.bulletins().internal(wrong)
        with pytest.raises(Invalid):
            await stage.bulletins().day("2026-11")
        with pytest.raises(NoBulletin):
            await stage.bulletins().internal("2020-01")


async def test_a_share_of_what_is_hidden_is_not_given() -> None:
    async with a_figure_stage() as stage:
        await counted_lives(stage)
        stage.ground.clock.advance(timedelta(days=400))
        for table in (await stage.bulletins().public("2026-12")).tables:
            for row in table.rows:
                value = share(row, part=Figure.SOLVED, whole=Figure.HEARD)
                assert value is None or not {Figure.SOLVED, Figure.HEARD} & row.hidden
