"""Give tests a fresh database.

A test file (or a conftest.py) imports the fixture by name::

    from tests.support.database import database as database

asks it for its collections and opens it; opening again after asking for more is fine.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from services.database.collection import Database
from services.database.sqlite import SqliteDatabase

FORGOTTEN_SOCKETS = "ignore:unclosed <socket:ResourceWarning"
"""A warning to let pass (``pytestmark = pytest.mark.filterwarnings(...)``) where PyMongo is closed while it connects."""


@contextmanager
def fast_folder() -> Iterator[Path]:
    """Give a folder in memory where the machine has one: most tests do not want to wait for a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a fresh private folder is made inside
    with TemporaryDirectory(prefix="store-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@asynccontextmanager
async def fresh_database() -> AsyncIterator[Database]:
    """Give a SQLite database on a file of its own, not yet open; it is closed and removed afterwards."""
    with fast_folder() as folder:
        store = SqliteDatabase(folder / "test.db")
        try:
            yield store
        finally:
            await store.close()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """Give a fresh SQLite database: ask it for collections, then ``await database.open()``."""
    async with fresh_database() as store:
        yield store
