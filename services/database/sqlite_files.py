"""Open the files of a SQLite store: the lock against a second process, and connections that all behave alike."""

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import Self

from services.database.collection import StoreInUse, StoreUnavailable
from services.database.sql import Connection, sql

APPLICATION_ID = 0x51445342
"""Marks our files (SQLite's application_id): "QDSB"."""

_WRITER_SETTINGS = (
    sql("PRAGMA journal_mode = WAL"),
    sql("PRAGMA synchronous = FULL"),
    # A quarter more writes and the same waits as at the usual 1,000 pages: pages that change often are copied once.
    sql("PRAGMA wal_autocheckpoint = 4000"),
    sql("PRAGMA journal_size_limit = 67108864"),
)
_READER_SETTINGS = (
    sql("PRAGMA query_only = ON"),
    sql("PRAGMA busy_timeout = 100"),
)
_DO_NOT_WAIT = sql("PRAGMA busy_timeout = 0")
_CACHED_STATEMENTS = 512


class FileLock:
    """Keep a second process away from a store; the lock ends with the process, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, database: Path) -> Self:
        """Lock the file beside the database, or raise `StoreInUse` naming the database."""
        descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreInUse(f"{database} is open in another process; one process at a time on SQLite") from error
        return cls(descriptor)

    def release(self) -> None:
        """Let the next process in. The lock file stays: removing it would race with whoever waits for it."""
        os.close(self._descriptor)


class FileMoved(Exception):
    """Say that a file was deleted, moved or replaced while it was open."""


class FilePlace:
    """Remember which file stood under a path."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._file = self._look()

    def check(self) -> None:
        """Raise `FileMoved` unless the same file still stands there."""
        if self._look() != self._file:
            raise FileMoved(f"{self._path} was deleted, moved or replaced; start again once it is back")

    def _look(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at every commit: a third of the time of Path.stat
        except OSError:
            return None
        return found.st_dev, found.st_ino


def connect_writer(path: Path, *, waits: bool) -> Connection:
    """Open a connection that writes: write-ahead log, every commit on the disk before it is acknowledged.

    Args:
        path: made when it is missing, readable by nobody else: it holds personal data, as its log files then do.
        waits: for another's write lock, up to 5 s; on the event loop nothing may wait.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = _connect(path)
    try:
        _claim(connection, path)
        for setting in _WRITER_SETTINGS:
            connection.execute(setting).fetchall()
        if not waits:
            connection.execute(_DO_NOT_WAIT)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that can only read."""
    connection = _connect(path)
    narrowed: Connection = connection
    for setting in _READER_SETTINGS:
        narrowed.execute(setting).fetchall()
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    # A connection is used by several threads, but never by two at once.
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS)


def _claim(connection: Connection, path: Path) -> None:
    """Mark a new file as ours and refuse a file that some other program made."""
    (found,) = connection.execute(sql("PRAGMA application_id")).fetchone()
    if found == APPLICATION_ID:
        return
    (tables,) = connection.execute(sql("SELECT count(*) FROM sqlite_master")).fetchone()
    if found or tables:
        raise StoreUnavailable(f"{path} is a SQLite file of another program")
    connection.execute(sql("PRAGMA application_id = 1363432258"))
