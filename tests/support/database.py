"""Give tests a fresh database.

A test file (or a conftest.py) imports the fixture by name::

    from tests.support.database import database as database

asks it for its collections and opens it; opening again after asking for more is fine.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from services.database.collection import Database
from services.database.sqlite import SqliteDatabase


@asynccontextmanager
async def fresh_database() -> AsyncIterator[Database]:
    """Give a SQLite database on a file of its own, not yet open; it is closed and removed afterwards."""
    with TemporaryDirectory(prefix="store-") as folder:
        store = SqliteDatabase(Path(folder) / "test.db")
        try:
            yield store
        finally:
            await store.close()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """Give a fresh SQLite database: ask it for collections, then ``await database.open()``."""
    async with fresh_database() as store:
        yield store
