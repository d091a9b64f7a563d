"""Wait for at most a certain time, many at once, with one timer for all of them.

A timer of its own for every message, set and cancelled again, with the callbacks around it, costs more than reading the
message does. All waits here last equally long, so they end in the order they began and one queue is enough.
"""

import asyncio
from collections import deque

_LOOK_EVERY_S = 0.1
"""How long an answered wait may stay in the queue behind the clock's next look."""


class TimeLimit:
    """Give out futures that somebody else settles, and settle those that nobody did in time."""

    def __init__(self, seconds: float) -> None:
        """Take how long each may last."""
        self._seconds = seconds
        self._waits: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> "asyncio.Future[None]":
        """Return a future that is done when the time is up, or before that, by `end`."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()
        self._waits.append((loop.time() + self._seconds, over))
        if self._timer is None:
            self._timer = loop.call_later(min(_LOOK_EVERY_S, self._seconds), self._look, loop)
        return over

    def __len__(self) -> int:
        """Return how many waits are in the queue, answered ones included."""
        return len(self._waits)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now, waits = loop.time(), self._waits
        while waits and (waits[0][1].done() or waits[0][0] <= now):
            _, over = waits.popleft()
            end(over)
        left = waits[0][0] - now if waits else 0.0
        self._timer = loop.call_later(min(_LOOK_EVERY_S, left), self._look, loop) if waits else None


def end(over: "asyncio.Future[None]") -> None:
    """Settle a wait, unless it is settled."""
    if not over.done():
        over.set_result(None)
