"""Send what is due. A killed worker's leases run out and its deliveries are sent by another.

Every channel has a loop and a number of sends at once of its own: a platform that hangs holds up nobody else's messages.
"""

import asyncio
from collections import defaultdict
from datetime import timedelta

import structlog
from msgspec.structs import replace

from push.courier import Courier
from push.outbox import Outbox
from push.ports import Sender
from push.recipients import Recipients
from push.settings import PushSettings
from services.clock import Clock
from services.conversations.message import Channel
from services.coordination.ports import Bell
from services.database.collection import Collection, Range, StaleVersion
from services.errors import Unavailable
from services.outbox.delivery import Delivery
from services.promises import PENDING_BELL

log = structlog.get_logger()

BATCH = 500
DRAIN_S = 4.5
"""How long a stop waits for sends under way: what is cut off in the middle may be sent twice."""

Lines = dict[str, list[Delivery]]


class Relay:
    """The loops between the documents and the senders; every process runs one."""

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
        self._bell = bell
        self._clock = clock
        self._settings = settings
        self._courier = Courier(
            deliveries=deliveries, recipients=recipients, senders=senders, clock=clock, settings=settings
        )
        self._lanes = {channel: _Lane(settings.in_flight) for channel in Channel}

    async def take_over(self) -> int:
        """Make due at once what another holder was sending; return how much that was.

        Only for whoever knows that no other holder lives: the one process that may have a store open, at its start.
        """
        now = self._clock.now()
        within, after, count = Range(at_least=now, below=now + timedelta(seconds=self._settings.lease_s)), None, 0
        while True:
            page = await self._deliveries.query("due", within=within, after=after, limit=BATCH)
            for delivery in page.documents:
                if delivery.lease:
                    _ = await self._deliveries.save(replace(delivery, due=now))
                    count += 1
            if (after := page.next) is None:
                return count

    async def run(self, *, alone: bool = False) -> None:
        """Work until cancelled; a fault of the store is logged and waited out, never the end of a loop.

        ``alone`` says that nobody else can be sending: what a killed forerunner left is then taken over at once.
        """
        if alone:
            await self._take_over_at_start()
        async with asyncio.TaskGroup() as group:
            _ = group.create_task(self._collect())
            for channel, lane in self._lanes.items():
                _ = group.create_task(self._serve(channel, lane))

    async def _take_over_at_start(self) -> None:
        try:
            log.info("sends taken over", count=await self.take_over())
        except (Unavailable, StaleVersion) as error:
            # The leases run out by themselves.
            log.warning("sends not taken over", error=error.code)

    async def step(self) -> int:
        """Collect promises and send what is due once; return how much was done."""
        count = await self._outbox.collect()
        async with asyncio.TaskGroup() as group:
            for channel, lane in self._lanes.items():
                for line in (await self._due(channel, lane)).values():
                    _ = group.create_task(self._courier.carry(line, room=lane.room))
                    count += len(line)
        return count

    async def _collect(self) -> None:
        poll = timedelta(seconds=self._settings.poll_s)
        while True:
            if not await self._collected():
                _ = await self._bell.heard(PENDING_BELL, at_most=poll)
            for lane in self._lanes.values():
                lane.news.set()

    async def _collected(self) -> int:
        try:
            return await self._outbox.collect()
        except Unavailable as error:
            log.warning("relay waits for the store", error=error.code)
        except Exception:
            log.exception("promises not collected")
        return 0

    async def _serve(self, channel: Channel, lane: "_Lane") -> None:
        async with asyncio.TaskGroup() as group:
            try:
                while True:
                    lane.news.clear()
                    for name, line in (await self._looked(channel, lane)).items():
                        lane.busy.add(name)
                        _ = group.create_task(self._carry(lane, name, line=line))
                    _ = await lane.news.wait()
            except asyncio.CancelledError:
                self._courier.stop()
                await lane.drained(within_s=DRAIN_S)
                raise

    async def _carry(self, lane: "_Lane", name: str, *, line: list[Delivery]) -> None:
        try:
            await self._courier.carry(line, room=lane.room)
        except Unavailable as error:
            log.warning("deliveries wait for the store", error=error.code)
        except Exception:
            log.exception("deliveries not carried out")
        finally:
            lane.left(name)

    async def _looked(self, channel: Channel, lane: "_Lane") -> Lines:
        try:
            return await self._due(channel, lane)
        except Unavailable as error:
            log.warning("relay waits for the store", error=error.code)
        except Exception:
            log.exception("due deliveries not found")
        return {}

    async def _due(self, channel: Channel, lane: "_Lane") -> Lines:
        """Return what is due on a channel by person, without the persons who are being served."""
        within = Range(below=self._clock.now() + timedelta(milliseconds=1))
        page = await self._deliveries.query("due_channel", {"due_channel": channel}, within=within, limit=BATCH)
        lane.has_more = page.next is not None
        lines: Lines = defaultdict(list)
        for delivery in page.documents:
            name = f"{delivery.contact.account}:{delivery.contact.address}"
            if name not in lane.busy:
                lines[name].append(delivery)
        return lines


class _Lane:
    """One channel's share of the relay: who is being served, and how many at once."""

    def __init__(self, in_flight: int) -> None:
        self.busy: set[str] = set()
        self.room = asyncio.Semaphore(in_flight)
        self.news = asyncio.Event()
        self.has_more = False
        self._in_flight = in_flight
        self._empty: asyncio.Future[None] | None = None

    def left(self, name: str) -> None:
        """Note that a person was served; look for more as soon as there is room."""
        self.busy.discard(name)
        if self.has_more and len(self.busy) < self._in_flight:
            self.news.set()
        if not self.busy and self._empty is not None and not self._empty.done():
            self._empty.set_result(None)

    async def drained(self, *, within_s: float) -> None:
        """Wait until nobody is being served, at most so long."""
        if not self.busy:
            return
        self._empty = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within_s):
                await self._empty
        except TimeoutError:
            log.warning("sends cut off by the stop", count=len(self.busy))
