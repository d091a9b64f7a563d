"""Where every channel hands in messages: a repeat gets the first answer, order is kept, the deadline holds.

A platform gives us five seconds (WeChat) and then comes again, so an answer must leave by 4.5 s whatever hangs. What
is acknowledged without an answer is first made safe: as a document, or in a local file when the store hangs too. Its
reply leaves through the outbox as soon as it is there, after a crash as well.
"""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Annotated

import structlog
from msgspec import Meta, Struct
from msgspec.structs import replace

from channels.order import Order
from channels.ports import Busy, Late, Outcome, Responder, TooMany
from channels.spill import SpillFile
from channels.time_limit import TimeLimit, end
from services.clock import Clock
from services.conversations.message import Channel, Event, EventKind, Inbound
from services.conversations.model import Answered, Conversation, conversation_id
from services.conversations.service import ATTEMPTS, ConversationService
from services.conversations.waiting import WaitingMessage, waiting, waiting_id
from services.coordination.ports import Limiter
from services.database.collection import AlreadyExists, Collection, StaleVersion
from services.errors import Unavailable
from services.tasks import Tasks

log = structlog.get_logger()

QUIET = frozenset({EventKind.LOCATED, EventKind.VIEWED, EventKind.OTHER})
"""Events that change nothing and get no answer; LOCATED comes every five seconds while a page is open."""

IMPATIENT = frozenset({Channel.WECHAT, Channel.ALIPAY})
"""Platforms that give a message up after a few tries. An app keeps its message until it is acknowledged."""
RECOVERED_AT_ONCE = 64
SWEPT_AFTER = timedelta(seconds=3)
"""Age at which a waiting message is answered though another process may be about to."""


class InboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[limits] of settings.toml; seconds where a name says so."""

    messages_per_minute: Annotated[int, Meta(ge=0)] = 30
    answer_within_s: Annotated[float, Meta(gt=0)] = 4.5
    keep_within_s: Annotated[float, Meta(gt=0)] = 0.3
    """Of the answer's time, what is set aside for making a late message safe."""
    handle_within_s: Annotated[float, Meta(gt=0)] = 30.0
    """After so long an answer is given up and tried again; else whatever hangs would hold its citizen's line for ever."""

    @property
    def decide_within_s(self) -> float:
        """Return how long the answer itself may take."""
        return self.answer_within_s - self.keep_within_s


class CitizensInbox:
    """The one way in for messages of citizens."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        *,
        conversations: ConversationService,
        waiting_messages: Collection[WaitingMessage],
        responder: Responder,
        limiter: Limiter,
        spill: SpillFile,
        tasks: Tasks,
        clock: Clock,
        settings: InboxSettings,
    ) -> None:
        """Take the parts; nothing is started."""
        self._conversations = conversations
        self._waiting = waiting_messages
        self._responder = responder
        self._limiter = limiter
        self._spill = spill
        self._tasks = tasks
        self._clock = clock
        self._settings = settings
        self._order = Order()
        self._time_limit = TimeLimit(settings.decide_within_s)
        self._answering: set[str] = set()
        """Waiting messages that this process is about to answer anyway."""

    async def receive(self, inbound: Inbound) -> Outcome:
        """Handle one message and return within the deadline, whatever hangs."""
        if isinstance(inbound.part, Event) and inbound.part.kind in QUIET:
            return Answered(seq=0, replies=())
        run = _Run(inbound, over=self._time_limit.begin())
        work = self._tasks.start("inbox message", self._run(run))
        await run.over
        if run.outcome is not None:
            return run.outcome
        if not work.done():
            # Only what is late pays for a second clock; whatever hangs must not hold its citizen's place for ever.
            rest = max(0.0, self._settings.handle_within_s - self._settings.decide_within_s)
            _ = asyncio.get_running_loop().call_later(rest, _give_up, work)
        if work.done() and not (run.is_store_down and inbound.contact.channel in IMPATIENT):
            return Busy()
        return await self._keep(run, work)

    async def recover(self, *, older_than: timedelta = timedelta(0)) -> int:
        """Answer what was acknowledged and not answered, by this or another process; return how many there were.

        One message that cannot be answered holds up nobody but its own citizen; the next recovery tries it again.
        """
        await self._recover_spilled()
        lines = await self._left_behind(self._clock.now() - older_than)
        at_once = asyncio.Semaphore(RECOVERED_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for line in lines:
                _ = group.create_task(self._recover_line(line, at_once))
        return sum(len(line) for line in lines)

    async def sweep(self, every: timedelta = timedelta(seconds=2)) -> None:
        """Recover again and again what was left behind, by this process or another; runs until it is cancelled.

        Two who answer the same message do it to one effect, so nobody needs to be sure that the other is dead.
        """
        while True:
            try:
                await self.recover(older_than=SWEPT_AFTER)
            except Unavailable as error:
                log.warning("waiting messages wait for the store", error=error.code)
            except Exception:
                log.exception("sweep of waiting messages failed")
            await asyncio.sleep(every.total_seconds())

    async def _left_behind(self, since: datetime) -> list[list[WaitingMessage]]:
        """Return the waiting messages that nobody here works on, each citizen's in the order they came."""
        lines: dict[str, list[WaitingMessage]] = defaultdict(list)
        after: str | None = None
        while True:
            page = await self._waiting.query("since", after=after, limit=200)
            for document in page.documents:
                if document.since <= since and document.id not in self._answering:
                    lines[conversation_id(document.inbound.contact)].append(document)
            if (after := page.next) is None:
                return list(lines.values())

    async def _recover_line(self, line: list[WaitingMessage], at_once: asyncio.Semaphore) -> None:
        async with at_once:
            for document in line:
                try:
                    async with asyncio.timeout(self._settings.handle_within_s):
                        await self._answer_waiting(document)
                except Exception:
                    # What came after it must not be answered before it.
                    log.exception("waiting message not answered")
                    return

    async def _run(self, run: "_Run") -> None:
        try:
            run.outcome = await self._handle(run.inbound, run)
            if run.kept is not None:
                await self._answer_waiting(run.kept)
        except Unavailable as error:
            run.is_store_down = True
            log.warning("message not handled", error=error.code)
        except Exception:
            # Whatever it was, nothing was acknowledged yet (the platform comes again) or the message is kept (the
            # sweeper comes again).
            log.exception("message not handled")
        finally:
            if run.kept is not None:
                self._answering.discard(run.kept.id)
            end(run.over)

    async def _handle(self, inbound: Inbound, run: "_Run | None" = None) -> Outcome:
        key = conversation_id(inbound.contact)
        if (before_us := self._order.enter(key)) is not None:
            await before_us
        try:
            for _ in range(ATTEMPTS):
                conversation = await self._conversations.open(inbound.contact)
                repeat = await self._conversations.repeat(conversation, inbound.key)
                if repeat is not None:
                    return await self._repeated(conversation, inbound, repeat=repeat)
                if run is not None and not run.counted and not await self._allowed(key):
                    return TooMany()
                if run is not None:
                    run.counted = True
                try:
                    return await self._decide(conversation, inbound, run=run)
                except StaleVersion:
                    continue
            raise StaleVersion(key)
        finally:
            self._order.leave(key)

    async def _decide(self, conversation: Conversation, inbound: Inbound, *, run: "_Run | None") -> Answered:
        response = await self._responder.respond(conversation, inbound)
        late = run is None or run.kept is not None
        answered = await self._conversations.record(conversation, inbound, response=response, push=late)
        if _is_farewell(inbound):
            await self._conversations.forget(inbound.contact)
        return answered

    async def _repeated(self, conversation: Conversation, inbound: Inbound, *, repeat: Answered) -> Answered:
        """Return what a repeat gets: the first answer, or none when the first try was acknowledged without it."""
        if _is_farewell(inbound) and conversation.seq == repeat.seq:
            # The first try may have died between its two writes.
            await self._conversations.forget(inbound.contact)
        if repeat.late or await self._waiting.find(waiting_id(inbound)) is None:
            return repeat
        return replace(repeat, late=True)

    async def _allowed(self, key: str) -> bool:
        limit = self._settings.messages_per_minute
        return not limit or await self._limiter.allow(f"messages:{key}", limit=limit, per=timedelta(minutes=1))

    async def _keep(self, run: "_Run", work: "asyncio.Task[None]") -> Outcome:
        """Make an unanswered message safe, so that it may be acknowledged."""
        document = waiting(run.inbound, since=self._clock.now())
        self._answering.add(document.id)
        try:
            async with asyncio.timeout(self._settings.keep_within_s / 2):
                document = await self._waiting.add(document)
        except AlreadyExists:
            pass
        except (TimeoutError, Unavailable):
            try:
                async with asyncio.timeout(self._settings.keep_within_s / 2):
                    await self._spill.keep(run.inbound)
            except (TimeoutError, OSError) as error:
                log.error("message could be kept nowhere", reason=type(error).__name__)  # noqa: TRY400 - nothing to trace
                self._answering.discard(document.id)
                return Busy()
        run.kept = document
        if work.done():
            # It ended while the message was made safe, so nobody is left to see ``kept``.
            self._answering.discard(document.id)
            if run.outcome is not None:
                self._tasks.launch("late answer", self._answer_waiting(document))
        return Late()

    async def _answer_waiting(self, document: WaitingMessage) -> None:
        """Answer one kept message through the outbox and forget it; every step finds itself done when repeated."""
        inbound = document.inbound
        await self._handle(inbound)
        await self._conversations.push_answer(inbound.contact, inbound.key, late=True)
        stored = await self._waiting.find(document.id)
        if stored is not None:
            try:
                await self._waiting.delete(stored)
            except StaleVersion:
                # Another process answered it in the same moment, with the same key and so to the same effect.
                return

    async def _recover_spilled(self) -> None:
        spilled = await self._spill.take()
        if spilled:
            await asyncio.gather(*(self._moved(inbound) for inbound in spilled))
            await self._spill.clear(spilled)

    async def _moved(self, inbound: Inbound) -> None:
        """Keep a message of the file in the store, before everything that came later: it has waited since it was sent."""
        try:
            await self._waiting.add(waiting(inbound, since=min(inbound.at, self._clock.now())))
        except AlreadyExists:
            return


def _is_farewell(inbound: Inbound) -> bool:
    return isinstance(inbound.part, Event) and inbound.part.kind is EventKind.UNFOLLOWED


def _give_up(work: "asyncio.Task[None]") -> None:
    if not work.done():
        log.error("message given up", task=work.get_name())
        _ = work.cancel()


class _Run:
    """One attempt at a message, shared by its task and the one who waits for it until ``over``."""

    __slots__ = ("counted", "inbound", "is_store_down", "kept", "outcome", "over")

    def __init__(self, inbound: Inbound, *, over: "asyncio.Future[None]") -> None:
        self.inbound = inbound
        self.over = over
        self.outcome: Outcome | None = None
        self.kept: WaitingMessage | None = None
        self.counted = False
        self.is_store_down = False
