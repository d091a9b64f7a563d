"""The server's one task registry: the only place that starts a task nobody awaits.

Sanic's own ``add_task(name=...)`` can spin for ever at shutdown (sanic-org/sanic#2906) and an unnamed task is
never cancelled there, so every long-running loop of this server lives here.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta

import structlog

log = structlog.get_logger()


class Tasks:
    """Start background work, report what died, and stop all of it in bounded time."""

    def __init__(self) -> None:
        """Begin with nothing running."""
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        """Run work in the background under a name; its failure is logged as an error with the traceback."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    def launch(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Run work in the background that nobody will wait for."""
        _ = self.start(name, work)

    async def stop(self, grace: timedelta = timedelta(seconds=5)) -> None:
        """Cancel everything and wait, also for what is started meanwhile.

        A task that ignores its cancellation for longer than the grace is named.
        """
        over = asyncio.get_running_loop().time() + grace.total_seconds()
        cancelled: set[asyncio.Task[None]] = set()
        while self._running and (left := over - asyncio.get_running_loop().time()) > 0:
            # Each once: some use the grace to finish what they are in the middle of.
            for task in self._running - cancelled:
                task.cancel()
                cancelled.add(task)
            _ = await asyncio.wait(self._running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for task in self._running:
            log.error("task ignored its cancellation", task=task.get_name())

    async def drain(self, grace: timedelta) -> None:
        """Wait for short work that is under way, at most so long; nothing is cancelled."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed", task=task.get_name(), exc_info=error)
