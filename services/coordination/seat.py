"""Keep a second process away from a store that has no lock of its own, while there is no Redis to tell them of each other.

One document names the process and until when; the process renews it. Whoever comes waits as long as a dead holder's word
lasts, then takes the seat, or gives up when it was renewed meanwhile.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from services.clock import Clock
from services.database.collection import (
    AlreadyExists,
    Collection,
    Document,
    Schema,
    StaleVersion,
    StoreInUse,
)
from services.errors import Unavailable
from services.ids import new_id

log = structlog.get_logger()

LASTING = timedelta(seconds=15)
_RENEWED_EVERY = timedelta(seconds=5)
_ID = "server"


class SeatHolder(Document, frozen=True, kw_only=True):
    """Who works in the store, and until when that is believed without a new word."""

    holder: str
    until: datetime


SEATS = Schema(name="seats", document=SeatHolder)


class Seat:
    """The one place in a store for a process without Redis."""

    def __init__(
        self,
        seats: Collection[SeatHolder],
        *,
        clock: Clock,
        is_needed: bool,
        looks_every: timedelta = timedelta(seconds=1),
    ) -> None:
        """Take the collection; when the seat is not needed (a lock, or Redis) every call returns at once."""
        self._looks_every = looks_every
        self._seats = seats
        self._clock = clock
        self._is_needed = is_needed
        self._holder = new_id("process")

    async def take(self) -> None:
        """Sit down, after waiting for a dead holder's word to run out.

        Raises:
            StoreInUse: another process is alive in this store.
        """
        if not self._is_needed:
            return
        give_up_at = self._clock.now() + LASTING + self._looks_every
        while not await self._taken():
            if self._clock.now() >= give_up_at:
                raise StoreInUse("another process works in this store; several need Redis (QD_REDIS__URL)")
            await asyncio.sleep(self._looks_every.total_seconds())

    async def keep(self, *, lost: Callable[[], None]) -> None:
        """Renew the seat until cancelled; when somebody else has it, say so and end."""
        while self._is_needed:
            await asyncio.sleep(_RENEWED_EVERY.total_seconds())
            try:
                is_ours = await self.renewed()
            except Unavailable as error:
                log.warning("seat not renewed", error=error.code)
                continue
            if not is_ours:
                log.error("another process took this store's seat: stopping")
                lost()
                return

    async def renewed(self) -> bool:
        """Renew the seat; False when it is not ours any more."""
        seat = await self._seats.find(_ID)
        if seat is None or seat.holder != self._holder:
            return False
        return await self._saved(seat)

    async def leave(self) -> None:
        """Make place at once for the next process."""
        if not self._is_needed:
            return
        try:
            seat = await self._seats.find(_ID)
            if seat is not None and seat.holder == self._holder:
                await self._seats.delete(seat)
        except (Unavailable, StaleVersion) as error:
            log.warning("seat not left", error=error.code)

    async def _taken(self) -> bool:
        seat = await self._seats.find(_ID)
        if seat is None:
            return await self._added()
        return seat.until <= self._clock.now() and await self._saved(seat)

    async def _added(self) -> bool:
        try:
            await self._seats.add(SeatHolder(id=_ID, holder=self._holder, until=self._clock.now() + LASTING))
        except AlreadyExists:
            return False
        return True

    async def _saved(self, seat: SeatHolder) -> bool:
        try:
            await self._seats.save(replace(seat, holder=self._holder, until=self._clock.now() + LASTING))
        except StaleVersion:
            return False
        return True
