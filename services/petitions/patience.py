"""Hold how long the city waits before it goes on by itself, and when it sends notices."""

from datetime import time, timedelta

from msgspec import Struct

from services.calendar.working_hours import Interval

OFFICE_HOURS = (Interval(time(9), time(12)), Interval(time(13, 30), time(17)))


class Patience(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[petitions.patience]: natural days, counted to the second.

    Args:
        wait_days: for a citizen's answer to a question; then the clock runs again without it.
        rating_days: for a rating after each answer; then the centre must call.
        close_after_days: between a hearing that went well and the closing, in which the citizen may still object.
        redo_days: from the hearing within which the centre may order a redo by itself (差评整改 15 日).
        notice_hours: when notices to staff go out, on working days in Shanghai.
    """

    wait_days: float = 5.0
    rating_days: float = 7.0
    close_after_days: float = 3.0
    redo_days: float = 15.0
    notice_hours: tuple[Interval, ...] = OFFICE_HOURS

    @property
    def wait(self) -> timedelta:
        """Return how long a question stands open."""
        return timedelta(days=self.wait_days)

    @property
    def rating(self) -> timedelta:
        """Return how long an answer may be rated."""
        return timedelta(days=self.rating_days)

    @property
    def close_after(self) -> timedelta:
        """Return how long a satisfied citizen may still object."""
        return timedelta(days=self.close_after_days)

    @property
    def redo(self) -> timedelta:
        """Return how long after the hearing the centre may order a redo."""
        return timedelta(days=self.redo_days)
