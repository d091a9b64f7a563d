"""The SQLite store as a whole: any history against a plain dict, backups, opening and closing."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from msgspec.structs import replace

from services.database.collection import (
    AlreadyExists,
    Collection,
    Document,
    Index,
    Range,
    Schema,
    StaleVersion,
    StoreUnavailable,
    UndecodableDocument,
)
from services.database.sqlite import SqliteDatabase
from tests.support.database import fast_folder

T = TypeVar("T")


class Ticket(Document, frozen=True, kw_only=True):
    rank: int | None = None
    title: str = ""


TICKETS = Schema(
    name="tickets", document=Ticket, indexes=(Index("rank", ("rank", "title")), Index("title", ("title", "rank")))
)


class Wide(Document, frozen=True, kw_only=True):
    rank: int
    title: str
    owner: str = "o"
    place: str = "p"


WIDE = Schema(
    name="wide",
    document=Wide,
    indexes=tuple(Index(name, (name,)) for name in ("rank", "title", "owner", "place")),
)
IDS = st.sampled_from([f"ticket-{number}" for number in range(6)])
RANKS = st.none() | st.integers(0, 3)
TITLES = st.sampled_from(["", "a", "市民", "🚰"])


class AnyHistory(RuleBasedStateMachine):
    """Do anything in any order and compare with a dict of what was acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = contextlib.ExitStack()
        self._path = self._folder.enter_context(fast_folder()) / "store.db"
        self._model: dict[str, Ticket] = {}
        self._older: list[Ticket] = []
        self._open()

    def teardown(self) -> None:
        self._check(self._everything)
        self._run(self._store.close())
        self._runner.close()
        self._folder.close()

    @rule(document_id=IDS, rank=RANKS, title=TITLES)
    def add(self, document_id: str, rank: int | None, title: str) -> None:
        ticket = Ticket(id=document_id, rank=rank, title=title)
        if document_id in self._model:
            with pytest.raises(AlreadyExists):
                self._run(self._tickets.add(ticket))
        else:
            self._model[document_id] = self._run(self._tickets.add(ticket))
            assert self._model[document_id] == replace(ticket, version=1)

    @precondition(lambda self: self._model)
    @rule(data=st.data(), rank=RANKS, title=TITLES)
    def save(self, data: st.DataObject, rank: int | None, title: str) -> None:
        before = self._model[data.draw(st.sampled_from(sorted(self._model)))]
        self._older.append(before)
        after = replace(before, rank=rank, title=title)
        self._model[before.id] = self._run(self._tickets.save(after))
        assert self._model[before.id] == replace(after, version=before.version + 1)

    @precondition(lambda self: self._model)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        ticket = self._model.pop(data.draw(st.sampled_from(sorted(self._model))))
        self._older.append(ticket)
        self._run(self._tickets.delete(ticket))

    @precondition(lambda self: self._older)
    @rule(data=st.data())
    def try_what_is_stale(self, data: st.DataObject) -> None:
        stale = data.draw(st.sampled_from(self._older))
        present = self._model.get(stale.id)
        if present is not None and present.version == stale.version:
            return  # deleted and added again up to the same version: nobody can tell the two apart
        with pytest.raises(StaleVersion):
            self._run(self._tickets.save(stale))
        with pytest.raises(StaleVersion):
            self._run(self._tickets.delete(stale))

    @rule(document_id=IDS)
    def find(self, document_id: str) -> None:
        assert self._run(self._tickets.find(document_id)) == self._model.get(document_id)

    @rule(rank=st.integers(0, 3), descending=st.booleans(), limit=st.integers(1, 3))
    def query_by_rank(self, rank: int, *, descending: bool, limit: int) -> None:
        found = self._pages("rank", {"rank": rank}, descending=descending, limit=limit)
        expected = [ticket for ticket in self._model.values() if ticket.rank == rank]
        assert found == sorted(expected, key=lambda ticket: (ticket.title, ticket.id), reverse=descending)

    @rule(lower=st.none() | st.integers(0, 3), upper=st.none() | st.integers(0, 4), descending=st.booleans())
    def query_a_range(self, lower: int | None, upper: int | None, *, descending: bool) -> None:
        within = Range(at_least=lower, below=upper)
        found = self._pages("rank", {}, within=within, descending=descending, limit=2)
        expected = [
            (ticket.rank, ticket.title, ticket.id)
            for ticket in self._model.values()
            if ticket.rank is not None and (lower is None or ticket.rank >= lower)
            if upper is None or ticket.rank < upper
        ]
        assert [(ticket.rank, ticket.title, ticket.id) for ticket in found] == sorted(expected, reverse=descending)

    @rule()
    def close_and_open(self) -> None:
        self._run(self._store.close())
        self._open()

    @rule()
    def add_an_index_and_take_it_away(self) -> None:
        self._run(self._store.close())
        self._open(replace(TICKETS, indexes=(Index("title", ("title",)),)))
        self._run(self._store.close())
        self._open()

    def _open(self, schema: Schema[Ticket] = TICKETS) -> None:
        self._store = SqliteDatabase(self._path)
        self._tickets: Collection[Ticket] = self._store.collection(schema)
        self._run(self._store.open())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _check(self, check: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._run(check())

    async def _everything(self) -> None:
        assert {ticket.id: ticket async for ticket in self._tickets.scan()} == self._model

    def _pages(self, index: str, equals: dict[str, Any], **wishes: Any) -> list[Ticket]:  # noqa: ANN401 - passed on
        found: list[Ticket] = []
        cursor: str | None = None
        while True:
            page = self._run(self._tickets.query(index, equals, after=cursor, **wishes))
            found += page.documents
            cursor = page.next
            if cursor is None:
                return found


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=30, stateful_step_count=30)


async def test_a_ping_reaches_the_disk(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "store.db")
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.ping()
    await store.open()
    await store.ping()
    await store.ping()
    await store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "store.db")) as file:
        assert file.execute("SELECT beats FROM store_pulse").fetchall() == [(2,)]


async def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "store.db")
    store.collection(TICKETS)
    await store.open()
    with contextlib.closing(sqlite3.connect(tmp_path / "store.db")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    parts = store._parts
    assert parts is not None
    # FULL is 2: after a power failure nothing that was acknowledged is missing. NORMAL lost up to 1,793 documents.
    assert parts.writer._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # type: ignore[arg-type] # a test may
    await store.close()


@pytest.mark.parametrize("name", ["store_collections", "sqlite_master"])
async def test_a_name_of_our_own_tables_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        SqliteDatabase(tmp_path / "store.db").collection(Schema(name=name, document=Ticket))


@pytest.mark.parametrize("name", ["", "Tickets", "tickets; DROP TABLE tickets", "票"])
async def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        SqliteDatabase(tmp_path / "store.db").collection(Schema(name=name, document=Ticket))


async def test_a_store_that_could_not_be_brought_up_to_date_is_closed_again(tmp_path: Path) -> None:
    # Given a store with a document that the next release cannot read
    store = SqliteDatabase(tmp_path / "store.db")
    tickets = store.collection(TICKETS)
    await store.open()
    await tickets.add(Ticket(id="a", title="not a number"))
    await store.close()

    class Changed(Document, frozen=True, kw_only=True):
        title: int

    # When that release starts, then it fails by name, and the old one can be started again at once
    changed = SqliteDatabase(tmp_path / "store.db")
    changed.collection(Schema(name="tickets", document=Changed, indexes=(Index("title", ("title",)),)))
    with pytest.raises(UndecodableDocument, match="tickets a"):
        await changed.open()
    await changed.close()
    again = SqliteDatabase(tmp_path / "store.db")
    tickets = again.collection(TICKETS)
    await again.open()
    assert (await tickets.get("a")).title == "not a number"
    await again.close()


async def test_closing_twice_and_closing_what_was_never_open_do_nothing(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "store.db")
    await store.close()
    await store.open()
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.ping()


async def test_a_save_writes_only_the_index_columns_that_moved(tmp_path: Path) -> None:
    # Given a document whose four fields stand in indexes
    store = SqliteDatabase(tmp_path / "store.db")
    documents = store.collection(WIDE)
    await store.open()
    document = await documents.add(Wide(id="a", rank=1, title="one"))
    parts = store._parts
    assert parts is not None
    written: list[str] = []
    parts.writer._connection.set_trace_callback(written.append)  # type: ignore[attr-defined]  # sqlite3's own
    # When one of them changes, then the others are compared, not written
    document = await documents.save(replace(document, rank=2))
    [update] = [statement for statement in written if statement.startswith("UPDATE")]
    assert update.startswith("UPDATE wide SET version = version + 1, ix_rank = 2, body = ")
    assert update.endswith("AND +ix_title IS 'one' AND +ix_owner IS 'o' AND +ix_place IS 'p'")
    assert (await documents.query("rank", {"rank": 2})).documents == (document,)
    assert (await documents.query("rank", {"rank": 1})).documents == ()
    assert (await documents.query("title", {"title": "one"})).documents == (document,)
    await store.close()


async def test_a_document_deleted_and_added_anew_in_the_same_moment_keeps_its_own_index_entries(
    tmp_path: Path,
) -> None:
    # Given a document that is deleted and added anew, at the same version, while somebody saves the old one
    store = SqliteDatabase(tmp_path / "store.db")
    documents = store.collection(WIDE)
    await store.open()
    old = await documents.add(Wide(id="a", rank=1, title="one"))
    new = Wide(id="a", rank=2, title="two")
    # When all three come in one turn of the loop
    _, added, saved = await asyncio.gather(
        documents.delete(old), documents.add(new), documents.save(replace(old, rank=3)), return_exceptions=True
    )
    # Then the save is too late, and the indexes say what the document says
    assert isinstance(saved, StaleVersion)
    assert added == await documents.get("a")
    assert (await documents.query("title", {"title": "two"})).documents == (added,)
    assert (await documents.query("title", {"title": "one"})).documents == ()
    await store.close()


async def test_where_few_columns_stand_in_indexes_none_is_read_before_a_save(tmp_path: Path) -> None:
    # Given a document of two index columns
    store = SqliteDatabase(tmp_path / "store.db")
    tickets = store.collection(TICKETS)
    await store.open()
    ticket = await tickets.add(Ticket(id="a", rank=1, title="one"))
    parts = store._parts
    assert parts is not None
    read: list[str] = []
    parts.reader.set_trace_callback(read.append)
    # When it is saved, then it is found by what it is now, and nothing was read for it
    await tickets.save(replace(ticket, rank=2))
    assert read == []
    assert (await tickets.query("rank", {"rank": 1})).documents == ()
    assert (await tickets.query("rank", {"rank": 2})).documents == (await tickets.get("a"),)
    await store.close()
