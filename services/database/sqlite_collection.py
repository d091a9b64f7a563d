"""Keep the documents of one kind in a SQLite table."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Generic, Never, cast

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
from services.database.index_fields import ColumnValue
from services.database.keyset import Query, stretches
from services.database.queries import LIMIT, Position, Queries, Row, check_limit, position
from services.database.recent import RecentDocuments
from services.database.reports import ReaderPool
from services.database.sql import Connection, Parameter, Sql
from services.database.sqlite_statements import TableStatements, values
from services.database.sqlite_writer import Writer

_FEW_COLUMNS = 3
"""Up to so many index columns are all written at a save: to look which have moved costs more than it spares."""


class _NotOpen:
    """Stand where a connection will stand once the store is open."""

    def __getattr__(self, name: str) -> Never:
        raise StoreUnavailable("the store is not open")


_NOT_OPEN = _NotOpen()


class SqliteCollection(Generic[D]):
    """Read on the event loop through one connection (10 to 70 us), write through the store's writer thread.

    A read sees every write that was acknowledged before it.
    """

    def __init__(self, schema: Schema[D]) -> None:
        self.schema = schema
        self.codec = Codec(schema)
        self.statements = TableStatements(schema, self.codec.fields)
        self._queries = Queries(self.codec)
        self._recent = RecentDocuments[D](schema.kept_in_memory) if schema.kept_in_memory else None
        self._reader: Connection = cast(Connection, _NOT_OPEN)
        self._writer: Writer = cast(Writer, _NOT_OPEN)
        self._pool: ReaderPool = cast(ReaderPool, _NOT_OPEN)

    def attach(self, *, reader: Connection, writer: Writer, pool: ReaderPool) -> None:
        """Begin to work, once the table is there."""
        self._reader, self._writer, self._pool = reader, writer, pool

    async def get(self, document_id: str) -> D:
        """Return the document, or raise `MissingDocument`."""
        document = await self.find(document_id)
        if document is None:
            raise MissingDocument(f"{self.schema.name} has no {document_id[:100]!r}")
        return document

    async def find(self, document_id: str) -> D | None:
        """Return the document or None."""
        recent = self._recent.find(document_id) if self._recent is not None else None
        if recent is not None:
            return recent
        try:
            row = self._reader.execute(self.statements.find, (document_id,)).fetchone()
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.schema.name}: read failed: {error}") from error
        except UnicodeEncodeError:  # half a character: nothing can be stored under such an id
            return None
        if row is None:
            return None
        document = self.codec.decode(document_id, row[0])
        if self._recent is not None:
            self._recent.was_read(document, size=len(row[0]))
        return document

    async def add(self, document: D) -> D:
        """Store a new document, see `Collection.add`."""
        new = document.at_version(1)
        body = self.codec.encode(new)
        parameters = (new.id, 1, *self.codec.columns(new), body)
        if not await self._write(self.statements.add, parameters, document_id=new.id, becomes=new, size=len(body)):
            raise AlreadyExists(f"{self.schema.name} {new.id}")
        return new

    async def save(self, document: D) -> D:
        """Replace the document, see `Collection.save`; writes only those index columns that have moved."""
        new = document.at_version(document.version + 1)
        body = self.codec.encode(new)
        columns = self.codec.columns(new)
        statement, parameters = self.statements.save_all, (*columns, body, new.id, document.version)
        if len(columns) > _FEW_COLUMNS:
            moved = self._moved(document, columns)
            has_stayed = [not has_moved for has_moved in moved]
            statement = self.statements.save(moved)
            parameters = (
                *compress(columns, moved),
                body,
                new.id,
                document.version,
                *compress(columns, has_stayed),
            )
        if not await self._write(statement, parameters, document_id=new.id, becomes=new, size=len(body)):
            raise StaleVersion(f"{self.schema.name} {new.id} is no longer at version {document.version}")
        return new

    async def delete(self, document: D) -> None:
        """Remove the document, see `Collection.delete`."""
        parameters = (document.id, document.version)
        if not await self._write(self.statements.delete, parameters, document_id=document.id, becomes=None):
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
        begin = position(query, after)
        try:
            rows = self._read(self._reader, query, begin=begin, limit=limit + 1)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.schema.name}.{index}: read failed: {error}") from error
        return self._queries.page(query, rows, limit=limit)

    async def scan(
        self, index: str | None = None, equals: Mapping[str, IndexValue] | None = None, *, within: Range | None = None
    ) -> AsyncIterator[D]:
        """Yield documents off the event loop, see `Collection.scan`."""
        query = self._queries.query(index, equals, within=within)
        begin: Position = None
        while True:
            rows, documents = await self._pool.run(partial(self._portion, query, begin=begin))
            for document in documents:
                yield document
            if len(rows) < LIMIT:
                return
            begin = tuple(rows[-1][:-1])

    def _write(
        self, statement: Sql, parameters: Sequence[Parameter], *, document_id: str, becomes: D | None, size: int = 0
    ) -> "asyncio.Future[int]":
        """Hand one statement to the writer; ``becomes`` is the document after it, ``size`` the bytes of its body."""
        if self._recent is None:
            return self._writer.write(statement, parameters)
        settled = self._recent.begins(document_id, becomes=becomes, size=size)
        try:
            return self._writer.write(statement, parameters, settled=settled)
        except StoreUnavailable:
            settled(False)
            raise

    def _moved(self, document: D, columns: Sequence[ColumnValue]) -> tuple[bool, ...]:
        """Return which index columns differ from those of the version that a document was made of.

        Raises:
            StaleVersion: another version is stored. Whoever carries one has it from a write that was acknowledged or from
                a read, so it can be seen here.
        """
        try:
            stored: tuple[ColumnValue, ...] | None = self._reader.execute(
                self.statements.stored, (document.id, document.version)
            ).fetchone()
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.schema.name}: read failed: {error}") from error
        if stored is None:
            raise StaleVersion(f"{self.schema.name} {document.id} is not at version {document.version}")
        return tuple([column != before for column, before in zip(columns, stored, strict=True)])

    def _portion(self, query: Query, reader: Connection, *, begin: Position) -> tuple[list[Row], tuple[D, ...]]:
        """Read and decode one portion of a scan, in a thread."""
        rows = self._read(reader, query, begin=begin, limit=LIMIT)
        return rows, self._queries.documents(query, rows)

    def _read(self, reader: Connection, query: Query, *, begin: Position, limit: int) -> list[Row]:
        """Read the stretches of a query in turn until so many rows are found."""
        rows: list[Row] = []
        for stretch in stretches(query, begin):
            statement = self.statements.select(query, stretch)
            rows += reader.execute(statement, (*values(stretch), limit - len(rows))).fetchall()
            if len(rows) == limit:
                break
        return rows
