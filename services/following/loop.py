"""Keep a follower working until it is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from services.errors import Unavailable

log = structlog.get_logger()

EVERY = timedelta(seconds=5)


async def keep_following(step: Callable[[], Awaitable[int]], *, name: str, every: timedelta = EVERY) -> None:
    """Repeat a step, resting while there is nothing to do; a fault is logged and waited out, never the end."""
    while True:
        busy = False
        try:
            busy = await step() > 0
        except Unavailable as error:
            log.warning("follower waits for the store", follower=name, error=error.code)
        except Exception:
            log.exception("follower failed", follower=name)
        if not busy:
            await asyncio.sleep(every.total_seconds())
