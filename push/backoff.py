"""When to try again, and when to give up."""

import random
from datetime import timedelta

WAITS = tuple(timedelta(seconds=s) for s in (1, 5, 15, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400))
"""After the first, second ... failure: about 8 hours in all."""
MISCONFIGURED_WAIT = timedelta(minutes=10)
JITTER = 0.2


def wait_after(attempts: int, *, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many failed attempts.

    Args:
        attempts: failures so far, at least 1.
        asked: what the platform asked for; never shortened.

    Returns:
        The step of `WAITS` (the last one for ever), up to 20 % longer so that many do not come back at once.
    """
    step = WAITS[min(attempts, len(WAITS)) - 1]
    spread = step * (1 + JITTER * random.random())  # noqa: S311 - spreads load, guards nothing
    return spread if asked is None else max(asked, spread)
