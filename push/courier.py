"""Carry one person's deliveries out, one after another: lease, send, settle."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from msgspec.structs import replace

from push import settle
from push.order import held_until
from push.ports import Sender
from push.recipients import Recipients
from push.settings import PushSettings
from services.clock import Clock
from services.conversations.message import Channel
from services.database.collection import Collection, MissingDocument, Range, StaleVersion
from services.errors import Unavailable
from services.ids import new_id
from services.outbox.delivery import Delivery
from services.outbox.notice import Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused

log = structlog.get_logger()

SETTLE_WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Between tries to write down how a send ended; together with the send itself shorter than a lease."""

LINE_TURN = timedelta(seconds=10)
EARLIER_MOST = 50
"""Earlier ones of a line that are looked at: more than a petition has steps in the time one waits for another."""


class Courier:
    """Send deliveries and write down what came of each."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        *,
        deliveries: Collection[Delivery],
        recipients: Recipients,
        senders: dict[Channel, Sender],
        clock: Clock,
        settings: PushSettings,
        settle_waits_s: tuple[float, ...] = SETTLE_WAITS_S,
    ) -> None:
        """Take the ways out by channel."""
        self._settle_waits_s = settle_waits_s
        self._deliveries = deliveries
        self._recipients = recipients
        self._senders = senders
        self._clock = clock
        self._settings = settings
        self._holder = new_id("relay")
        self._is_stopping = False

    def stop(self) -> None:
        """Begin no further send; those under way go on."""
        self._is_stopping = True

    async def carry(self, line: list[Delivery], *, room: asyncio.Semaphore) -> None:
        """Send one receiver's deliveries one after another, in the order they were promised; ``room`` bounds sends at once.

        A slow receiver gives the others their turn; what is left of its line stays due.
        """
        began = self._clock.now()
        for delivery in sorted(line, key=lambda delivery: delivery.created_at):
            if self._is_stopping or self._clock.now() - began > LINE_TURN:
                return
            await self._send(delivery, room=room)

    async def _send(self, delivery: Delivery, *, room: asyncio.Semaphore) -> None:
        if await self._is_held(delivery):
            return
        async with room:
            tried = await self._begun(delivery)
        # Outside: while a commit is waited for, somebody else's send can go.
        if tried is not None:
            await self._settle(tried)

    async def _begun(self, delivery: Delivery) -> Delivery | None:
        """Lease and send; return how it ended, None when nothing was begun: the stop, or another worker was faster."""
        if self._is_stopping:
            return None
        now = self._clock.now()
        until = now + timedelta(seconds=self._settings.lease_s)
        try:
            leased = await self._deliveries.save(settle.started(delivery, at=now, until=until, holder=self._holder))
        except StaleVersion:
            return None
        return await self._tried(leased)

    async def _is_held(self, delivery: Delivery) -> bool:
        """Tell whether an earlier one of its line goes first; then it is due again when that one is."""
        if not self._settings.order_wait_s:
            return False
        now = self._clock.now()
        before = Range(below=delivery.created_at)
        page = await self._deliveries.query("line", {"line": delivery.line}, within=before, limit=EARLIER_MOST)
        at_most = timedelta(seconds=self._settings.order_wait_s)
        due = held_until(delivery, page.documents, now=now, at_most=at_most)
        if due is None:
            return False
        with suppress(StaleVersion):
            _ = await self._deliveries.save(replace(delivery, due=due))
        return True

    async def _settle(self, settled: Delivery) -> None:
        """Write down how a send ended; what is out must not go out again because the store was down for a moment."""
        for wait in self._settle_waits_s:
            try:
                await self._write(settled)
            except Unavailable as error:
                log.warning("outcome of a send not written down yet", delivery=settled.id, error=error.code)
                await asyncio.sleep(wait)
            else:
                return
        await self._write(settled)

    async def _write(self, settled: Delivery) -> None:
        try:
            _ = await self._deliveries.save(settled)
        except StaleVersion:
            # Somebody took it over, or an earlier try was written although it seemed to fail.
            log.warning("delivery settled already", delivery=settled.id)

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
