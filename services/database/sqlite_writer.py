"""Write to SQLite in one thread with group commit: all that waits goes into one transaction and one fsync.

At `synchronous=FULL` this does 5 to 60 times the writes of a commit each (benchmarks/store.py). A statement that
fails does so alone; a COMMIT that fails (disk full, I/O error) fails everything in its batch.
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from queue import Empty, SimpleQueue

import structlog

from services.database.collection import StoreUnavailable
from services.database.sql import Connection, Parameter, Sql, sql

log = structlog.get_logger()

BATCH_LIMIT = 512
"""Statements of one transaction: more would keep the first ones waiting without saving a noticeable fsync."""

QUEUE_LIMIT = 10_000
"""Statements that may wait, a few hundred milliseconds of work; beyond it the server says that it is busy."""

STALL_LIMIT = timedelta(seconds=3)
"""How long a transaction may take before its callers are told that the store is down: a disk that hangs, hangs."""

CHECKPOINT_INTERVAL = timedelta(seconds=60)

_BEGIN = sql("BEGIN IMMEDIATE")
_COMMIT = sql("COMMIT")
_ROLLBACK = sql("ROLLBACK")
_CHECKPOINT = sql("PRAGMA wal_checkpoint(TRUNCATE)")
_DO_NOT_WAIT = sql("PRAGMA busy_timeout = 0")
_WAIT = sql("PRAGMA busy_timeout = 1000")

# Beside sqlite3's own errors: what binding a value raises. Only its own statement is at fault then.
_STATEMENT_ERRORS = (sqlite3.Error, ValueError, OverflowError)

Write = tuple[Sql, Sequence[Parameter], "asyncio.Future[int]"]
Outcome = int | Exception


class Writer:
    """Own the only connection that writes.

    Everything but the thread's own methods is called on the event loop. A caller that is cancelled while it waits
    takes nothing back: its write happens, once, and it does not learn that.
    """

    def __init__(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        self._connection = connection
        self._loop = loop
        self._queue: SimpleQueue[Write | None] = SimpleQueue()
        self._batch: list[Write] = []
        self._batch_since = 0.0
        self._refusal: str | None = None
        self._is_stalled = False
        self._checkpoint_due = time.monotonic() + CHECKPOINT_INTERVAL.total_seconds()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._watch: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()
        self._watch_for_stall()

    def write(self, statement: Sql, parameters: Sequence[Parameter]) -> "asyncio.Future[int]":
        """Queue one statement; the future gives how many rows it changed, once that is on the disk.

        Raises:
            StoreUnavailable: the queue is full, the disk hangs, or the writer is closed. Nothing was written. The
                future raises it when a write failed or its outcome is unknown.
        """
        if self._refusal is not None or self._is_stalled:
            raise StoreUnavailable(self._refusal or "the disk does not answer")
        if self._queue.qsize() >= QUEUE_LIMIT:
            raise StoreUnavailable("too many writes are waiting")
        future: asyncio.Future[int] = self._loop.create_future()
        self._queue.put((statement, parameters, future))
        return future

    async def close(self) -> None:
        """Write what was accepted, truncate the log, close the connection; later writes are refused."""
        if self._refusal is None:
            self._refusal = "the store is closed"
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        if self._watch is not None:
            self._watch.cancel()

    # ----------------------------------------------------------------------------------------- in the writer thread

    def _run(self) -> None:
        try:
            while self._serve():
                pass
        finally:
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                self._loop.call_soon_threadsafe(self._fail_the_rest)
            self._connection.close()

    def _serve(self) -> bool:
        """Wait for work and do one batch of it; return whether to go on."""
        try:
            first = self._queue.get(timeout=CHECKPOINT_INTERVAL.total_seconds())
        except Empty:
            self._checkpoint()
            return True
        batch = self._batch
        while first is not None:
            batch.append(first)
            if len(batch) == BATCH_LIMIT or not self._queue.qsize():
                break
            first = self._queue.get_nowait()
        if batch:
            self._batch_since = time.monotonic()
            outcomes = self._commit(batch)
            self._batch, self._batch_since = [], 0.0
            with contextlib.suppress(RuntimeError):  # as above
                self._loop.call_soon_threadsafe(_resolve, batch, outcomes)
        if first is None or time.monotonic() > self._checkpoint_due:
            self._checkpoint()
        return first is not None

    def _commit(self, batch: list[Write]) -> list[Outcome]:
        """Run a batch as one transaction and return each statement's changed rows, or why it failed."""
        execute = self._connection.execute
        outcomes: list[Outcome] = []
        try:
            execute(_BEGIN)
            for statement, parameters, _ in batch:
                try:
                    outcomes.append(execute(statement, parameters).rowcount)
                except _STATEMENT_ERRORS as error:
                    if not self._connection.in_transaction:
                        raise  # a full disk or an I/O error has rolled back all of the transaction
                    outcomes.append(error)
            execute(_COMMIT)
        except _STATEMENT_ERRORS as error:
            log.error("store transaction failed", statements=len(batch), reason=str(error))  # noqa: TRY400 - the reason says it all
            self._roll_back()
            return [error] * len(batch)
        return outcomes

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # SQLite has rolled back by itself
                self._connection.execute(_ROLLBACK)

    def _checkpoint(self) -> None:
        """Bring the log into the file and truncate it; a reader in the way postpones that, it never holds writes."""
        self._checkpoint_due = time.monotonic() + CHECKPOINT_INTERVAL.total_seconds()
        try:
            self._connection.execute(_DO_NOT_WAIT)
            self._connection.execute(_CHECKPOINT).fetchall()
        except sqlite3.Error as error:
            log.warning("store checkpoint postponed", reason=str(error))
        finally:
            self._connection.execute(_WAIT)

    # -------------------------------------------------------------------------------------------- on the event loop

    def _watch_for_stall(self) -> None:
        """Tell the callers of a transaction that hangs that its outcome is unknown, and refuse more until it ends."""
        since, limit = self._batch_since, STALL_LIMIT.total_seconds()
        self._is_stalled = bool(since) and time.monotonic() - since > limit
        if self._is_stalled:
            batch = self._batch.copy()
            _resolve(batch, [TimeoutError("the disk does not answer")] * len(batch))
        self._watch = self._loop.call_later(limit / 4, self._watch_for_stall)

    def _fail_the_rest(self) -> None:
        """Refuse everything once the thread has ended; after an orderly close nothing is left."""
        self._refusal = self._refusal or "the writer has died"
        rest = self._batch
        while self._queue.qsize():
            if (write := self._queue.get_nowait()) is not None:
                rest.append(write)
        _resolve(rest, [RuntimeError(self._refusal)] * len(rest))


def _resolve(batch: list[Write], outcomes: list[Outcome]) -> None:
    """Wake the callers of a batch, all in one go; one that was cancelled meanwhile is passed over."""
    for (_, _, future), outcome in zip(batch, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, int):
            future.set_result(outcome)
        else:
            failure = StoreUnavailable(f"write failed: {outcome}")
            failure.__cause__ = outcome
            future.set_exception(failure)
