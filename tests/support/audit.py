"""Build acts for the audit log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from msgspec import Struct

from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEADS, Act, ActKind, Entry, Head
from services.database.collection import Collection
from tests.support.database import fresh_database


class LogBook(Struct, frozen=True, kw_only=True):
    """A log and the collections below it."""

    log: AuditLog
    entries: Collection[Entry]
    heads: Collection[Head]

    async def all(self) -> list[Entry]:
        """Return every entry in the order of ids."""
        return [entry async for entry in self.log.entries()]


@asynccontextmanager
async def a_log_book() -> AsyncIterator[LogBook]:
    """Give a log over a fresh store."""
    async with fresh_database() as database:
        entries, heads = database.collection(ENTRIES), database.collection(HEADS)
        await database.open()
        yield LogBook(log=AuditLog(entries, heads), entries=entries, heads=heads)


def an_act(key: str = "pt_1:2", *, by: str = "clerk1") -> Act:
    """Return an act of an ordinary clerk."""
    return Act(
        kind=ActKind.PETITION_ACTION,
        at=datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        by=by,
        role="clerk",
        action="accept",
        subject="QD20261124-7K3M9P",
        key=key,
    )
