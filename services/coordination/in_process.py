"""The ports served within one process: for the embedded mode, and as what Redis falls back to."""

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

KEYS_KEPT = 200_000
"""Bound of every map here: the oldest key goes first. About 30 MB at worst."""

LISTENER_BACKLOG = 1_000
"""Payloads a listener may be behind before it is ended."""

Monotonic = Callable[[], float]


class InProcessLimiter:
    """A sliding count of the last uses of each key."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        """Count with a clock that never jumps."""
        self._monotonic = monotonic
        self._uses: OrderedDict[str, deque[float]] = OrderedDict()

    async def allow(self, key: str, *, limit: int, per: timedelta) -> bool:
        """Count one use and tell whether it is still within the limit; 0 means no limit."""
        if not limit:
            return True
        now = self._monotonic()
        uses = self._uses.setdefault(key, deque())
        self._uses.move_to_end(key)
        while uses and uses[0] <= now - per.total_seconds():
            uses.popleft()
        if len(uses) >= limit:
            return False
        uses.append(now)
        if len(self._uses) > KEYS_KEPT:
            self._uses.popitem(last=False)
        return True

    async def forget(self, key: str) -> None:
        """Begin counting a key anew."""
        self._uses.pop(key, None)


class InProcessMemory:
    """Short-lived values in a bounded map."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        """Count time with a clock that never jumps."""
        self._monotonic = monotonic
        self._values: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def get(self, key: str) -> str | None:
        """Return the value, or None when it is unknown or has run out."""
        return self._present(key)

    async def put(self, key: str, value: str, *, lasting: timedelta) -> None:
        """Keep a value for a while, replacing what was there."""
        self._put(key, value, lasting=lasting)

    def _put(self, key: str, value: str, *, lasting: timedelta) -> None:
        self._values[key] = (value, self._monotonic() + lasting.total_seconds())
        self._values.move_to_end(key)
        if len(self._values) > KEYS_KEPT:
            self._values.popitem(last=False)

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        """Keep the value unless the key is taken; return the value that holds now."""
        present = self._present(key)
        if present is not None:
            return present
        self._put(key, value, lasting=lasting)
        return value

    async def take(self, key: str) -> str | None:
        """Return the value and forget it, in one step: of two takers one gets it."""
        value = self._present(key)
        self._values.pop(key, None)
        return value

    async def drop(self, key: str, value: str) -> None:
        """Forget a key if it still holds exactly this value (compare and delete)."""
        if self._present(key) == value:
            del self._values[key]

    def _present(self, key: str) -> str | None:
        held = self._values.get(key)
        if held is None:
            return None
        if held[1] <= self._monotonic():
            del self._values[key]
            return None
        return held[0]


class InProcessLeases:
    """Leases for the tasks of one process."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        """Keep leases as short-lived values."""
        self._memory = InProcessMemory(monotonic)

    async def acquire(self, name: str, *, lasting: timedelta) -> str | None:
        """Return a token when the lease is free or has run out, else None."""
        token = secrets.token_hex(8)
        return token if await self._memory.put_first(name, token, lasting=lasting) == token else None

    async def release(self, name: str, token: str) -> None:
        """Give a lease back; a token that no longer holds it changes nothing."""
        await self._memory.drop(name, token)


class InProcessBell:
    """Wake-ups between the tasks of one process; one sleeper a name hears each ring."""

    def __init__(self) -> None:
        """Begin silent."""
        self._rings: dict[str, asyncio.Event] = {}

    def ring(self, name: str) -> None:
        """Wake everybody who waits for the name. Never blocks, never fails."""
        self._rings.setdefault(name, asyncio.Event()).set()

    async def heard(self, name: str, *, at_most: timedelta) -> bool:
        """Sleep until the name rings or the time is up; tell which. A ring since the last call counts."""
        event = self._rings.setdefault(name, asyncio.Event())
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True


class InProcessFanout:
    """Payloads from one task to others by topic."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._listeners: dict[str, set[asyncio.Queue[bytes | None]]] = {}

    async def publish(self, topic: str, payload: bytes) -> None:
        """Hand a payload to the present listeners; it is not kept for later ones."""
        for queue in tuple(self._listeners.get(topic, ())):
            if queue.qsize() >= LISTENER_BACKLOG:
                self._leave(topic, queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(payload)

    @asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Listen from entering the context on; a listener that falls 1,000 behind is ended."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners.setdefault(topic, set()).add(queue)
        try:
            yield _payloads(queue)
        finally:
            self._leave(topic, queue)

    def _leave(self, topic: str, queue: "asyncio.Queue[bytes | None]") -> None:
        listeners = self._listeners.get(topic)
        if listeners is not None:
            listeners.discard(queue)
            if not listeners:
                del self._listeners[topic]


async def _payloads(queue: "asyncio.Queue[bytes | None]") -> AsyncIterator[bytes]:
    while (payload := await queue.get()) is not None:
        yield payload
