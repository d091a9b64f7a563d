"""Tell whether a moment lies in working hours, and when they next begin."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import pairwise

from msgspec import Struct

from services.calendar.work_calendar import WorkCalendar
from services.clock import SHANGHAI
from services.errors import Invalid


class Interval(Struct, frozen=True):
    """Hold one stretch of a working day in Shanghai time: opens on the first minute, is over at `closes`."""

    opens: time
    closes: time


class WorkingHours:
    """Say when offices work, for notices that may only go out, or clocks that only run, in working time."""

    def __init__(self, calendar: WorkCalendar, intervals: Sequence[Interval]) -> None:
        """Keep the intervals of every working day.

        Args:
            calendar: which days count at all.
            intervals: one or more, in order, not touching one another, for example 09:00-12:00 and 13:30-17:00.

        Raises:
            Invalid: no interval, one that ends before it begins, or two that overlap.
        """
        edges = [edge for interval in intervals for edge in (interval.opens, interval.closes)]
        if not edges or any(late <= early for early, late in pairwise(edges)):
            raise Invalid(f"working hours {intervals}", fields={"working_hours": "时段须先后排列，互不重叠"})
        self._calendar = calendar
        self._intervals = tuple(intervals)

    def is_working_time(self, moment: datetime) -> bool:
        """Tell whether offices work at this moment (aware)."""
        local = moment.astimezone(SHANGHAI)
        inside = any(interval.opens <= local.time() < interval.closes for interval in self._intervals)
        return inside and self._calendar.is_workday(local.date())

    def next_working_time(self, moment: datetime) -> datetime:
        """Return the moment itself when offices work then, else the next opening; aware, UTC.

        Raises:
            CalendarTooShort: the next opening is in a year without a notice.
        """
        local = moment.astimezone(SHANGHAI)
        day = local.date()
        if self._calendar.is_workday(day):
            for interval in self._intervals:
                if local.time() < interval.opens:
                    return datetime.combine(day, interval.opens, SHANGHAI).astimezone(UTC)
                if local.time() < interval.closes:
                    return moment.astimezone(UTC)
        return datetime.combine(self._calendar.next_workday(day), self._intervals[0].opens, SHANGHAI).astimezone(UTC)
