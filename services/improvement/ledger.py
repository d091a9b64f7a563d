"""Keep what the bot decided, without costing a message anything: note it in memory, write it in batches off the path.

Noting is one append. Whoever is killed in between loses the decisions of the last second, which nobody was promised;
an orderly stop writes them all (docs/adr/0010).
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

import structlog
from msgspec import Struct

from services.database.collection import AlreadyExists, Collection
from services.errors import Invalid, Unavailable
from services.ids import new_id
from services.improvement.model import Decision, DecisionBatch, OpenQuestion, Vote
from services.improvement.votes import Votes

log = structlog.get_logger()

QUEUE_MOST = 5_000
"""Turns that wait to be written; while the store is down further ones are counted and left out."""
BATCH_MOST = 250
"""Decisions of one document: about 100 KB."""
READ_AT_ONCE = 10
"""Turns that are read, some 50 µs each, before others may have the loop."""
EVERY = timedelta(seconds=0.5)

Noted = TypeVar("Noted")


class Entry(Struct, frozen=True, kw_only=True):
    """What one turn leaves: its decision, and perhaps a question for an operator, perhaps by a typed vote."""

    decision: Decision
    question: OpenQuestion | None = None
    vote: Vote | None = None


class Ledger(Generic[Noted]):
    """The queue of noted turns and its one writer; what a note is, the reader knows."""

    def __init__(
        self,
        batches: Collection[DecisionBatch],
        questions: Collection[OpenQuestion],
        *,
        votes: Votes,
        read: Callable[[Noted], Entry],
    ) -> None:
        """Take where it goes, and what turns a note into an entry; quick, called on the loop but off the path."""
        self._batches = batches
        self._questions = questions
        self._votes = votes
        self._read = read
        self._noted: deque[Noted] = deque()
        self._unwritten: tuple[DecisionBatch, tuple[Entry, ...]] | None = None
        self._writing = asyncio.Lock()
        self._left_out = 0

    @property
    def left_out(self) -> int:
        """Return how many turns were not kept because the queue was full."""
        return self._left_out

    def note(self, turn: Noted) -> None:
        """Remember a turn until it is written; never blocks, never fails."""
        if len(self._noted) < QUEUE_MOST:
            self._noted.append(turn)
        else:
            self._left_out += 1

    async def run(self, every: timedelta = EVERY) -> None:
        """Write again and again, until cancelled."""
        while True:
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("decisions wait for the store", error=error.code, left_out=self._left_out)
            except Exception:
                log.exception("decisions not written")
            await asyncio.sleep(every.total_seconds())

    async def flush(self) -> int:
        """Write everything noted so far and return how many turns that were.

        Raises:
            Unavailable: the store does not answer; what was not written is kept for the next time.
        """
        written = 0
        async with self._writing:
            while self._unwritten is not None or self._noted:
                if self._unwritten is None:
                    self._unwritten = await self._taken()
                batch, entries = self._unwritten
                try:
                    await self._write(batch, entries)
                except Invalid:
                    # It can never be stored, so it must not hold up what comes after it.
                    log.exception("decisions cannot be stored", count=len(entries))
                self._unwritten = None
                written += len(entries)
        return written

    async def close(self) -> None:
        """Write what is left at an orderly stop; what a store that is down does not take is given up."""
        try:
            _ = await self.flush()
        except Unavailable as error:
            log.warning("decisions given up", error=error.code, count=len(self._noted))

    async def _taken(self) -> tuple[DecisionBatch, tuple[Entry, ...]]:
        """Return the next batch; a turn that was decided again, because its write was stale, counts once."""
        entries: dict[str, Entry] = {}
        for number in range(min(BATCH_MOST, len(self._noted))):
            if number % READ_AT_ONCE == 0:
                await asyncio.sleep(0)
            entry = self._read(self._noted.popleft())
            entries[entry.decision.turn] = entry
        decisions = tuple(entry.decision for entry in entries.values())
        batch = DecisionBatch(id=new_id("decisions"), at=decisions[0].at, decisions=decisions)
        return batch, tuple(entries.values())

    async def _write(self, batch: DecisionBatch, entries: tuple[Entry, ...]) -> None:
        """Store a batch; every step finds itself done when it is repeated."""
        with contextlib.suppress(AlreadyExists):
            _ = await self._batches.add(batch)
        for entry in entries:
            if entry.vote is not None and entry.question is not None:
                await self._votes.cast(entry.vote, entry.question)
            elif entry.question is not None:
                await self._open(entry.question)

    async def _open(self, question: OpenQuestion) -> None:
        with contextlib.suppress(AlreadyExists):
            _ = await self._questions.add(question)
