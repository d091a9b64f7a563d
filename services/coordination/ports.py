"""The ports that Redis serves across processes and memory serves within one.

None of them is the truth (design 4): what they forget costs a repeat or a second of waiting, never a message.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol


class Limiter(Protocol):
    """Count uses of a key in a sliding period."""

    async def allow(self, key: str, *, limit: int, per: timedelta) -> bool:
        """Count one use and tell whether it is still within the limit; 0 means no limit."""
        ...

    async def forget(self, key: str) -> None:
        """Begin counting a key anew."""
        ...


class Leases(Protocol):
    """Let one holder at a time do a thing."""

    async def acquire(self, name: str, *, lasting: timedelta) -> str | None:
        """Return a token when the lease is free or has run out, else None."""
        ...

    async def release(self, name: str, token: str) -> None:
        """Give a lease back; a token that no longer holds it changes nothing."""
        ...


class Memory(Protocol):
    """Short-lived values by key, for repeats and shared tokens.

    Every call ends within a fifth of a second: it raises `Unavailable` rather than let a callback wait for it.
    """

    async def get(self, key: str) -> str | None:
        """Return the value, or None when it is unknown or has run out."""
        ...

    async def put(self, key: str, value: str, *, lasting: timedelta) -> None:
        """Keep a value for a while, replacing what was there."""
        ...

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        """Keep the value unless the key is taken; return the value that holds now."""
        ...

    async def take(self, key: str) -> str | None:
        """Return the value and forget it, in one step: of two takers one gets it."""
        ...

    async def drop(self, key: str, value: str) -> None:
        """Forget a key if it still holds exactly this value (compare and delete)."""
        ...


class Bell(Protocol):
    """Wake sleepers by name; a ring that nobody heard is caught up by their own polling."""

    def ring(self, name: str) -> None:
        """Wake everybody who waits for the name, here and in other processes. Never blocks, never fails."""
        ...

    async def heard(self, name: str, *, at_most: timedelta) -> bool:
        """Sleep until the name rings or the time is up; tell which. A ring since the last call counts."""
        ...


class Fanout(Protocol):
    """Carry small payloads to whoever listens to a topic now, in every process."""

    async def publish(self, topic: str, payload: bytes) -> None:
        """Hand a payload to the present listeners; it is not kept for later ones."""
        ...

    def listening(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Listen from entering the context on; a listener that falls 1,000 behind is ended (it resumes by ``seq``)."""
        ...
