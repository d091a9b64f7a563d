"""Wait for something that happens in another process, with an end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN_S = 10.0


def eventually(look: Callable[[], T | None], *, within_s: float = WITHIN_S) -> T:
    """Return the first answer that is not None, or fail when time is up."""
    give_up_at = time.monotonic() + within_s
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > give_up_at:
            raise AssertionError(f"nothing happened within {within_s} s")
        time.sleep(0.03)  # noqa: TID251 - another process is waited for, no loop runs here


async def a_moment() -> None:
    """Let another process go on before it is asked again."""
    await asyncio.sleep(0.05)


async def until(look: Callable[[], Awaitable[T | None]], *, within_s: float = WITHIN_S) -> T:
    """Return the first answer that is not None, without stopping this loop, or fail when time is up."""
    async with asyncio.timeout(within_s):
        while (found := await look()) is None:
            await a_moment()
    return found
