"""Give the audit tests a log over a fresh store."""

from collections.abc import AsyncIterator

import pytest

from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS
from tests.support.audit import LogBook
from tests.support.database import fresh_database


@pytest.fixture
async def book() -> AsyncIterator[LogBook]:
    """Give a log with its collections."""
    async with fresh_database() as database:
        entries, heads = database.collection(ENTRIES), database.collection(HEADS)
        await database.open()
        yield LogBook(log=AuditLog(entries, heads), entries=entries, heads=heads)
