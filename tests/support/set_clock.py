"""A clock that is set by hand."""

from datetime import UTC, datetime, timedelta


class SetClock:
    """Tell the time it was set to; a Tuesday morning in Qingdao unless said otherwise."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
