"""What rehearsals and training are given."""

import asyncio
import stat
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.coordination.in_process import InProcessBell
from services.database.engine import open_database
from services.petitions.centre_commands import Accept, Dispatch
from services.petitions.commands import perform
from services.petitions.corrections import CORRECTIONS, read_corrections
from services.petitions.exporting import export, main, past_of
from services.petitions.rehearsal import read_past
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from services.petitions.transitions import Status
from tests.support.petitions import CLERK, KEYS, TUESDAY, a_draft, a_filing, a_petition, a_petition_at, a_scene, city
from tests.support.set_clock import SetClock


async def filled(url: str) -> None:
    """Leave a store with one petition of today, one of last year and one correction."""
    database = open_database(url)
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    await database.open()
    clock = SetClock(TUESDAY - timedelta(days=300))
    service = PetitionService(
        records, filing=a_filing(), rules=city().rules, keys=KEYS, clock=clock, bell=InProcessBell()
    )
    await service.file(a_draft(key="old"))
    clock.advance(timedelta(days=300))
    filed = await service.file(a_draft(key="new"))
    await service.perform(filed.number, Accept(category="民政/优抚/其他"), by=CLERK)
    await service.perform(filed.number, Dispatch(to="gsqy"), by=CLERK)
    await database.close()


async def test_the_past_and_the_corrections_come_out_readable_by_their_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:////{tmp_path}/store.db"
    await filled(url)
    assert await export(url, tmp_path, since=TUESDAY - timedelta(days=30)) == (1, 1, 1)
    [past] = await asyncio.to_thread(lambda: list(read_past(tmp_path / "past.jsonl")))
    assert past.facts.category == "民政/优抚/其他"
    corrections = await asyncio.to_thread(read_corrections, tmp_path / "corrections.jsonl")
    assert [one.level1 for one in corrections] == ["民政"]
    [dispatch] = [msgspec.json.decode(line) for line in (tmp_path / "dispatches.jsonl").read_bytes().splitlines()]
    assert dispatch["department"] == "gsqy"
    assert dispatch["proposed"] not in {"", "gsqy"}
    for name in ("past.jsonl", "corrections.jsonl", "dispatches.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


async def test_everything_is_exported_page_by_page(tmp_path: Path) -> None:
    url = f"sqlite:////{tmp_path}/store.db"
    database = open_database(url)
    petitions = database.collection(PETITIONS)
    await database.open()
    for number in range(501):
        await petitions.add(a_petition(a_draft(key=str(number))))
    await database.close()
    assert await export(url, tmp_path, since=TUESDAY) == (501, 0, 0)


def test_the_command_says_how_much_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"sqlite:////{tmp_path}/store.db", str(tmp_path), "--days", "7"]) == 0
    assert capsys.readouterr().out == "past.jsonl: 0, corrections.jsonl: 0, dispatches.jsonl: 0\n"


def test_a_petition_goes_out_as_the_rules_see_it_with_who_answered_it() -> None:
    answered = a_petition_at(Status.ANSWERED)
    past = past_of(answered)
    assert (past.id, past.handled_by, past.confident) == (answered.id, "cgj", answered.proposal.confident)
    assert (past.facts.district, past.facts.at) == ("370202", TUESDAY)
    assert past_of(a_petition()).handled_by == ""


def test_a_category_that_a_clerk_set_is_sure() -> None:
    unsure = a_petition(a_draft("请尽快处理"))
    assert not past_of(unsure).confident
    assert past_of(perform(Accept(category="民政/优抚/其他"), a_scene(unsure))).confident
