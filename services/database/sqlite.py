"""Keep documents in one SQLite file: the default engine, for one process and no other server."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

from services.database.collection import Collection, D, Schema, StoreUnavailable
from services.database.reports import ReaderPool
from services.database.sql import sql
from services.database.sqlite_backup import back_up
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_files import FileLock, FilePlace, connect_reader, connect_writer
from services.database.sqlite_schema import prepare
from services.database.sqlite_writer import Writer

PING_LIMIT_S = 1.0

_BEAT = sql("INSERT INTO store_pulse (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = beats + 1")


class SqliteDatabase:
    """Open one file, give out its collections, and see that nothing accepted is lost.

    The folder is made when it is missing. Put the file on a local disk: locks and the write-ahead log do not work on
    network file systems. Copy it with `backup`, never by copying the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._collections: dict[str, SqliteCollection[Any]] = {}
        self._ready: set[str] = set()
        self._parts: _OpenParts | None = None

    @property
    def is_exclusive(self) -> bool:
        """Return True: the lock beside the file ends with its holder, however that ends."""
        return True

    def collection(self, schema: Schema[D]) -> Collection[D]:
        """Return the collection of a schema, see `Database.collection`.

        Raises:
            ValueError: the name is taken by another schema, or no name at all.
        """
        known = self._collections.get(schema.name)
        if known is None:
            known = self._collections[schema.name] = SqliteCollection(schema)
        if known.schema != schema or schema.name.startswith(("store_", "sqlite_")):
            raise ValueError(f"two schemas want the name {schema.name}, or it is reserved")
        return known

    async def open(self) -> None:
        """Lock the file, bring its tables to the present schemas and begin to work; see `Database.open`.

        Raises:
            StoreInUse: another process has the file open.
            StoreUnavailable: the file cannot be used, or is not ours.
            UndecodableDocument: a stored document does not fit a changed schema.
        """
        new = [collection for name, collection in self._collections.items() if name not in self._ready]
        try:
            if self._parts is None:
                self._parts = await asyncio.to_thread(_OpenParts, self._path, asyncio.get_running_loop())
            await asyncio.to_thread(_prepare, self._path, new)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self._path}: {error}") from error
        for collection in new:
            collection.attach(reader=self._parts.reader, writer=self._parts.writer, pool=self._parts.pool)
            self._ready.add(collection.schema.name)

    async def ping(self) -> None:
        """Write one row and wait until it is on the disk, see `Database.ping`."""
        parts = self._opened()
        try:
            async with asyncio.timeout(PING_LIMIT_S):
                await parts.writer.write(_BEAT, ())
        except TimeoutError as error:
            raise StoreUnavailable("the disk takes more than a second") from error

    async def backup(self, target: Path) -> None:
        """Write a consistent copy of the whole store to a file, while work goes on; replaces an older copy.

        The copy stands under its name only once it is complete and on the disk.
        """
        parts = self._opened()
        try:
            await asyncio.to_thread(back_up, parts.path, target, is_over=parts.is_closed)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"backup to {target}: {error}") from error

    async def close(self) -> None:
        """Write what was accepted and release the file; later calls are refused."""
        if self._parts is not None:
            await self._parts.close()
            self._parts = None

    def _opened(self) -> "_OpenParts":
        if self._parts is None:
            raise StoreUnavailable("the store is not open")
        return self._parts


class _OpenParts:
    """What an open store is made of. Built in a thread: it reads and writes files."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.path = path
        self.is_closed = threading.Event()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock.take(path)
        try:
            connection = connect_writer(path, waits=False)
            self.reader = connect_reader(path)
        except BaseException:
            self._lock.release()
            raise
        self.writer = Writer(connection, loop, place=FilePlace(path))
        self.pool = ReaderPool(path)

    async def close(self) -> None:
        """End reports and backups, let writes finish, then release everything."""
        self.is_closed.set()
        await self.pool.close()
        await self.writer.close()
        self.reader.close()
        self._lock.release()


def _prepare(path: Path, collections: list[SqliteCollection[Any]]) -> None:
    connection = connect_writer(path, waits=True)
    try:
        prepare(connection, collections)
    finally:
        connection.close()
