"""One command says whether the counters are what happened."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.coordination.in_process import InProcessBell
from services.database.sqlite import SqliteDatabase
from services.figures.model import CELLS, Figure
from services.figures.recompute import Rules, main, rebuild
from services.petitions.corrections import CORRECTIONS
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from tests.support.petitions import KEYS, a_draft, a_filing, city
from tests.support.set_clock import SetClock


def a_store(folder: Path, *, is_touched: bool = False) -> str:
    """Make a store with counted petitions; return its URL."""
    asyncio.run(_filled(folder / "figures.db", is_touched=is_touched))
    return f"sqlite:///{folder}/figures.db"


async def _filled(path: Path, *, is_touched: bool) -> None:
    database, clock, rules = SqliteDatabase(path), SetClock(), city().rules
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    cells = database.collection(CELLS)
    await database.open()
    service = PetitionService(records, filing=a_filing(), rules=rules, keys=KEYS, clock=clock, bell=InProcessBell())
    await service.file(a_draft())
    clock.advance(timedelta(days=20))
    assert await rebuild(database, Rules(calendar=rules.calendar, directory=rules.directory), clock=clock) > 0
    if is_touched:
        cell = (await cells.query("period", limit=1)).documents[0]
        await cells.save(replace(cell, counts={Figure.OVERDUE: 7}))
    await database.close()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_right_counters_are_found_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([a_store(tmp_path)]) == 0
    [totals] = lines(capsys)
    assert (totals["petitions"], totals["cells"], totals["differences"], totals["uncounted"]) == (1, 4, 0, 0)


def test_a_wrong_counter_is_named_and_counting_anew_heals_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = a_store(tmp_path, is_touched=True)
    assert main([store]) == 1
    [difference, totals] = lines(capsys)
    assert (difference["kept"], difference["recomputed"]) == ({"overdue": 7}, {"overdue": 1})
    assert totals["differences"] == 1
    assert main([store, "--rebuild"]) == 0
    assert main([store]) == 0


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"sqlite:///{tmp_path}/none.db"]) == 2
    assert "no store" in capsys.readouterr().err
