"""Put a SQLite store together whose disk can be made to fail, to hang or to forget its answer."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from services.database.collection import Schema
from services.database.reports import ReaderPool
from services.database.sql import Connection, Parameter, Sql
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_files import FilePlace, connect_reader, connect_writer
from services.database.sqlite_schema import prepare
from services.database.sqlite_writer import Writer, WriterLimits

Fault = Callable[[Sql], None]
"""Called with each statement, before or after it ran: raises what SQLite would raise, or waits."""


class FaultyConnection:
    """Pass statements on to a real connection, and let a fault happen before or after each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.before: Fault = lambda _: None
        self.after: Fault = lambda _: None
        self.seen: list[tuple[Sql, int]] = []
        """Every statement with the thread that ran it."""

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, sql: Sql, parameters: Sequence[Parameter] = (), /) -> sqlite3.Cursor:
        self.seen.append((sql, threading.get_ident()))
        self.before(sql)
        cursor = self._connection.execute(sql, parameters)
        self.after(sql)
        return cursor

    def close(self) -> None:
        self._connection.close()


class FaultyStore:
    """One collection over a writer with a faulty connection. Built in a thread, as the real store is."""

    def __init__(
        self, path: Path, schema: Schema[Any], *, loop: asyncio.AbstractEventLoop, limits: WriterLimits | None
    ) -> None:
        self.collection: SqliteCollection[Any] = SqliteCollection(schema)
        self.connection = FaultyConnection(connect_writer(path, waits=False))
        prepare(self.connection, [self.collection])
        self.connection.seen.clear()
        self.reader = connect_reader(path)
        self._pool = ReaderPool(path)
        self.writer = Writer(self.connection, loop, place=FilePlace(path), limits=limits)
        self.collection.attach(reader=self.reader, writer=self.writer, pool=self._pool)

    async def close(self) -> None:
        await self._pool.close()
        await self.writer.close()
        self.reader.close()


@contextlib.asynccontextmanager
async def faulty_store(
    path: Path, schema: Schema[Any], *, limits: WriterLimits | None = None
) -> AsyncIterator[FaultyStore]:
    """Give a fresh store whose disk can fail; it is closed afterwards."""
    store = await asyncio.to_thread(FaultyStore, path, schema, loop=asyncio.get_running_loop(), limits=limits)
    try:
        yield store
    finally:
        store.connection.before = store.connection.after = lambda _: None
        await store.close()


def disk_error(text: str = "disk I/O error") -> sqlite3.OperationalError:
    """Return what SQLite raises when the disk fails."""
    return sqlite3.OperationalError(text)
