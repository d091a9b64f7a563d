"""Read for reports and exports in threads of their own, each read with a deadline, away from the event loop."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from services.database.collection import StoreUnavailable
from services.database.sql import Connection
from services.database.sqlite_files import connect_reader

T = TypeVar("T")

DEADLINE = timedelta(seconds=10)
"""How long one read may take; an open read also keeps the write-ahead log from shrinking."""

_THREADS = 2
_STEPS_BETWEEN_LOOKS = 10_000  # about a millisecond of SQLite's virtual machine


class ReaderPool:
    """Keep a few threads, each with its own read connection, that never delay a citizen."""

    def __init__(self, path: Path, deadline: timedelta = DEADLINE) -> None:
        self._path = path
        self._deadline = deadline
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store-reader")
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._is_closed = False

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Run one read in a thread and return what it gives; raise `StoreUnavailable` when it takes too long."""
        if self._is_closed:
            raise StoreUnavailable("the store is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, read)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"report failed: {error}") from error

    async def close(self) -> None:
        """End the reads under way and release the connections."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()

    def _read(self, read: Callable[[Connection], T]) -> T:
        end = time.monotonic() + self._deadline.total_seconds()
        connection = self._connection()
        connection.set_progress_handler(lambda: self._is_closed or time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
        return read(connection)

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = connect_reader(self._path)
            self._connections.append(found)
        return found
