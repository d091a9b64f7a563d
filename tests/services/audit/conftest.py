"""Give the audit tests a log over a fresh store."""

from collections.abc import AsyncIterator

import pytest

from tests.support.audit import LogBook, a_log_book


@pytest.fixture
async def book() -> AsyncIterator[LogBook]:
    """Give a log with its collections."""
    async with a_log_book() as book:
        yield book
