"""A disk that is full, limited or broken: writes fail quickly and honestly, reads go on, and it recovers by itself."""

import asyncio
import contextlib
import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.database.collection import AlreadyExists, Document, Index, Schema, StaleVersion, StoreUnavailable
from services.database.sql import Sql, sql
from services.database.sqlite import SqliteDatabase
from tests.support.faulty_store import Fault, FaultyStore, disk_error, faulty_store


class Note(Document, frozen=True, kw_only=True):
    text: str = ""
    rank: int = 0


NOTES = Schema(name="notes", document=Note, indexes=(Index("rank", ("rank",)),))
COMMIT = sql("COMMIT")


async def test_a_full_disk_fails_writes_within_a_second_and_recovers(tmp_path: Path) -> None:
    # Given a store that may not grow any more
    async with faulty_store(tmp_path / "store.db", NOTES) as store:
        notes = store.collection
        kept = [await notes.add(Note(id=f"kept-{number}", text="x" * 1_000)) for number in range(20)]
        (pages,) = store.connection.execute(sql("PRAGMA page_count")).fetchone()
        store.connection.execute(Sql(f"PRAGMA max_page_count = {pages}")).fetchall()
        # When 64 large documents are written at once
        began = time.perf_counter()
        results = await asyncio.gather(
            *(notes.add(Note(id=f"new-{number}", text="x" * 20_000)) for number in range(64)), return_exceptions=True
        )
        # Then those without room are refused within a second, and nothing of them is there
        assert time.perf_counter() - began < 1
        refused = [number for number, result in enumerate(results) if isinstance(result, StoreUnavailable)]
        assert len(refused) >= 60
        assert {await notes.find(f"new-{number}") for number in refused} == {None}
        # And reading goes on
        assert [await notes.get(note.id) for note in kept] == kept
        assert len((await notes.query("rank")).documents) == 20 + 64 - len(refused)
        # And with room again everything does, without a restart
        store.connection.execute(sql("PRAGMA max_page_count = 1000000")).fetchall()
        for number in refused:
            assert (await notes.add(Note(id=f"new-{number}"))).version == 1
    _assert_sound(tmp_path / "store.db")


async def test_a_file_that_may_not_grow_is_told_by_the_ping_and_recovers(tmp_path: Path) -> None:
    # Given a process whose files may not grow beyond what the log has now
    store = SqliteDatabase(tmp_path / "store.db")
    notes = store.collection(NOTES)
    await store.open()
    kept = await notes.add(Note(id="kept", text="x" * 10_000))
    with _no_file_beyond((tmp_path / "store.db-wal").stat().st_size):
        # When it writes, then that fails, the ping as well, and reading goes on
        with pytest.raises(StoreUnavailable):
            await notes.add(Note(id="refused", text="x" * 10_000))
        with pytest.raises(StoreUnavailable):
            await store.ping()
        assert await notes.get("kept") == kept
        assert await notes.find("refused") is None
    # And with room again, everything works
    await store.ping()
    assert (await notes.add(Note(id="refused"))).version == 1
    await store.close()
    _assert_sound(tmp_path / "store.db")


async def test_a_file_that_was_moved_away_takes_no_writes_any_more(tmp_path: Path) -> None:
    # Given a store whose file somebody moves, and puts another in its place
    path = tmp_path / "store.db"
    store = SqliteDatabase(path)
    notes = store.collection(NOTES)
    await store.open()
    kept = await notes.add(Note(id="kept"))
    path.rename(tmp_path / "moved.db")
    for _ in range(2):
        # When it is written to, then nobody is told a success that a restart would not find
        with pytest.raises(StoreUnavailable, match="moved"):
            await notes.save(replace(kept, text="lost"))
        with pytest.raises(StoreUnavailable, match="moved"):
            await store.ping()
        path.write_bytes(b"")
    assert await notes.get("kept") == kept
    # And once it is back it goes on
    (tmp_path / "moved.db").rename(path)
    assert (await notes.save(replace(kept, text="found"))).version == 2
    await store.close()
    _assert_sound(path)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_whichever_statement_fails_what_was_acknowledged_is_true(tmp_path: Path, moment: str) -> None:
    # Given a disk that fails at the first, second, third ... statement of a small history
    number, is_over = 0, False
    while not is_over:
        async with faulty_store(tmp_path / f"{moment}-{number}.db", NOTES) as store:
            setattr(store.connection, moment, _failing(store, number))
            # When the history is played by callers who decide anew after an error
            acknowledged, unknown = await _play(store)
            is_over = len(store.connection.seen) <= number
            # Then what was acknowledged is stored, and what failed is as it was or as it was wanted
            stored = {note.id: note.version async for note in store.collection.scan()}
        for note_id in stored.keys() | acknowledged.keys() | unknown:
            allowed = {acknowledged.get(note_id, 0)} | (
                {acknowledged.get(note_id, 0) + 1} if note_id in unknown else set()
            )
            assert stored.get(note_id, 0) in allowed, f"statement {number}, {note_id}"
        _assert_sound(tmp_path / f"{moment}-{number}.db")
        number += 1
    assert number > 12


async def _play(store: FaultyStore) -> tuple[dict[str, int], set[str]]:
    """Add and save some documents in waves; return the acknowledged versions, and the ids whose last write failed."""
    acknowledged: dict[str, int] = {}
    unknown: set[str] = set()

    async def write(note: Note) -> None:
        try:
            done = await (store.collection.save(note) if note.version else store.collection.add(note))
        except StoreUnavailable:
            unknown.add(note.id)
        else:
            acknowledged[note.id] = done.version

    await asyncio.gather(*(write(Note(id=f"note-{n}")) for n in range(4)))
    for rank in range(2):
        await asyncio.gather(
            *(
                write(Note(id=note_id, rank=rank, version=version))
                for note_id, version in acknowledged.items()
                if note_id not in unknown
            )
        )
    return acknowledged, unknown


async def test_a_caller_may_repeat_an_add_whose_answer_was_lost(tmp_path: Path) -> None:
    # Given an add that reached the disk while its answer did not reach the caller
    async with faulty_store(tmp_path / "store.db", NOTES) as store:
        store.connection.after = _failing_commit(store)
        with pytest.raises(StoreUnavailable):
            await store.collection.add(Note(id="derived", text="once"))
        # When the step is repeated with the same id, then it finds itself done
        with pytest.raises(AlreadyExists):
            await store.collection.add(Note(id="derived", text="once"))
        assert await store.collection.get("derived") == Note(id="derived", text="once", version=1)


async def test_a_save_whose_answer_was_lost_is_stale_when_repeated(tmp_path: Path) -> None:
    async with faulty_store(tmp_path / "store.db", NOTES) as store:
        note = await store.collection.add(Note(id="a"))
        store.connection.after = _failing_commit(store)
        with pytest.raises(StoreUnavailable):
            await store.collection.save(replace(note, text="once"))
        with pytest.raises(StaleVersion):
            await store.collection.save(replace(note, text="once"))
        assert (await store.collection.get("a")).version == 2


def _failing(store: FaultyStore, number: int) -> Fault:
    def fail(_: Sql) -> None:
        if len(store.connection.seen) == number + 1:
            raise disk_error()

    return fail


def _failing_commit(store: FaultyStore) -> Fault:
    """Fail the next commit only."""
    seen = [statement for statement, _ in store.connection.seen].count(COMMIT)

    def fail(statement: Sql) -> None:
        if statement == COMMIT and [known for known, _ in store.connection.seen].count(COMMIT) == seen + 1:
            raise disk_error()

    return fail


@contextlib.contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a quota does (Python ignores the signal that comes with it)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _assert_sound(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
