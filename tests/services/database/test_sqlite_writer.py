"""Group commit: who shares a transaction, who fails with whom, and what a broken or hanging disk does."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.database.collection import Document, Index, Schema, StaleVersion, StoreUnavailable
from services.database.sql import Sql, sql
from services.database.sqlite_writer import QUEUE_LIMIT, WriterLimits
from tests.support.faulty_store import FaultyStore, disk_error, faulty_store


class Note(Document, frozen=True, kw_only=True):
    text: str = ""
    rank: int = 0


NOTES = Schema(name="notes", document=Note, indexes=(Index("rank", ("rank",)),))
BEGIN, COMMIT = sql("BEGIN IMMEDIATE"), sql("COMMIT")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FaultyStore]:
    async with faulty_store(tmp_path / "store.db", NOTES) as store:
        yield store


def _count(store: FaultyStore, statement: Sql) -> int:
    return [seen for seen, _ in store.connection.seen].count(statement)


async def test_writes_of_one_turn_share_one_transaction(store: FaultyStore) -> None:
    await asyncio.gather(*(store.collection.add(Note(id=f"note-{n}")) for n in range(100)))
    assert _count(store, COMMIT) == 1


async def test_writes_that_come_during_a_commit_share_the_next_transaction(store: FaultyStore) -> None:
    # Given a commit that waits for the disk
    let_go = threading.Event()
    store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
    first = store.writer.write(store.collection.statements.add, ("a", 1, 0, b"{}"))
    await _until(lambda: _count(store, COMMIT) == 1)
    # When 50 more come meanwhile
    more = [store.writer.write(store.collection.statements.add, (f"b-{n}", 1, 0, b"{}")) for n in range(50)]
    await asyncio.sleep(0)
    assert _count(store, BEGIN) == 1
    let_go.set()
    # Then they are all in the second one
    assert await asyncio.gather(first, *more) == [1] * 51
    assert _count(store, COMMIT) == 2


async def test_only_commits_wait_for_the_disk_and_never_on_the_loop(store: FaultyStore) -> None:
    await store.collection.add(Note(id="a"))
    threads = dict(store.connection.seen)
    assert threads[COMMIT] != threading.get_ident()
    assert threads[store.collection.statements.add] == threading.get_ident()


async def test_a_large_batch_is_cut_so_that_the_loop_goes_on(store: FaultyStore) -> None:
    await asyncio.gather(*(store.collection.add(Note(id=f"note-{n}")) for n in range(600)))
    assert _count(store, COMMIT) >= 3


async def test_a_statement_that_fails_fails_alone(store: FaultyStore) -> None:
    add = store.collection.statements.add
    writes = [
        store.writer.write(add, ("before", 1, 0, b'{"id": "before", "version": 1}')),
        store.writer.write(add, ("a", 1, 2**64, b"{}")),
        store.writer.write(add, (None, 1, 0, b"{}")),
        store.writer.write(sql("INSERT INTO nowhere VALUES (1)"), ()),
        store.writer.write(add, ("after", 1, 0, b'{"id": "after", "version": 1}')),
    ]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results] == [int, *[StoreUnavailable] * 3, int]
    assert _count(store, COMMIT) == 1
    assert [note.id async for note in store.collection.scan()] == ["after", "before"]


async def test_a_statement_that_ends_the_transaction_takes_all_of_it_along(store: FaultyStore) -> None:
    # Given a disk so full that SQLite rolls the whole transaction back at the third statement
    def full_at_third(statement: Sql) -> None:
        if statement == store.collection.statements.add and _count(store, statement) == 3:
            store.connection.execute(sql("ROLLBACK"))
            raise disk_error("database or disk is full")

    store.connection.after = full_at_third
    # When five are written at once
    results = await asyncio.gather(
        *(store.collection.add(Note(id=f"note-{n}")) for n in range(5)), return_exceptions=True
    )
    # Then those of this transaction failed, and what came behind it was written
    assert [type(result) for result in results] == [*[StoreUnavailable] * 3, Note, Note]
    assert [note.id async for note in store.collection.scan()] == ["note-3", "note-4"]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_commit_that_fails_fails_its_batch_and_no_other(store: FaultyStore, moment: str) -> None:
    first = await store.collection.add(Note(id="first"))

    def fail(statement: Sql) -> None:
        if statement == COMMIT and _count(store, COMMIT) == 2:
            raise disk_error()

    setattr(store.connection, moment, fail)
    results = await asyncio.gather(
        store.collection.add(Note(id="a")), store.collection.save(replace(first, text="b")), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreUnavailable, StoreUnavailable]
    # What failed before it reached the disk is undone; an answer that was lost leaves it done: nobody can know.
    is_done = moment == "after"
    assert (await store.collection.find("a") is not None) == is_done
    assert (await store.collection.get("first")).version == (2 if is_done else 1)
    assert (await store.collection.add(Note(id="next"))).version == 1


async def test_a_disk_that_hangs_is_told_and_recovers(tmp_path: Path) -> None:
    # Given a commit that hangs
    let_go = threading.Event()
    limits = WriterLimits(stall=timedelta(milliseconds=50))
    async with faulty_store(tmp_path / "store.db", NOTES, limits=limits) as store:
        store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
        hanging = asyncio.gather(
            *(store.collection.add(Note(id=f"note-{n}")) for n in range(3)), return_exceptions=True
        )
        await _until(lambda: _count(store, COMMIT) == 1)
        waiting = asyncio.gather(store.collection.add(Note(id="waiting")), return_exceptions=True)
        # Then its callers and those behind them are told, and the next are refused at once
        assert [type(result) for result in (*await hanging, *await waiting)] == [StoreUnavailable] * 4
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await store.collection.add(Note(id="refused"))
        # Reading goes on, and once the disk answers everything does
        assert await store.collection.find("note-0") is None
        let_go.set()
        await _until(lambda: _is_open(store))
        assert (await store.collection.add(Note(id="later"))).version == 1
        assert [note.id async for note in store.collection.scan()] == ["later", "note-0", "note-1", "note-2"]


async def test_closing_does_not_wait_for_a_disk_that_hangs(tmp_path: Path) -> None:
    let_go = threading.Event()
    limits = WriterLimits(stall=timedelta(milliseconds=50))
    async with faulty_store(tmp_path / "store.db", NOTES, limits=limits) as store:
        store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
        with pytest.raises(StoreUnavailable):
            await store.collection.add(Note(id="a"))
        await store.writer.close()
        assert _count(store, COMMIT) == 1
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.collection.add(Note(id="b"))
        let_go.set()


async def test_another_programs_lock_is_waited_for(store: FaultyStore, tmp_path: Path) -> None:
    shell = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    adding = asyncio.gather(store.collection.add(Note(id="a")))
    await _until(lambda: _count(store, BEGIN) > 2)
    assert await store.collection.find("a") is None
    shell.execute("COMMIT")
    assert [note.version for note in await adding] == [1]
    shell.close()


async def test_another_programs_lock_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    limits = WriterLimits(locked=timedelta(milliseconds=30))
    async with faulty_store(tmp_path / "store.db", NOTES, limits=limits) as store:
        shell = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        shell.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.collection.add(Note(id="a"))
        shell.execute("ROLLBACK")
        shell.close()
        assert (await store.collection.add(Note(id="a"))).version == 1


async def test_a_queue_that_is_full_refuses_and_what_it_took_is_written(store: FaultyStore) -> None:
    add = store.collection.statements.add
    taken = [store.writer.write(add, (f"{n:05}", 1, 0, b"{}")) for n in range(QUEUE_LIMIT)]
    with pytest.raises(StoreUnavailable, match="too many"):
        store.writer.write(add, ("one too many", 1, 0, b"{}"))
    assert await asyncio.gather(*taken) == [1] * QUEUE_LIMIT
    assert await store.collection.find("one too many") is None


async def test_a_caller_that_is_cancelled_loses_nobodys_write_and_doubles_none(store: FaultyStore) -> None:
    # Given callers of one batch, some of whom give up while the disk is busy
    let_go = threading.Event()
    store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
    notes = [_adding(store, f"note-{n}") for n in range(10)]
    await _until(lambda: _count(store, COMMIT) == 1)
    for note in notes[::2]:
        note.cancel()
    let_go.set()
    results = await asyncio.gather(*notes, return_exceptions=True)
    # Then each document is there once, and who stayed was told
    assert [isinstance(result, Note) for result in results] == [False, True] * 5
    assert [note.version async for note in store.collection.scan()] == [1] * 10


async def test_a_cancelled_save_happens_or_is_stale_but_never_twice(store: FaultyStore) -> None:
    note = await store.collection.add(Note(id="a"))
    saving = asyncio.ensure_future(store.collection.save(replace(note, text="once")))  # noqa: TID251 - cancelled by hand
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(StaleVersion):
        await store.collection.save(replace(note, text="again"))
    assert await store.collection.get("a") == Note(id="a", text="once", version=2)


async def test_closing_writes_what_was_accepted_and_refuses_the_rest(store: FaultyStore) -> None:
    adding = [_adding(store, f"note-{n}") for n in range(2_000)]
    await asyncio.sleep(0)
    await store.writer.close()
    assert [note.version for note in await asyncio.gather(*adding)] == [1] * 2_000
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.collection.add(Note(id="late"))


async def test_the_log_is_truncated_now_and_then(tmp_path: Path) -> None:
    async with faulty_store(tmp_path / "store.db", NOTES, limits=WriterLimits(checkpoint=timedelta(0))) as store:
        await store.collection.add(Note(id="a", text="x" * 100_000))
        assert (tmp_path / "store.db-wal").stat().st_size == 0
        assert (await store.collection.get("a")).version == 1


async def test_a_report_that_reads_postpones_the_truncation_and_holds_no_write(tmp_path: Path) -> None:
    async with faulty_store(tmp_path / "store.db", NOTES, limits=WriterLimits(checkpoint=timedelta(0))) as store:
        await store.collection.add(Note(id="a"))
        report = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        report.execute("BEGIN")
        report.execute("SELECT id FROM notes").fetchall()
        assert (await store.collection.add(Note(id="b"))).version == 1
        assert report.execute("SELECT id FROM notes").fetchall() == [("a",)]
        report.close()


def _adding(store: FaultyStore, document_id: str) -> "asyncio.Future[Note]":
    """Start adding a document."""
    return asyncio.ensure_future(store.collection.add(Note(id=document_id)))  # noqa: TID251 - awaited by the test


def _wait(event: threading.Event) -> None:
    assert event.wait(timeout=20)


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - what we wait for happens in a thread that knows no event of ours
            await asyncio.sleep(0)


def _is_open(store: FaultyStore) -> bool:
    try:
        store.writer.write(sql("DELETE FROM notes WHERE id = ''"), ())
    except StoreUnavailable:
        return False
    return True
