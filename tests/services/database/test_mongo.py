"""What the contract cannot show of the MongoDB engine: servers that do not answer, and what is really kept."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace
from pymongo import AsyncMongoClient

from services.database.collection import Document, Index, Schema, StoreUnavailable
from services.database.mongo import MongoDatabase
from tests.support.database import FORGOTTEN_SOCKETS

pytestmark = [pytest.mark.filterwarnings(FORGOTTEN_SOCKETS), pytest.mark.usefixtures("forgotten_sockets")]

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


class Note(Document, frozen=True, kw_only=True):
    due: datetime | None = None
    rank: int | None = None


NOTES = Schema(name="notes", document=Note, indexes=(Index("due", ("due", "rank")), Index("rank", ("rank",))))


class Wire:
    """Stand between a client and its server; can swallow the server's answers or be cut."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("mongodb://").split("/")[0].rsplit("@", 1)[-1].split(":")
        self._target = (host, int(port))
        self._writers: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None] | None] = set()
        self.is_deaf = False
        self.port = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Wire"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            await asyncio.gather(*filter(None, self._serving))

    def cut(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())
        their_reader, their_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, their_writer]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pass_on(reader, their_writer, is_answer=False))
            tasks.create_task(self._pass_on(their_reader, writer, is_answer=True))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        try:
            while data := await reader.read(65_536):
                if not (is_answer and self.is_deaf):
                    writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = MongoDatabase("mongodb://127.0.0.1:1/city?serverSelectionTimeoutMS=100", "city")
    store.collection(NOTES)
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.ping()
    with pytest.raises(StoreUnavailable, match="notes"):
        await store.open()
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


async def test_a_write_whose_answer_is_lost_has_an_unknown_outcome_and_is_not_repeated(mongodb_url: str) -> None:
    # Given a store behind a wire, and a document
    name = f"wire_{uuid4().hex}"
    direct = MongoDatabase(f"{mongodb_url}/{name}", name)
    seen = direct.collection(NOTES)
    await direct.open()
    before = await seen.add(Note(id="a", rank=1))
    async with Wire(mongodb_url).open() as wire:
        store = MongoDatabase(f"mongodb://127.0.0.1:{wire.port}/{name}?socketTimeoutMS=300", name)
        notes = store.collection(NOTES)
        await store.open()
        # When the answer to a save, and to an add, gets lost
        wire.is_deaf = True
        with pytest.raises(StoreUnavailable, match="save failed"):
            await notes.save(replace(before, rank=2))
        with pytest.raises(StoreUnavailable, match="add failed"):
            await notes.add(Note(id="b"))
        with pytest.raises(StoreUnavailable):
            await store.ping()
        # Then each was done at most once, and whoever reads again finds out
        assert (await seen.get("a")).version in {1, 2}
        wire.is_deaf = False
        wire.cut()
        found = await _patiently(notes.find, "a")
        assert found == await seen.get("a")
        await store.close()
    await direct.close()


async def test_what_is_kept_is_scalars_beside_the_body(mongodb_url: str) -> None:
    name = f"kept_{uuid4().hex}"
    store = MongoDatabase(f"{mongodb_url}/{name}", name)
    notes = store.collection(NOTES)
    await store.open()
    await notes.add(Note(id="a", due=NOON))
    client: AsyncMongoClient[dict[str, Any]] = await asyncio.to_thread(AsyncMongoClient[dict[str, Any]], mongodb_url)
    (kept,) = await client[name]["notes"].find({}).to_list()
    assert kept.pop("body") == '{"id":"a","version":1,"due":"2026-11-24T04:00:00Z","rank":null}'
    assert kept == {
        "_id": "a",
        "version": 1,
        "shape": 1,
        "ix": {"id": "a", "due": int(NOON.timestamp()) * 1_000_000},
    }
    information = await client[name]["notes"].index_information()
    keys = [[field for field, _ in index["key"]] for index in information.values()]
    assert sorted(keys) == [["_id"], ["ix.due", "ix.rank", "ix.id"], ["ix.rank", "ix.id"]]
    await client.close()
    await store.close()


async def test_a_document_of_a_newer_release_stops_an_older_process_by_name(mongodb_url: str) -> None:
    # Given an old process, and a new one that has written since
    name = f"newer_{uuid4().hex}"
    old, new = (MongoDatabase(f"{mongodb_url}/{name}", name) for _ in range(2))
    notes = old.collection(NOTES)
    await old.open()
    newer = new.collection(replace(NOTES, shape=2, upgrade=lambda document, _: document))
    await new.open()
    await newer.add(Note(id="a", rank=1))
    # When the old one meets such a document, then it does not guess
    with pytest.raises(StoreUnavailable, match=r"notes: written by a newer release \(shape 2\)"):
        await notes.get("a")
    with pytest.raises(StoreUnavailable, match="newer release"):
        await notes.query("rank")
    await old.close()
    await new.close()


async def test_a_document_of_an_older_process_is_read_in_the_present_shape(mongodb_url: str) -> None:
    # Given a new process that is open, and an old one that still writes
    name = f"older_{uuid4().hex}"
    old, new = (MongoDatabase(f"{mongodb_url}/{name}", name) for _ in range(2))
    notes = old.collection(NOTES)
    await old.open()
    upgraded = new.collection(
        replace(NOTES, shape=2, upgrade=lambda document, shape: document | {"rank": document["rank"] + shape})
    )
    await new.open()
    added = await notes.add(Note(id="a", rank=1))
    # When the new one reads it, then it is upgraded every time, and for good with the first save
    assert (await upgraded.get("a")).rank == 2
    (found,) = (await upgraded.query("rank")).documents
    assert found == replace(added, rank=2)
    await upgraded.save(found)
    assert (await upgraded.get("a")).rank == 2
    await old.close()
    await new.close()


@pytest.mark.parametrize("name", ["store_collections", "system.users"])
def test_a_reserved_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        MongoDatabase("mongodb://127.0.0.1/city", "city").collection(Schema(name=name, document=Note))


async def _patiently(find: Any, document_id: str) -> Note | None:  # noqa: ANN401 - a bound method of a generic
    """Ask again while the driver finds its way back."""
    async with asyncio.timeout(10):
        while True:
            try:
                found: Note | None = await find(document_id)
            except StoreUnavailable:
                continue
            return found
