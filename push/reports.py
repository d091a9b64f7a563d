"""Look at deliveries, take platforms' reports, replay what was given up, and alarm on what is stuck."""

import asyncio
from datetime import timedelta

import structlog

from push import settle
from push.settings import PushSettings
from services.clock import Clock
from services.conversations.service import ATTEMPTS
from services.coordination.ports import Bell
from services.database.collection import Collection, Page, Range, StaleVersion
from services.errors import Conflict
from services.outbox.delivery import Delivery, DeliveryStatus
from services.promises import PENDING_BELL

log = structlog.get_logger()


class NotReplayable(Conflict):
    """Refuse to replay a delivery that was sent or is still under way."""

    code = "push.not_replayable"
    title = "这条消息已送达或正在发送"


class DeliveryDesk:
    """What operators and platforms may do with deliveries."""

    def __init__(self, deliveries: Collection[Delivery], *, bell: Bell, clock: Clock, settings: PushSettings) -> None:
        """Take the deliveries."""
        self._deliveries = deliveries
        self._bell = bell
        self._clock = clock
        self._settings = settings

    async def life(self, delivery_id: str) -> Delivery:
        """Return one delivery with its promise, attempts, receipt and report: its whole life."""
        return await self._deliveries.get(delivery_id)

    async def listed(self, status: DeliveryStatus, *, after: str | None = None) -> Page[Delivery]:
        """Return deliveries of one status, oldest first."""
        return await self._deliveries.query("status", {"status": status}, after=after, limit=50)

    async def of_citizen(self, citizen_id: str, *, after: str | None = None) -> Page[Delivery]:
        """Return a citizen's deliveries, newest first."""
        fixed = {"citizen_id": citizen_id}
        return await self._deliveries.query("citizen", fixed, descending=True, after=after, limit=50)

    async def replay(self, delivery_id: str) -> Delivery:
        """Make a delivery due again that is dead, refused, unknown or misconfigured."""
        delivery = await self._deliveries.get(delivery_id)
        if delivery.status in {DeliveryStatus.SENT, DeliveryStatus.WAITING} or delivery.lease:
            raise NotReplayable(delivery_id)
        saved = await self._deliveries.save(settle.replayed(delivery, at=self._clock.now()))
        self._bell.ring(PENDING_BELL)
        return saved

    async def reported(self, platform_id: str, *, delivered: bool, reason: str) -> None:
        """Take a platform's later word on a message (WeChat TEMPLATESENDJOBFINISH); an unknown id is ignored."""
        for _ in range(ATTEMPTS):
            page = await self._deliveries.query("platform_id", {"platform_id": platform_id}, limit=1)
            if not page.documents:
                log.info("report on a message that is not ours")
                return
            now = self._clock.now()
            try:
                _ = await self._deliveries.save(
                    settle.reported(page.documents[0], delivered=delivered, reason=reason, at=now)
                )
            except StaleVersion:
                continue
            return

    async def watch(self, every: timedelta = timedelta(seconds=60)) -> None:
        """Alarm while something has been due for too long; runs until cancelled."""
        while True:
            await asyncio.sleep(every.total_seconds())
            try:
                count = await self.stuck()
            except Exception:
                log.exception("stuck detector failed")
                continue
            if count:
                log.error("deliveries are stuck", count=count)

    async def stuck(self) -> int:
        """Return how many deliveries (at most 100) should have been looked at long ago."""
        bound = self._clock.now() - timedelta(seconds=self._settings.stuck_after_s)
        page = await self._deliveries.query("due", within=Range(below=bound), limit=100)
        return len(page.documents)
