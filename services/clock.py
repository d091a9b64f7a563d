"""The only place that asks the computer what time it is."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The city's time zone: used by the calendar, by numbers and by wording, never in stored data."""


class Clock(Protocol):
    """Tell the time; tests supply one that is set by hand."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        ...


class SystemClock:
    """Tell the computer's time."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        return datetime.now(UTC)
