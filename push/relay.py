"""Send what is due: lease, send, settle. A killed worker's leases run out and its deliveries are sent by another."""

import asyncio
from collections import defaultdict
from datetime import timedelta

import structlog

from push import settle
from push.outbox import Outbox
from push.ports import Sender
from push.recipients import Recipients
from push.settings import PushSettings
from services.clock import Clock
from services.conversations.message import Channel
from services.coordination.ports import Bell
from services.database.collection import Collection, MissingDocument, Range, StaleVersion
from services.errors import Unavailable
from services.ids import new_id
from services.outbox.delivery import Delivery
from services.outbox.notice import Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused
from services.promises import PENDING_BELL

log = structlog.get_logger()


class Relay:
    """The loop between the documents and the senders; every process runs one."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        *,
        outbox: Outbox,
        deliveries: Collection[Delivery],
        recipients: Recipients,
        senders: dict[Channel, Sender],
        bell: Bell,
        clock: Clock,
        settings: PushSettings,
    ) -> None:
        """Take the parts; nothing runs before `run`."""
        self._outbox = outbox
        self._deliveries = deliveries
        self._recipients = recipients
        self._senders = senders
        self._bell = bell
        self._clock = clock
        self._settings = settings
        self._holder = new_id("relay")
        self._in_flight = asyncio.Semaphore(settings.in_flight)

    async def run(self) -> None:
        """Work until cancelled; a fault of the store is logged and waited out, never the end of the loop."""
        poll = timedelta(seconds=self._settings.poll_s)
        while True:
            busy = False
            try:
                busy = await self.step() > 0
            except Unavailable as error:
                log.warning("relay waits for the store", error=error.code)
            except Exception:
                log.exception("relay step failed")
            if not busy:
                _ = await self._bell.heard(PENDING_BELL, at_most=poll)

    async def step(self) -> int:
        """Collect promises and send what is due once; return how much was done."""
        collected = await self._outbox.collect()
        now = self._clock.now()
        page = await self._deliveries.query("due", within=Range(below=now + timedelta(milliseconds=1)), limit=500)
        lines: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in page.documents:
            lines[f"{delivery.contact.channel}:{delivery.contact.account}:{delivery.contact.address}"].append(delivery)
        async with asyncio.TaskGroup() as group:
            for line in lines.values():
                line.sort(key=lambda delivery: delivery.created_at)
                _ = group.create_task(self._send_line(line))
        return collected + len(page.documents)

    async def _send_line(self, line: list[Delivery]) -> None:
        """Send one person's messages one after another, in the order they were promised."""
        async with self._in_flight:
            for delivery in line:
                await self._send(delivery)

    async def _send(self, delivery: Delivery) -> None:
        now = self._clock.now()
        until = now + timedelta(seconds=self._settings.lease_s)
        try:
            leased = await self._deliveries.save(settle.started(delivery, at=now, until=until, holder=self._holder))
        except StaleVersion:
            return
        settled = await self._tried(leased)
        try:
            _ = await self._deliveries.save(settled)
        except StaleVersion:
            log.warning("delivery settled by somebody else", delivery=delivery.id)

    async def _tried(self, delivery: Delivery) -> Delivery:
        try:
            receipt = await self._handed_over(delivery)
        except SendFailed as error:
            _announce(delivery, error)
            return settle.failed(delivery, error, at=self._clock.now(), attempts_most=self._settings.attempts_most)
        except Unavailable as error:
            delayed = SendDelayed(error.code)
            return settle.failed(delivery, delayed, at=self._clock.now(), attempts_most=self._settings.attempts_most)
        except Exception:
            log.exception("sender failed", delivery=delivery.id)
            broken = SendDelayed("sender.failed")
            return settle.failed(delivery, broken, at=self._clock.now(), attempts_most=self._settings.attempts_most)
        return settle.sent(delivery, receipt, at=self._clock.now())

    async def _handed_over(self, delivery: Delivery) -> Receipt:
        sender = self._senders.get(delivery.contact.channel)
        if sender is None:
            raise SendMisconfigured("channel.not_configured")
        try:
            notice = await self._recipients.notice(delivery)
        except MissingDocument as error:
            raise SendRefused("conversation.gone") from error
        if not notice.parts:
            raise SendRefused("conversation.forgotten")
        return await sender.send(notice)


def _announce(delivery: Delivery, error: SendFailed) -> None:
    """Log how a delivery failed; a misconfiguration needs a person."""
    if isinstance(error, SendMisconfigured):
        log.error("delivery misconfigured", delivery=delivery.id, reason=error.reason)
    else:
        log.info("delivery not sent", delivery=delivery.id, reason=error.reason, kind=type(error).__name__)
