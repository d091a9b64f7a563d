"""Count working days in constant time."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from services.calendar.model import CalendarTooShort, YearNotice

_MONTH_OF_THE_NOTICE = 11
_SATURDAY = 5


class WorkCalendar:
    """Tell working days from days off, and count them, over an unbroken run of years.

    All days are those of Asia/Shanghai. Immutable: a new notice makes a new calendar. Every method takes constant time
    (two array look-ups) and raises `CalendarTooShort` for a day before the first or after the last known year.
    """

    def __init__(self, notices: Iterable[YearNotice]) -> None:
        """Build the arrays.

        Args:
            notices: at least one; no year twice and none missing between the first and the last, see
                `services.calendar.loader` for a friendlier check.

        Raises:
            ValueError: the years do not follow one another.
        """
        by_year = {notice.year: notice for notice in notices}
        self.years = range(min(by_year), max(by_year) + 1)
        if len(by_year) != len(self.years):
            raise ValueError(f"the years {sorted(by_year)} leave a gap")
        self._off = frozenset(day.date for notice in by_year.values() for day in notice.off_days)
        self._made_up = frozenset(day.date for notice in by_year.values() for day in notice.make_up_workdays)
        self._start = date(self.years.start, 1, 1)
        self.last_day = date(self.years.stop - 1, 12, 31)
        total = (self.last_day - self._start).days + 1
        self._workdays = [day for day in (self._start + timedelta(n) for n in range(total)) if self._works(day)]
        # _counts[n] working days lie among the first n days, so any stretch is one subtraction.
        self._counts = [0]
        for n in range(total):
            self._counts.append(self._counts[-1] + self._works(self._start + timedelta(n)))

    @property
    def fingerprint(self) -> str:
        """Return what changes with any day of the calendar: the same working days always give the same."""
        days = " ".join(day.isoformat() for day in (self._start, self.last_day, *self._workdays))
        return hashlib.blake2b(days.encode(), digest_size=16).hexdigest()

    def is_workday(self, day: date) -> bool:
        """Tell whether the city works on this day."""
        place = self._place(day)
        return self._counts[place + 1] > self._counts[place]

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day that is `count` working days after a day, or before it when negative.

        The day itself is never counted, working day or not: ``add_workdays(friday, 1)`` is Monday and
        ``add_workdays(saturday, -1)`` is Friday. Zero has no direction and is refused with ValueError.
        """
        if count == 0:
            raise ValueError("count zero working days in which direction?")
        place = self._place(day)
        index = self._counts[place + 1] + count - 1 if count > 0 else self._counts[place] + count
        if not 0 <= index < len(self._workdays):
            raise CalendarTooShort(f"{count} working days from {day} leave the years {self._known()}")
        return self._workdays[index]

    def workdays_between(self, after: date, until: date) -> int:
        """Return how many working days lie after one day, up to and including another; negative backwards.

        ``workdays_between(day, add_workdays(day, n)) == n`` for every positive n.
        """
        return self._counts[self._place(until) + 1] - self._counts[self._place(after) + 1]

    def next_workday(self, day: date) -> date:
        """Return the first working day after a day."""
        return self.add_workdays(day, 1)

    def previous_workday(self, day: date) -> date:
        """Return the last working day before a day."""
        return self.add_workdays(day, -1)

    def this_or_next_workday(self, day: date) -> date:
        """Return the day itself when the city works on it, else the next day it does."""
        return day if self.is_workday(day) else self.next_workday(day)

    def needs_next_year(self, today: date) -> bool:
        """Tell whether an operator must add a notice now.

        True from 1 November while the next year is missing (the notice comes out in November), and always while
        `today` itself is not covered.
        """
        reach = today.year + (today.month >= _MONTH_OF_THE_NOTICE)
        return reach not in self.years or today.year not in self.years

    def _works(self, day: date) -> bool:
        return day in self._made_up or (day.weekday() < _SATURDAY and day not in self._off)

    def _place(self, day: date) -> int:
        place = (day - self._start).days
        if not 0 <= place < len(self._counts) - 1:
            raise CalendarTooShort(f"{day} is outside of the years {self._known()}")
        return place

    def _known(self) -> str:
        return f"{self.years.start} to {self.years.stop - 1}"
