"""Stop asking who keeps failing, and try again after a rest."""

from collections import deque
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from services.clock import Clock


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[plugins.limits]: how long a plug-in may take, how many questions it has at once, and when it gets a rest."""

    deadline_ms: Annotated[float, Meta(gt=0, le=2_000)] = 300.0
    """For one message, however many plug-ins are asked; far below the 4.5 s of a platform's callback."""
    at_once: Annotated[int, Meta(ge=1, le=64)] = 16
    """Further messages are not offered: waiting ones hold connections that the channels need."""
    failures: Annotated[int, Meta(ge=1, le=1_000)] = 5
    """So many failures ..."""
    within_s: Annotated[float, Meta(gt=0)] = 30.0
    """... within so many seconds and it is left alone"""
    rest_s: Annotated[float, Meta(gt=0)] = 30.0
    """for so many; then one message tries it."""


class Breaker:
    """Count the failures of one plug-in.

    Closed, it lets everybody through. After too many failures it is open: nobody. After the rest it is half open: one
    message tries, and while that is under way, for at most another rest, nobody else. So a try whose citizen went away
    needs no one to give its place back.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        """Begin closed."""
        self._failures_most = limits.failures
        self._within = timedelta(seconds=limits.within_s)
        self._rest = timedelta(seconds=limits.rest_s)
        self._clock = clock
        self._failed: deque[datetime] = deque(maxlen=limits.failures)
        self._open_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the plug-in is being left alone."""
        return self._open_until is not None

    def lets_through(self) -> bool:
        """Tell whether the plug-in may be asked now; when it is half open, that is the one try."""
        if self._open_until is None:
            return True
        now = self._clock.now()
        # A clock set back must not lengthen the rest.
        if now < self._open_until and self._open_until - now <= self._rest:
            return False
        self._open_until = now + self._rest
        return True

    def succeeded(self) -> None:
        """Close, and forget what failed."""
        self._failed.clear()
        self._open_until = None

    def failed(self) -> None:
        """Count a failure; too many within the time, or that of a try, open it."""
        now = self._clock.now()
        self._failed.append(now)
        is_often = len(self._failed) == self._failures_most and now - self._failed[0] <= self._within
        if is_often or self._open_until is not None:
            self._open_until = now + self._rest
