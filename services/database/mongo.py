"""Keep documents in MongoDB: the engine for several processes.

Writes are acknowledged by a majority and its journals, reads see only what a majority has, both on the primary: a
version that was read can therefore never be rolled back under a compare-and-swap.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.database.collection import Collection, D, Schema, StoreUnavailable
from services.database.mongo_collection import MongoCollection
from services.database.mongo_documents import Stored
from services.database.mongo_schema import prepare_collection

PING_LIMIT_S = 1.0

_SAFETY: dict[str, Any] = {
    "appname": "qingdao-services",
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    # The driver would send a write again after a network error. Servers with sessions recognise the repetition, others
    # that speak the protocol do it twice; a compare-and-swap done twice reports "stale" to the one who won.
    "retryWrites": False,
}
_PATIENCE: dict[str, Any] = {
    "serverSelectionTimeoutMS": 1_000,
    "connectTimeoutMS": 1_000,
    "waitQueueTimeoutMS": 1_000,
    "socketTimeoutMS": 3_000,  # not timeoutMS: with it, nobody being there takes as long to notice as a slow answer
}
"""For what the URL does not set itself."""


class MongoDatabase:
    """Connect to one database of a MongoDB server, replica set or cluster."""

    def __init__(self, url: str, name: str) -> None:
        """Keep where to connect; the URL may carry the driver's own options, but not weaken ours."""
        self._url = url
        self._name = name
        self._collections: dict[str, MongoCollection[Any]] = {}
        self._ready: set[str] = set()
        self._client: AsyncMongoClient[Stored] | None = None

    @property
    def is_exclusive(self) -> bool:
        """Return False: others may work in the same database."""
        return False

    def collection(self, schema: Schema[D]) -> Collection[D]:
        """Return the collection of a schema, see `Database.collection`.

        Raises:
            ValueError: the name is taken by another schema, or reserved.
        """
        known = self._collections.get(schema.name)
        if known is None:
            known = self._collections[schema.name] = MongoCollection(schema)
        if known.schema != schema or schema.name.startswith(("store_", "system")):
            raise ValueError(f"two schemas want the name {schema.name}, or it is reserved")
        return known

    async def open(self) -> None:
        """Connect and bring the collections to the present schemas, see `Database.open`.

        Raises:
            StoreUnavailable: nobody answers, or a newer release has written a collection.
            UndecodableDocument: a stored document does not fit a changed schema.
        """
        if self._client is None:
            # Building it looks for files that tell a container; it connects, on this loop, with its first call.
            self._client = await asyncio.to_thread(AsyncMongoClient[Stored], self._url, **_options(self._url))
        database = self._client[self._name]
        for name, collection in self._collections.items():
            if name in self._ready:
                continue
            try:
                await prepare_collection(database, collection)
            except PyMongoError as error:
                raise StoreUnavailable(f"{name}: {error}") from error
            collection.attach(database[name])
            self._ready.add(name)

    async def ping(self) -> None:
        """Ask the primary for a sign of life, see `Database.ping`."""
        if self._client is None:
            raise StoreUnavailable("the store is not open")
        try:
            async with asyncio.timeout(PING_LIMIT_S):
                await self._client.admin.command("ping")
        except (PyMongoError, TimeoutError) as error:
            raise StoreUnavailable(f"no answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Release the connections; later calls are refused."""
        if self._client is not None:
            await self._client.close()


def _options(url: str) -> dict[str, Any]:
    """Return the driver's options: patience as the URL wishes, safety as we do."""
    given = {name.lower() for name in parse_qs(urlsplit(url).query)}
    return {name: value for name, value in _PATIENCE.items() if name.lower() not in given} | _SAFETY
