"""Copy a SQLite store to another file while it is written to."""

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

from services.database.sql import Connection, sql
from services.database.sqlite_files import connect_reader

_PAGES = 2_048  # 8 MB between two looks at whether the store is being closed


def back_up(path: Path, target: Path, *, is_over: threading.Event) -> None:
    """Write a consistent copy to a file that stands under its name only once it is complete and on the disk.

    Runs for seconds and belongs into a thread. The copy shows one moment: it reads within one transaction. (Without
    it, each write between two steps makes SQLite begin again.)

    Raises:
        sqlite3.Error: the store or the copy failed, or ``is_over`` was set meanwhile.
        OSError: there is no such folder, or it has no room.
    """
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # it holds personal data
    try:
        _copy(path, partial, is_over=is_over)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _copy(path: Path, partial: Path, *, is_over: threading.Event) -> None:
    def look(_status: int, _remaining: int, _total: int) -> None:
        if is_over.is_set():
            raise sqlite3.OperationalError("the store is being closed")

    with contextlib.closing(connect_reader(path)) as source, contextlib.closing(sqlite3.connect(partial)) as copy:
        snapshot: Connection = source
        snapshot.execute(sql("BEGIN"))
        snapshot.execute(sql("SELECT count(*) FROM sqlite_master")).fetchall()
        source.backup(copy, pages=_PAGES, progress=look, sleep=0)
