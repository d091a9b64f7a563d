"""Write to SQLite by group commit: all that waits goes into one transaction and one fsync.

Statements run on the event loop, inside the transaction, where they take some microseconds and touch no disk; COMMIT,
which waits for the disk, runs in a thread while the next batch gathers. With the statements in the thread as well, each
of them has to win the interpreter lock from a busy loop twice: at 6,500 requests/s the 99th percentile was 250 ms
against 15 ms this way (2 cores, same CPU time). At `synchronous=FULL` group commit does 5 to 60 times the writes of
a commit each (benchmarks/store.py).
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from queue import SimpleQueue

import structlog
from msgspec import Struct

from services.database.collection import StoreUnavailable
from services.database.sql import Connection, Parameter, Sql, sql
from services.database.sqlite_files import FileMoved, FilePlace

log = structlog.get_logger()

QUEUE_LIMIT = 10_000
"""Statements that may wait, a few hundred milliseconds of work; beyond it the server says that it is busy."""

_BATCH_LIMIT = 256
_BATCH_TIME_S = 0.004  # what a batch may hold the event loop, whatever its statements cost
_BEGIN = sql("BEGIN IMMEDIATE")
_COMMIT = sql("COMMIT")
_ROLLBACK = sql("ROLLBACK")
_CHECKPOINT = sql("PRAGMA wal_checkpoint(TRUNCATE)")

# Beside sqlite3's own errors: what binding a value raises. Only its own statement is at fault then.
_STATEMENT_ERRORS = (sqlite3.Error, ValueError, OverflowError)

Settled = Callable[[bool], None]
"""Whoever must know how a write ended, even one whose caller has gone: called once, with whether it changed a row for
certain, before the caller hears of it. A write of unknown outcome is settled when its outcome is known."""
Write = tuple[Sql, Sequence[Parameter], "asyncio.Future[int]", Settled | None]
Outcome = int | Exception


class _Commit(Struct, frozen=True, kw_only=True):
    """What ran in one transaction, and how each statement went."""

    batch: list[Write]
    outcomes: list[Outcome]
    then_checkpoint: bool = False


class WriterLimits(Struct, frozen=True, kw_only=True):
    """Say how patient the writer is."""

    stall: timedelta = timedelta(seconds=3)
    """How long a COMMIT may take before its callers are told that the disk does not answer."""
    locked: timedelta = timedelta(milliseconds=800)
    """How long to wait for another program that holds the write lock (somebody's sqlite3 shell)."""
    checkpoint: timedelta = timedelta(seconds=60)
    """How often the log is truncated; SQLite itself empties it every 4,000 pages."""


class Writer:
    """Own the only connection that writes. All methods but `_run` and what it calls belong to the event loop.

    A caller that is cancelled while it waits takes nothing back: its write happens, once, and it does not learn that.
    """

    def __init__(
        self,
        connection: Connection,
        loop: asyncio.AbstractEventLoop,
        *,
        place: FilePlace,
        limits: WriterLimits | None = None,
    ) -> None:
        self._connection = connection
        self._place = place
        self._loop = loop
        self._limits = limits or WriterLimits()
        self._waiting: deque[Write] = deque()
        self._is_busy = False  # a batch is scheduled, or the thread has the connection
        self._is_closed = False
        self._is_stalled = False
        self._idle: asyncio.Future[None] | None = None
        self._locked_since: float | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._checkpoint_due = loop.time() + self._limits.checkpoint.total_seconds()
        self._commits: SimpleQueue[_Commit | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-commit", daemon=True)
        self._thread.start()

    def write(
        self, statement: Sql, parameters: Sequence[Parameter], *, settled: Settled | None = None
    ) -> "asyncio.Future[int]":
        """Queue one statement; the future gives how many rows it changed, once that is on the disk.

        Raises:
            StoreUnavailable: too much is waiting, the disk hangs, or the writer is closed. Nothing was written. The
                future raises it when the write failed or its outcome is unknown.
        """
        if self._is_closed or self._is_stalled:
            raise StoreUnavailable("the store is closed" if self._is_closed else "the disk does not answer")
        if len(self._waiting) >= QUEUE_LIMIT:
            raise StoreUnavailable("too many writes are waiting")
        future: asyncio.Future[int] = self._loop.create_future()
        self._waiting.append((statement, parameters, future, settled))
        if not self._is_busy:
            self._is_busy = True
            self._loop.call_soon(self._next)  # so that everything of this turn of the loop shares the batch
        return future

    async def close(self) -> None:
        """Refuse new writes, finish those that wait, truncate the log and close the connection."""
        self._is_closed = True
        if self._is_stalled:
            log.error("store closed while the disk does not answer")
            return
        if self._is_busy:
            self._idle = self._loop.create_future()
            await self._idle
        self._commits.put(None)
        await asyncio.to_thread(self._thread.join)

    # -------------------------------------------------------------------------------------------- on the event loop

    def _next(self) -> None:
        """Start the next transaction, or rest."""
        if not self._waiting:
            self._is_busy = False
            if self._idle is not None and not self._idle.done():
                self._idle.set_result(None)
            return
        try:
            self._connection.execute(_BEGIN)
        except sqlite3.Error as error:
            self._not_begun(error)
            return
        self._locked_since = None
        batch: list[Write] = []
        outcomes: list[Outcome] = []
        try:
            self._execute(batch, outcomes)
        except _STATEMENT_ERRORS as error:
            self._finish(_Commit(batch=batch, outcomes=outcomes), error)
        else:
            self._hand_over(batch, outcomes)

    def _execute(self, batch: list[Write], outcomes: list[Outcome]) -> None:
        """Run what waits inside the transaction. A statement that fails does so alone, unless it ended everything."""
        execute = self._connection.execute
        end = time.perf_counter() + _BATCH_TIME_S
        waiting = self._waiting
        while waiting and len(batch) < _BATCH_LIMIT and time.perf_counter() < end:
            write = waiting.popleft()
            batch.append(write)
            try:
                outcomes.append(execute(write[0], write[1]).rowcount)
            except _STATEMENT_ERRORS as error:
                if not self._connection.in_transaction:
                    raise  # a full disk or an I/O error has rolled back all of it
                outcomes.append(error)

    def _hand_over(self, batch: list[Write], outcomes: list[Outcome]) -> None:
        """Let the thread commit; it has the connection until `_finish`."""
        now = self._loop.time()
        commit = _Commit(batch=batch, outcomes=outcomes, then_checkpoint=now > self._checkpoint_due)
        if commit.then_checkpoint:
            self._checkpoint_due = now + self._limits.checkpoint.total_seconds()
        self._stall = self._loop.call_later(self._limits.stall.total_seconds(), self._stalled, commit)
        self._commits.put(commit)

    def _finish(self, commit: _Commit, error: Exception | None) -> None:
        """Tell the callers of a transaction how it went, and go on once they have had their turn."""
        if self._stall is not None:
            self._stall.cancel()
        self._is_stalled = False
        if error is None:
            _resolve(commit)
        else:
            log.error("store transaction failed", statements=len(commit.batch), reason=str(error))
            _settle_undone(commit.batch)
            _fail(commit.batch, error)
        self._loop.call_soon(self._next)

    def _not_begun(self, error: sqlite3.Error) -> None:
        """Wait a little for another program's lock; else tell everybody that nothing was written."""
        now = self._loop.time()
        self._locked_since = self._locked_since or now
        is_locked = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY  # not every error carries a code
        if is_locked and now - self._locked_since < self._limits.locked.total_seconds():
            self._loop.call_later(0.01, self._next)
            return
        self._locked_since = None
        everything = list(self._waiting)
        self._waiting.clear()
        self._finish(_Commit(batch=everything, outcomes=[]), error)

    def _stalled(self, commit: "_Commit") -> None:
        """Tell everybody that the disk does not answer, and refuse more until it does."""
        log.error("store disk does not answer", statements=len(commit.batch), waiting=len(self._waiting))
        self._is_stalled = True
        _settle_undone(self._waiting)
        _fail([*commit.batch, *self._waiting], TimeoutError("the disk does not answer"))
        self._waiting.clear()

    # ------------------------------------------------------------------------------------------------ in the thread

    def _run(self) -> None:
        while (commit := self._commits.get()) is not None:
            error = self._commit()
            if commit.then_checkpoint:
                self._checkpoint()
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._finish, commit, error)
        self._checkpoint()
        self._connection.close()

    def _commit(self) -> Exception | None:
        """Bring the transaction to the disk; return why it is undone instead."""
        try:
            self._place.check()  # SQLite would go on writing to a file that nobody finds any more
            self._connection.execute(_COMMIT)
        except (sqlite3.Error, FileMoved) as error:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                self._connection.execute(_ROLLBACK)
            return error
        return None

    def _checkpoint(self) -> None:
        """Bring the log into the file and truncate it; a report that is reading postpones that."""
        try:
            self._connection.execute(_CHECKPOINT).fetchall()
        except sqlite3.Error as error:
            log.warning("store checkpoint failed", reason=str(error))


def _resolve(commit: _Commit) -> None:
    """Wake the callers of a transaction, all in one go; one that was cancelled meanwhile is passed over."""
    for (_, _, future, settled), outcome in zip(commit.batch, commit.outcomes, strict=True):
        if settled is not None:
            settled(isinstance(outcome, int) and outcome > 0)
        if future.done():
            continue
        if isinstance(outcome, int):
            future.set_result(outcome)
        else:
            future.set_exception(_failure(outcome))


def _settle_undone(batch: Iterable[Write]) -> None:
    """Settle writes that are not on the disk as far as anybody can tell."""
    for _, _, _, settled in batch:
        if settled is not None:
            settled(False)


def _fail(batch: Iterable[Write], error: Exception) -> None:
    """Tell the callers that their writes failed, or that nobody knows."""
    for _, _, future, _ in batch:
        if not future.done():
            future.set_exception(_failure(error))


def _failure(error: Exception) -> StoreUnavailable:
    failure = StoreUnavailable(f"write failed: {error}")
    failure.__cause__ = error
    return failure
