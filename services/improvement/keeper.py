"""Serve in this process what operators published in any: by a wake-up at once, by looking twice a second in any case."""

import asyncio
from datetime import timedelta
from typing import Protocol

import structlog

from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.coordination.ports import Bell
from services.errors import Unavailable
from services.improvement.wording_book import WordingBook, overlay_of
from services.improvement.wording_model import WordingVersion
from services.items.overlay import Overlay

log = structlog.get_logger()

WORDING_BELL = "wording"
LOOK_EVERY = timedelta(seconds=0.5)
"""How long a wake-up that was lost (Redis down) delays a publication."""
REST = timedelta(seconds=30)
"""How long to wait with a version that could not be built: building costs half a second of a core."""


class Server(Protocol):
    """Whoever builds and swaps the index; `services.items.publication.Watcher` does."""

    async def put_over(self, overlay: Overlay) -> None:
        """Serve the files with this overlay."""
        ...


class Keeper:
    """The one task of each process that follows the versions."""

    def __init__(self, book: WordingBook, server: Server, *, audit: AuditLog, bell: Bell) -> None:
        """Begin with the files alone being served."""
        self._book = book
        self._server = server
        self._audit = audit
        self._bell = bell
        self._served = 0
        self._one_at_a_time = asyncio.Lock()

    @property
    def served(self) -> int:
        """Return the number of the version this process serves; 0: the files alone."""
        return self._served

    async def catch_up(self) -> bool:
        """Serve the latest version if it is not served yet; return whether there was something to do."""
        async with self._one_at_a_time:
            latest = await self._book.latest()
            if latest is None or latest.number == self._served:
                return False
            # Its publisher may have died before it was recorded; one act has one entry, whoever records it.
            _ = await self._audit.record(act_of(latest))
            changes = await self._book.changes_of(latest)
            await self._server.put_over(overlay_of(latest.number, changes))
            self._served = latest.number
            log.info("wording served", number=latest.number, changes=len(changes))
            return True

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            rest = await self.look()
            _ = await self._bell.heard(WORDING_BELL, at_most=rest)

    async def look(self) -> timedelta:
        """Catch up and return when to look again; a fault is logged, for the files alone are better than no server."""
        try:
            _ = await self.catch_up()
        except Unavailable as error:
            log.warning("wording waits for the store", error=error.code)
        except Exception:
            log.exception("wording not served")
            return REST
        return LOOK_EVERY


def act_of(version: WordingVersion) -> Act:
    """Return the entry of the audit log that a version stands for."""
    is_restored = version.restored is not None
    return Act(
        kind=ActKind.WORDING_RESTORED if is_restored else ActKind.WORDING_PUBLISHED,
        at=version.at,
        by=version.by,
        role=version.role,
        # What was added is the last one; what was gone back to is named by its number.
        action=f"restored:{version.restored}" if is_restored else version.changes[-1],
        subject=version.id,
        key=version.id,
    )
