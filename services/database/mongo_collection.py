"""Keep the documents of one kind in a MongoDB collection.

Only `insert_one`, `replace_one` by id and version, `delete_one` and `find` over an index are used: they mean the same
on every server that speaks the protocol, and on a sharded cluster.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, PyMongoError

from services.database.codec import Codec
from services.database.collection import (
    AlreadyExists,
    D,
    IndexValue,
    MissingDocument,
    Page,
    Range,
    Schema,
    StaleVersion,
    StoreUnavailable,
)
from services.database.index_fields import to_text
from services.database.keyset import Query, stretches
from services.database.mongo_documents import MongoDocuments, Stored, as_filter, as_order
from services.database.queries import LIMIT, Position, Queries, Row, check_limit, position


class MongoCollection(Generic[D]):
    """Read and write one document at a time on the primary.

    After a network error the outcome of a write is unknown. It is never repeated here: whoever asked for it reads
    again and finds its own write, or decides anew.
    """

    def __init__(self, schema: Schema[D]) -> None:
        self.schema = schema
        self.codec = Codec(schema)
        self.documents = MongoDocuments(self.codec)
        self._queries = Queries(self.codec)
        self._collection: AsyncCollection[Stored] | None = None

    def attach(self, collection: AsyncCollection[Stored]) -> None:
        """Begin to work, once the indexes are there."""
        self._collection = collection

    async def get(self, document_id: str) -> D:
        """Return the document, or raise `MissingDocument`."""
        document = await self.find(document_id)
        if document is None:
            raise MissingDocument(f"{self.schema.name} has no {document_id[:100]!r}")
        return document

    async def find(self, document_id: str) -> D | None:
        """Return the document or None."""
        try:
            to_text(document_id)
        except ValueError:  # too long, or half a character: nothing can be stored under such an id
            return None
        with self._answering("read"):
            stored = await self._opened().find_one({"_id": document_id})
        return None if stored is None else self.documents.document(stored)

    async def add(self, document: D) -> D:
        """Store a new document, see `Collection.add`."""
        new = document.at_version(1)
        stored = self.documents.stored(new)
        with self._answering("add"):
            try:
                await self._opened().insert_one(stored)
            except DuplicateKeyError as error:
                raise AlreadyExists(f"{self.schema.name} {new.id}") from error
        return new

    async def save(self, document: D) -> D:
        """Replace the document, see `Collection.save`."""
        new = document.at_version(document.version + 1)
        stored = self.documents.stored(new)
        with self._answering("save"):
            result = await self._opened().replace_one({"_id": new.id, "version": document.version}, stored)
        if not result.matched_count:
            raise StaleVersion(f"{self.schema.name} {new.id} is no longer at version {document.version}")
        return new

    async def delete(self, document: D) -> None:
        """Remove the document, see `Collection.delete`."""
        with self._answering("delete"):
            result = await self._opened().delete_one({"_id": document.id, "version": document.version})
        if not result.deleted_count:
            raise StaleVersion(f"{self.schema.name} {document.id} is no longer at version {document.version}")

    async def query(  # noqa: PLR0913 - which, from where, which way, how many: a query is all of that
        self,
        index: str,
        equals: Mapping[str, IndexValue] | None = None,
        *,
        within: Range | None = None,
        descending: bool = False,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[D]:
        """Return documents in the order of an index, see `Collection.query`."""
        check_limit(limit)
        query = self._queries.query(index, equals, within=within, descending=descending)
        rows = await self._read(query, begin=position(query, after), limit=limit + 1)
        return self._queries.page(query, rows, limit=limit)

    async def scan(
        self, index: str | None = None, equals: Mapping[str, IndexValue] | None = None, *, within: Range | None = None
    ) -> AsyncIterator[D]:
        """Yield documents in portions, see `Collection.scan`."""
        query = self._queries.query(index, equals, within=within)
        begin: Position = None
        while True:
            rows = await self._read(query, begin=begin, limit=LIMIT)
            for document in self._queries.documents(query, rows):
                yield document
            if len(rows) < LIMIT:
                return
            begin = tuple(rows[-1][:-1])

    async def _read(self, query: Query, *, begin: Position, limit: int) -> list[Row]:
        """Read the stretches of a query in turn until so many rows are found."""
        rows: list[Row] = []
        for stretch in stretches(query, begin):
            missing = limit - len(rows)
            with self._answering("query"):
                cursor = self._opened().find(
                    as_filter(query, stretch), sort=as_order(query), limit=missing, batch_size=missing
                )
                rows += [self.documents.row(query, stored) for stored in await cursor.to_list()]
            if len(rows) == limit:
                break
        return rows

    def _opened(self) -> AsyncCollection[Stored]:
        if self._collection is None:
            raise StoreUnavailable("the store is not open")
        return self._collection

    @contextmanager
    def _answering(self, what: str) -> Iterator[None]:
        """Turn the driver's errors, time-outs among them, into `StoreUnavailable`."""
        try:
            yield
        except PyMongoError as error:
            raise StoreUnavailable(f"{self.schema.name}: {what} failed: {type(error).__name__}") from error
