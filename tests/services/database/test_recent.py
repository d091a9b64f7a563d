"""Documents kept in memory: never another one than the disk has, whatever becomes of a write and of who asked for it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from services.database.collection import Document, Schema, StaleVersion, StoreUnavailable
from services.database.recent import RecentDocuments
from services.database.sql import Sql, sql
from services.database.sqlite_writer import Settled, WriterLimits
from tests.support.faulty_store import FaultyStore, disk_error, faulty_store


class Note(Document, frozen=True, kw_only=True):
    text: str = ""


LIMIT = 2_000
NOTES = Schema(name="notes", document=Note, kept_in_memory=LIMIT)
COMMIT = sql("COMMIT")
IDS = ("a", "b", "c")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FaultyStore]:
    async with faulty_store(tmp_path / "store.db", NOTES) as store:
        yield store


def _reads(store: FaultyStore) -> Callable[[], int]:
    """Return how to count the reads that reached the file."""
    count = 0

    def seen(statement: str) -> None:
        nonlocal count
        count += statement.startswith("SELECT body")

    store.reader.set_trace_callback(seen)
    return lambda: count


async def _accepts(store: FaultyStore) -> None:
    """Wait until the disk answers again."""
    async with asyncio.timeout(5):
        while True:
            try:
                await store.collection.add(Note(id="again"))
            except StoreUnavailable:
                await asyncio.sleep(0)
            else:
                return


async def test_what_was_written_or_read_is_found_without_the_file(store: FaultyStore) -> None:
    reads = _reads(store)
    added = await store.collection.add(Note(id="a", text="one"))
    assert await store.collection.find("a") == added
    saved = await store.collection.save(replace(added, text="two"))
    assert await store.collection.find("a") == saved
    assert reads() == 0


async def test_nothing_is_known_of_what_is_not_there(store: FaultyStore) -> None:
    reads = _reads(store)
    added = await store.collection.add(Note(id="a"))
    await store.collection.delete(added)
    assert [await store.collection.find("a"), await store.collection.find("a")] == [None, None]
    assert reads() == 2


async def test_the_memory_is_bounded_and_the_rest_is_read(store: FaultyStore) -> None:
    notes = [await store.collection.add(Note(id=f"{number}", text="x" * 200)) for number in range(20)]
    reads = _reads(store)
    assert [await store.collection.find(note.id) for note in notes] == notes
    assert reads() >= 10


async def test_a_write_whose_caller_has_gone_is_seen(store: FaultyStore) -> None:
    # Given a commit that waits for the disk, and a caller that gives up meanwhile
    added = await store.collection.add(Note(id="a", text="one"))
    let_go = threading.Event()
    store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await store.collection.save(replace(added, text="two"))
    assert await store.collection.find("a") == added
    # When the disk answers
    let_go.set()
    await store.collection.add(Note(id="b"))
    # Then everybody sees what it holds
    assert (await store.collection.get("a")).text == "two"


async def test_what_is_found_is_never_behind_what_a_scan_shows(store: FaultyStore) -> None:
    """From the moment a scan shows the new text, `find` does not show the old one, though its writer knows nothing yet."""
    added = await store.collection.add(Note(id="a", text="one"))
    committed, let_go = threading.Event(), threading.Event()

    def held(statement: Sql) -> None:
        if statement == COMMIT:
            committed.set()
            _wait(let_go)

    async def look() -> tuple[str, str]:
        assert await asyncio.to_thread(committed.wait, 5)
        scanned = [note.text async for note in store.collection.scan()]
        found = (await store.collection.get("a")).text
        let_go.set()
        return scanned[0], found

    store.connection.after = held
    _, seen = await asyncio.gather(store.collection.save(replace(added, text="two")), look())
    assert seen == ("two", "two")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_after_a_commit_that_failed_the_disk_is_asked(store: FaultyStore, moment: str) -> None:
    added = await store.collection.add(Note(id="a", text="one"))

    def fail(statement: Sql) -> None:
        if statement == COMMIT:
            raise disk_error()

    setattr(store.connection, moment, fail)
    with pytest.raises(StoreUnavailable):
        await store.collection.save(replace(added, text="two"))
    assert (await store.collection.get("a")).text == ("two" if moment == "after" else "one")


async def test_after_a_disk_that_hung_everybody_sees_what_it_holds(tmp_path: Path) -> None:
    limits = WriterLimits(stall=timedelta(milliseconds=50))
    async with faulty_store(tmp_path / "store.db", NOTES, limits=limits) as store:
        added = await store.collection.add(Note(id="a", text="one"))
        let_go = threading.Event()
        store.connection.before = lambda statement: _wait(let_go) if statement == COMMIT else None
        results = await asyncio.gather(
            store.collection.save(replace(added, text="two")),
            store.collection.add(Note(id="b")),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [StoreUnavailable] * 2
        assert await store.collection.find("a") == added
        let_go.set()
        await _accepts(store)
        assert (await store.collection.get("a")).text == "two"


async def test_what_another_program_wrote_is_found_after_the_first_refusal(store: FaultyStore) -> None:
    """Somebody's sqlite3 shell is no writer we know of; whoever is refused as stale then reads what the file has."""
    added = await store.collection.add(Note(id="a", text="one"))
    store.connection.execute(
        sql("UPDATE notes SET version = 5, body = ? WHERE id = 'a'"), (b'{"id":"a","version":5,"text":"shell"}',)
    )
    with pytest.raises(StaleVersion):
        await store.collection.save(replace(added, text="two"))
    assert (await store.collection.get("a")).text == "shell"


class Overlapping(RuleBasedStateMachine):
    """Writes that overlap and end well or badly, beside a plain map that stands for the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.disk: dict[str, Note] = {}
        self.recent: RecentDocuments[Note] = RecentDocuments(LIMIT)
        self.queued: list[tuple[str, Note | None, Settled]] = []
        """Statements run in the order they were queued, so that is the order in which they end."""

    @rule(name=st.sampled_from(IDS), length=st.integers(0, 300))
    def write(self, name: str, length: int) -> None:
        note = Note(id=name, text="x" * length)
        self.queued.append((name, note, self.recent.begins(name, becomes=note, size=length)))

    @rule(name=st.sampled_from(IDS))
    def remove(self, name: str) -> None:
        self.queued.append((name, None, self.recent.begins(name, becomes=None, size=0)))

    @precondition(lambda self: self.queued)
    @rule()
    def end(self) -> None:
        name, note, settle = self.queued.pop(0)
        self.disk.pop(name, None)
        if note is not None:
            self.disk[name] = note
        settle(True)

    @precondition(lambda self: self.queued)
    @rule()
    def fail(self) -> None:
        self.queued.pop(0)[2](False)

    @rule(name=st.sampled_from(IDS))
    def read(self, name: str) -> None:
        if name in self.disk and self.recent.find(name) is None:
            self.recent.was_read(self.disk[name], size=len(self.disk[name].text))

    @invariant()
    def what_is_kept_is_what_the_disk_has(self) -> None:
        for name in IDS:
            found = self.recent.find(name)
            assert found is None or found is self.disk[name]

    @invariant()
    def what_is_being_written_is_not_kept(self) -> None:
        assert not [name for name, *_ in self.queued if self.recent.find(name)]

    @invariant()
    def the_memory_is_bounded(self) -> None:
        assert 0 <= self.recent.size <= LIMIT


TestOverlapping = Overlapping.TestCase


def _wait(let_go: threading.Event) -> None:
    assert let_go.wait(5)
