"""One command says whether a log was touched, and where."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS, entry_id
from services.audit.petition_acts import PetitionAudit
from services.audit.verify import main, verified_stretch
from services.coordination.in_process import InProcessBell
from services.database.sqlite import SqliteDatabase
from services.following.trail import POSITIONS, Trail
from services.petitions.centre_commands import Accept, Dispatch, Reveal
from services.petitions.corrections import CORRECTIONS
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY, NUMBERS, PETITIONS
from tests.support.audit import LogBook, an_act
from tests.support.petitions import AGENT, CLERK, KEYS, TUESDAY, a_draft, a_filing, city
from tests.support.set_clock import SetClock

Touch = Callable[[AuditLog, SqliteDatabase], Awaitable[None]]


async def untouched(_log: AuditLog, _database: SqliteDatabase) -> None:
    """Change nothing."""


def a_store(folder: Path, *, touch: Touch = untouched) -> str:
    """Make a store with three acts on one petition, all recorded, and let somebody touch it; return its URL."""
    path = folder / "audit.db"
    asyncio.run(_filled(path, touch))
    return f"sqlite:///{path}"


async def _filled(path: Path, touch: Touch) -> None:
    database, clock = SqliteDatabase(path), SetClock(TUESDAY)
    records = Records(
        petitions=database.collection(PETITIONS),
        numbers=database.collection(NUMBERS),
        history=database.collection(HISTORY),
        corrections=database.collection(CORRECTIONS),
    )
    log = AuditLog(database.collection(ENTRIES), database.collection(HEADS))
    trail = Trail(records.petitions, database.collection(POSITIONS), name="audit", clock=clock)
    await database.open()
    service = PetitionService(
        records, filing=a_filing(), rules=city().rules, keys=KEYS, clock=clock, bell=InProcessBell()
    )
    filed = await service.file(a_draft())
    for by, command in ((AGENT, Accept()), (CLERK, Dispatch(to="cgj")), (CLERK, Reveal(purpose="核实地址"))):
        clock.advance(timedelta(hours=1))
        _ = await service.perform(filed.number, command, by=by)
    await PetitionAudit(trail, records.history, audit=log).step()
    await touch(log, database)
    await database.close()


async def empty(database: SqliteDatabase) -> None:
    """Remove the whole log."""
    entries, heads = database.collection(ENTRIES), database.collection(HEADS)
    for entry in [one async for one in entries.scan()]:
        await entries.delete(entry)
    for head in [one async for one in heads.scan()]:
        await heads.delete(head)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Return what was printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_whole_log_is_found_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([a_store(tmp_path)]) == 0
    [totals] = lines(capsys)
    assert (totals["entries"], totals["petitions"], totals["faults"], totals["seq"]) == (3, 1, 0, 3)
    assert main([f"sqlite:///{tmp_path}/audit.db", "--anchor", f"3:{totals['hash']}"]) == 0


def test_a_log_rewritten_as_a_whole_shows_against_the_histories_and_a_noted_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given somebody who replaces the log by one of their own, head and all
    async def rewrite(log: AuditLog, database: SqliteDatabase) -> None:
        entries = [entry async for entry in log.entries()]
        await empty(database)
        fresh = AuditLog(database.collection(ENTRIES), database.collection(HEADS))
        for entry in entries[:2]:
            await fresh.record(entry.act)
        await fresh.record(replace(entries[2].act, by="nobody", key="pt_other:4"))

    # When it is verified, then the act that is gone and the one that is not founded are named, and so is the head
    assert main([a_store(tmp_path, touch=rewrite), "--anchor", "3:" + "ab" * 32, "--newest", "0"]) == 1
    *faults, totals = lines(capsys)
    assert [(fault["kind"], fault["at"]) for fault in faults] == [
        ("head", f"anchor {entry_id(3)}"),
        ("unfounded", entry_id(3)),
    ]
    assert totals["faults"] == 2


def test_an_act_that_never_reached_the_log_is_named_once_it_is_not_new_any_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def forget(log: AuditLog, database: SqliteDatabase) -> None:
        acts = [entry.act async for entry in log.entries()]
        await empty(database)
        for act in acts[1:]:
            await AuditLog(database.collection(ENTRIES), database.collection(HEADS)).record(act)

    assert main([a_store(tmp_path, touch=forget)]) == 1
    [fault, _] = lines(capsys)
    assert fault["kind"] == "unrecorded"
    assert str(fault["at"]).endswith(":2")


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"sqlite:///{tmp_path}/none.db"]) == 2
    assert "no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_a_stretch_goes_on_where_the_last_one_ended(book: LogBook) -> None:
    for key in "abcde":
        await book.log.record(an_act(key))
    first = await verified_stretch(book.log, after=0, limit=3)
    second = await verified_stretch(book.log, after=first.reached, limit=3)
    assert (first.checked, first.reached, first.head, first.faults) == (3, 3, 5, ())
    assert (second.checked, second.reached, second.faults) == (2, 5, ())


async def test_a_stretch_names_what_was_touched(book: LogBook) -> None:
    for key in "abc":
        await book.log.record(an_act(key))
    entry = await book.entries.get(entry_id(2))
    await book.entries.save(replace(entry, act=replace(entry.act, by="nobody")))
    stretch = await verified_stretch(book.log, after=0, limit=10)
    assert [(fault.kind, fault.at) for fault in stretch.faults] == [("changed", entry_id(2))]
