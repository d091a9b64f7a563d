"""Keep what one follower's phone shows and wake whoever watches it."""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Final

from services.clock import Clock
from simulators.wechat.content import Content, Entry, Origin

KEPT: Final = 500


class Timeline:
    """Append entries, the oldest falling off after 500, and let readers wait for new ones."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._last = 0
        self._news = asyncio.Event()

    def show(self, origin: Origin, content: Content) -> Entry:
        """Put something on the phone and return it with its number."""
        self._last += 1
        entry = Entry(seq=self._last, at=self._clock.now(), origin=origin, content=content)
        self._entries.append(entry)
        self.wake()
        return entry

    def after(self, seq: int) -> tuple[Entry, ...]:
        """Return the entries later than this number, oldest first."""
        return tuple(entry for entry in self._entries if entry.seq > seq)

    def wake(self) -> None:
        """Wake all who wait, also for a change that is no entry (typing, unfollowed)."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def changed(self, seq: int, *, within: timedelta) -> tuple[Entry, ...]:
        """Return the entries after this number, waiting for the next change when there is none yet.

        Returns:
            Nothing when the time is over or the change was no entry.
        """
        if found := self.after(seq):
            return found
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._news.wait()
        except TimeoutError:
            return ()
        return self.after(seq)
