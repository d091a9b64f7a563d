"""Slow down what may be guessing, without locking out whoever it aims at."""

import asyncio
from collections.abc import Awaitable, Callable

PACE_S = 2.0
"""Between two tries of one line: 43,200 guesses a day, of no use against ten random characters."""
LINE_MOST = 8
"""Who may stand in one line; more would wait longer than they want to, and hold a connection each."""

Sleep = Callable[[float], Awaitable[None]]


class LineFull(Exception):
    """So many wait already that nobody more may."""


class Pacing:
    """Let through one at a time for each key, ``PACE_S`` apart; in this process, for it protects this process's cores."""

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        """Begin with nobody waiting."""
        self._sleep = sleep
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}

    async def wait(self, key: str) -> None:
        """Return when it is one's turn.

        Raises:
            LineFull: at once.
        """
        lock, waiting = self._lines.get(key, (asyncio.Lock(), 0))
        if waiting >= LINE_MOST:
            raise LineFull
        self._lines[key] = lock, waiting + 1
        try:
            async with lock:
                await self._sleep(PACE_S)
        finally:
            self._left(key)

    def _left(self, key: str) -> None:
        lock, waiting = self._lines[key]
        if waiting > 1:
            self._lines[key] = lock, waiting - 1
        else:
            del self._lines[key]
