"""Run the contract of the document engines on SQLite and on whatever speaks MongoDB's protocol."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from msgspec.structs import replace

from services.database.collection import Collection, D, Schema
from services.database.mongo import MongoDatabase
from services.database.sqlite import SqliteDatabase

pytest.register_assert_rewrite("tests.services.database.contract")

from tests.services.database.contract import Contract, Place  # noqa: E402 - rewritten before it is imported
from tests.support.database import FORGOTTEN_SOCKETS, fast_folder  # noqa: E402 - as above

pytestmark = [pytest.mark.filterwarnings(FORGOTTEN_SOCKETS), pytest.mark.usefixtures("forgotten_sockets")]


class Remembering(SqliteDatabase):
    """A store that keeps a few documents of every collection in memory."""

    def collection(self, schema: Schema[D]) -> Collection[D]:
        return super().collection(replace(schema, kept_in_memory=4_000))


class TestSqlite(Contract):
    @pytest.fixture(params=[SqliteDatabase, Remembering])
    async def place(self, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
        with fast_folder() as folder:
            place = Place(lambda: request.param(folder / "store.db"), serves_several=False)
            yield place
            await place.close()


class TestMongoDB(Contract):
    @pytest.fixture
    async def place(self, mongodb_url: str) -> AsyncIterator[Place]:
        name = f"contract_{uuid4().hex}"
        place = Place(lambda: MongoDatabase(f"{mongodb_url}/{name}", name), serves_several=True)
        yield place
        await place.close()
