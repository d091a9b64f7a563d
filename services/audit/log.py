"""Append acts to the log, each exactly once, without a lock: the next free number is the compare-and-swap.

An entry is added under the id of the number behind the last one. Whoever finds the id taken was not the last any more,
looks again - also whether somebody recorded the same act meanwhile - and tries the next number. An act is looked up by
its key after the end of the log was read and before the next number is taken, so between the two nothing can have
slipped in: one act has one entry. The head only says where to begin looking.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from services.audit.chain import GENESIS, sealed_entry
from services.audit.model import HEAD_ID, Act, Entry, Head, entry_id
from services.database.collection import AlreadyExists, Collection, Page, Range, StaleVersion, StoreUnavailable

log = structlog.get_logger()

_TRIES = 200


class AuditLog:
    """The audit log of one installation."""

    def __init__(self, entries: Collection[Entry], heads: Collection[Head]) -> None:
        """Take the two collections of model.py."""
        self._entries = entries
        self._heads = heads

    async def record(self, act: Act) -> Entry:
        """Append an act and return its entry; one that is recorded already is returned as it stands.

        Raises:
            StoreUnavailable: the store does not answer, or 200 others were faster; nothing is recorded then.
        """
        for _ in range(_TRIES):
            end = await self.end()
            known = await self._entries.query("key", {"key": act.key}, limit=1)
            if known.documents:
                return known.documents[0]
            try:
                entry = await self._entries.add(sealed_entry(act, after=end))
            except AlreadyExists:
                continue
            await self._moved(end, to=entry)
            return entry
        raise StoreUnavailable("the audit log is too busy")

    async def end(self) -> Head:
        """Return the last entry as a head; its number is 0 when the log is empty."""
        end = await self._heads.find(HEAD_ID) or Head(id=HEAD_ID, seq=0, hash=GENESIS)
        while (entry := await self._entries.find(entry_id(end.seq + 1))) is not None:
            # Its writer was stopped before it could move the head.
            end = Head(id=HEAD_ID, version=end.version, seq=entry.seq, hash=entry.hash)
        return end

    async def head(self) -> Head | None:
        """Return the stored head, for checking."""
        return await self._heads.find(HEAD_ID)

    async def page(self, *, after: int = 0, limit: int = 100) -> tuple[Entry, ...]:
        """Return entries behind a number, in their order."""
        within = Range(at_least=after + 1)
        return (await self._entries.query("seq", within=within, limit=limit)).documents

    async def at(self, seq: int) -> Entry | None:
        """Return the entry of a number, or None."""
        return await self._entries.find(entry_id(seq))

    async def listed(self, *, subject: str = "", cursor: str | None = None, limit: int = 50) -> Page[Entry]:
        """Return entries, newest first: all, or those about one subject (a petition's number, a delivery's id)."""
        if subject:
            return await self._entries.query(
                "subject", {"subject": subject}, descending=True, after=cursor, limit=limit
            )
        return await self._entries.query("seq", descending=True, after=cursor, limit=limit)

    def entries(self) -> AsyncIterator[Entry]:
        """Yield the whole log in the order of ids, off the event loop."""
        return self._entries.scan()

    async def announce(self, every: timedelta = timedelta(hours=1)) -> None:
        """Write the head into the server's log from time to time: what stands there cannot be rewritten with the store.

        Runs until cancelled.
        """
        while True:
            try:
                end = await self.end()
                log.info("audit head", seq=end.seq, hash=end.hash)
            except StoreUnavailable as error:
                log.warning("audit head not read", error=error.code)
            await asyncio.sleep(every.total_seconds())

    async def _moved(self, before: Head, *, to: Entry) -> None:
        head = Head(id=HEAD_ID, version=before.version, seq=to.seq, hash=to.hash)
        try:
            _ = await (self._heads.save(head) if before.version else self._heads.add(head))
        except (StaleVersion, AlreadyExists, StoreUnavailable):
            # Somebody moved it on, or the next one does: the entry itself is stored.
            return
