"""Wait for something that happens in another process, with an end."""

import time
from collections.abc import Callable
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
