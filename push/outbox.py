"""Turn promises inside documents into deliveries. Whatever is repeated has the same ids and changes nothing."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from push.recipients import Recipients
from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, MissingDocument, StaleVersion
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
        """Take up to a hundred documents of each source; return how many promises became deliveries."""
        count = 0
        for source in self._sources:
            page = await source.query("pending", limit=BATCH)
            for document in page.documents:
                count += await self._empty(source, document)
        return count

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
