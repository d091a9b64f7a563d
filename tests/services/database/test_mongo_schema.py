"""Indexes on servers that answer in their own ways; the contract covers the rest on a server that runs."""

from typing import Any, cast

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from services.database.collection import Document, Index, Schema
from services.database.mongo_collection import MongoCollection
from services.database.mongo_documents import Stored
from services.database.mongo_schema import prepare_collection

Keys = list[tuple[str, int]]


class Server:
    """Answer what preparing an empty collection asks, as one of several kinds of server does."""

    def __init__(self, *, refuses_partial_with: int | None = None) -> None:
        self.indexes: dict[str, dict[str, Any]] = {"_id_": {"key": [("_id", 1)]}}
        self._refusal = refuses_partial_with
        self.catalogue: list[Stored] = []

    def __getitem__(self, name: str) -> "Server":
        return self

    def find(self, *_: object, **__: object) -> "Server":
        return self

    def __aiter__(self) -> "Server":
        return self

    async def __anext__(self) -> Stored:
        raise StopAsyncIteration

    async def find_one(self, query: Stored) -> Stored | None:
        return next((entry for entry in self.catalogue if entry["_id"] == query["_id"]), None)

    async def insert_one(self, entry: Stored) -> None:
        self.catalogue.append(entry)

    async def index_information(self) -> dict[str, dict[str, Any]]:
        return self.indexes

    async def drop_index(self, name: str) -> None:
        del self.indexes[name]

    async def create_index(self, keys: Keys, *, name: str, **options: object) -> None:
        if self._refusal is not None and "partialFilterExpression" in options:
            raise OperationFailure("not implemented", self._refusal)
        if name in self.indexes:
            raise OperationFailure("an index of this name has other keys", 86)
        self.indexes[name] = {"key": keys, **options}


class Note(Document, frozen=True, kw_only=True):
    due: int | None = None
    rank: int = 0


BY_DUE = [("ix.due", 1), ("ix.rank", 1), ("ix.id", 1)]


async def _prepare(server: Server) -> None:
    notes = MongoCollection(Schema(name="notes", document=Note, indexes=(Index("due", ("due", "rank")),)))
    await prepare_collection(cast(AsyncDatabase[Stored], server), notes)


async def test_an_index_holds_only_the_documents_that_have_its_first_field() -> None:
    server = Server()
    await _prepare(server)
    assert server.indexes["by_due"] == {"key": BY_DUE, "partialFilterExpression": {"ix.due": {"$exists": True}}}


async def test_a_server_without_partial_indexes_gets_a_whole_one() -> None:
    server = Server(refuses_partial_with=238)
    await _prepare(server)
    assert server.indexes["by_due"] == {"key": BY_DUE}


async def test_any_other_refusal_of_an_index_stops_the_start() -> None:
    with pytest.raises(OperationFailure):
        await _prepare(Server(refuses_partial_with=13))


async def test_an_index_whose_fields_changed_is_made_anew_and_one_of_another_release_is_left() -> None:
    server = Server()
    server.indexes |= {"by_due": {"key": [("ix.due", 1), ("ix.id", 1)]}, "by_old": {"key": [("ix.old", 1)]}}
    await _prepare(server)
    assert server.indexes["by_due"]["key"] == BY_DUE
    assert "by_old" in server.indexes


async def test_a_second_start_finds_everything_done() -> None:
    server = Server()
    await _prepare(server)
    before = dict(server.indexes)
    await _prepare(server)
    assert server.indexes == before
    assert [entry["_id"] for entry in server.catalogue] == ["notes"]
