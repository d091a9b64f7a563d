"""Tables follow the schemas in one transaction, and a start that changes nothing writes nothing."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.database.collection import Document, Index, Schema, StoreUnavailable, UndecodableDocument
from services.database.sql import Sql, sql
from services.database.sqlite import SqliteDatabase
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_files import connect_writer
from services.database.sqlite_schema import prepare
from tests.support.faulty_store import FaultyConnection, disk_error


class Visit(Document, frozen=True, kw_only=True):
    place: str = ""
    number: int = 0


BY_PLACE = Index("place", ("place",))
BY_NUMBER = Index("number", ("number",))
VISITS = Schema(name="visits", document=Visit, indexes=(BY_PLACE,))
OTHERS = Schema(name="others", document=Visit, indexes=(BY_NUMBER,))


def _numbered(old: dict[str, Any], shape: int) -> dict[str, Any]:
    return old | {"number": old["number"] + shape}


async def _fill(path: Path, schema: Schema[Visit], *, count: int = 20) -> list[Visit]:
    store = SqliteDatabase(path)
    visits = store.collection(schema)
    await store.open()
    added = [await visits.add(Visit(id=f"visit-{n:02}", place=f"place-{n % 3}", number=n)) for n in range(count)]
    await store.close()
    return added


def _objects(path: Path) -> set[tuple[str, str]]:
    """Return the tables and indexes that stand in a file."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        found = file.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {row for row in found if not row[1].startswith("store_")}


async def test_an_index_that_is_no_longer_asked_for_is_dropped(tmp_path: Path) -> None:
    await _fill(tmp_path / "store.db", VISITS)
    assert _objects(tmp_path / "store.db") == {("table", "visits"), ("index", "visits_by_place")}
    await _fill(tmp_path / "store.db", replace(VISITS, indexes=()), count=0)
    assert _objects(tmp_path / "store.db") == {("table", "visits")}


async def test_an_index_that_changed_is_made_anew_without_rewriting_the_documents(tmp_path: Path) -> None:
    both = replace(VISITS, indexes=(BY_PLACE, BY_NUMBER))
    added = await _fill(tmp_path / "store.db", both)
    turned = replace(VISITS, indexes=(Index("place", ("place", "number")), Index("number", ("number", "place"))))
    store = SqliteDatabase(tmp_path / "store.db")
    visits = store.collection(turned)
    await store.open()
    page = await visits.query("place", {"place": "place-1"}, descending=True)
    assert list(page.documents) == [visit for visit in reversed(added) if visit.place == "place-1"]
    await store.close()


async def test_a_start_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    await _fill(tmp_path / "store.db", VISITS)
    before = (tmp_path / "store.db").read_bytes()
    await _fill(tmp_path / "store.db", VISITS, count=0)
    assert (tmp_path / "store.db").read_bytes() == before


async def test_a_document_that_does_not_fit_leaves_every_collection_as_it_was(tmp_path: Path) -> None:
    # Given two collections, the second with a document that the new release cannot read
    await _fill(tmp_path / "store.db", OTHERS)
    added = await _fill(tmp_path / "store.db", VISITS)
    before = _objects(tmp_path / "store.db")

    class Renamed(Document, frozen=True, kw_only=True):
        town: str

    store = SqliteDatabase(tmp_path / "store.db")
    store.collection(replace(OTHERS, indexes=(BY_PLACE,)))
    store.collection(Schema(name="visits", document=Renamed, indexes=(Index("town", ("town",)),)))
    # When it starts, then it says which, and nothing has changed, in the first collection either
    with pytest.raises(UndecodableDocument, match="visits visit-00"):
        await store.open()
    await store.close()
    assert _objects(tmp_path / "store.db") == before
    again = SqliteDatabase(tmp_path / "store.db")
    visits = again.collection(VISITS)
    await again.open()
    assert [visit async for visit in visits.scan()] == added
    await again.close()


async def test_an_upgrade_that_fails_at_any_statement_changes_nothing(tmp_path: Path) -> None:
    added = await _fill(tmp_path / "store.db", VISITS)
    raised = replace(VISITS, indexes=(BY_NUMBER,), shape=2, upgrade=_numbered)
    # Given a disk that fails at the first, second, third ... statement of an upgrade
    number = 0
    while not _is_upgraded(tmp_path / "store.db", raised, fails_at=number):
        # Then the old release finds everything as it was, each time
        store = SqliteDatabase(tmp_path / "store.db")
        visits = store.collection(VISITS)
        await store.open()
        assert [visit async for visit in visits.scan()] == added
        await store.close()
        number += 1
    # And once nothing fails the new one finds everything in its new shape
    assert number > len(added)
    store = SqliteDatabase(tmp_path / "store.db")
    visits = store.collection(raised)
    await store.open()
    found = (await visits.query("number")).documents
    assert [visit.number for visit in found] == [visit.number + 1 for visit in added]
    await store.close()


async def test_an_older_release_refuses_what_a_newer_one_has_written(tmp_path: Path) -> None:
    await _fill(tmp_path / "store.db", replace(VISITS, shape=2, upgrade=_numbered))
    store = SqliteDatabase(tmp_path / "store.db")
    store.collection(VISITS)
    with pytest.raises(StoreUnavailable, match=r"visits: written by a newer release \(shape 2\)"):
        await store.open()
    await store.close()


def _is_upgraded(path: Path, schema: Schema[Visit], *, fails_at: int) -> bool:
    """Prepare a collection on a disk that fails at one statement; tell whether that one was never reached."""
    connection = FaultyConnection(connect_writer(path, waits=True))

    def fail(_: Sql) -> None:
        if len(connection.seen) == fails_at + 1:
            raise disk_error()

    connection.before = fail
    try:
        prepare(connection, [SqliteCollection(schema)])
    except sqlite3.OperationalError:
        assert connection.execute(sql("SELECT count(*) FROM visits")).fetchone() == (20,)
        return False
    finally:
        connection.close()
    return True
