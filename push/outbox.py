"""Turn promises inside documents into deliveries. Whatever is repeated has the same ids and changes nothing."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from push.recipients import Recipients
from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, MissingDocument, StaleVersion
from services.errors import Unavailable
from services.outbox.delivery import Delivery
from services.promises import Pending

log = structlog.get_logger()

BATCH = 100


class Outbox:
    """Empty the promises of every collection that has an index ``pending`` on ``pending_since``."""

    def __init__(
        self,
        *,
        sources: tuple[Collection[Any], ...],
        deliveries: Collection[Delivery],
        recipients: Recipients,
        clock: Clock,
    ) -> None:
        """Take the collections whose documents make promises."""
        self._sources = sources
        self._deliveries = deliveries
        self._recipients = recipients
        self._clock = clock

    async def collect(self) -> int:
        """Take every document with a promise, a hundred at once; return how many promises became deliveries."""
        count = 0
        for source in self._sources:
            after: str | None = None
            while True:
                page = await source.query("pending", after=after, limit=BATCH)
                count += sum(await asyncio.gather(*(self._emptied(source, one) for one in page.documents)))
                if (after := page.next) is None:
                    break
        return count

    async def _emptied(self, source: Collection[Any], document: Any) -> int:  # noqa: ANN401 - documents of every kind
        """Empty one document; one that cannot be emptied must not hold up the others."""
        try:
            return await self._empty(source, document)
        except Unavailable as error:
            log.warning("promises wait for the store", error=error.code)
        except Exception:
            log.exception("promises not turned into deliveries", document=document.id)
        return 0

    async def _empty(self, source: Collection[Any], document: Any) -> int:  # noqa: ANN401 - documents of every kind
        promises: tuple[Pending, ...] = document.pending
        began = self._clock.now()
        for place, promise in enumerate(promises):
            # One microsecond apart: what was promised in one write leaves in the order it was promised.
            await self._promised(promise, at=began + timedelta(microseconds=place))
        try:
            _ = await source.save(replace(document, pending=()))
        except StaleVersion:
            # Somebody changed it meanwhile; the next round finds the same ids and only the rest is new.
            return 0
        return len(promises)

    async def _promised(self, promise: Pending, *, at: datetime) -> None:
        try:
            recipients = await self._recipients.of(promise)
        except MissingDocument:
            log.warning("promise to a conversation that is gone", promise=promise.id)
            return
        for recipient in recipients:
            delivery = Delivery(
                id=f"{promise.id}@{recipient.id}",
                promise=promise,
                contact=recipient.contact,
                citizen_id=recipient.citizen_id,
                due=max(at, promise.not_before) if promise.not_before else at,
                created_at=at,
            )
            try:
                _ = await self._deliveries.add(delivery)
            except AlreadyExists:
                continue
