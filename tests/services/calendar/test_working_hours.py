"""Check working hours with two stretches a day, over weekends and holidays."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar.loader import load_calendar
from services.calendar.model import CalendarTooShort
from services.calendar.working_hours import Interval, WorkingHours
from services.clock import SHANGHAI
from services.errors import Invalid

_CALENDAR = load_calendar(Path("data"))
_HOURS = WorkingHours(_CALENDAR, [Interval(time(9), time(12)), Interval(time(13, 30), time(17))])


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "working", "next_one"),
    [
        ("2026-05-08T08:59:59", False, "2026-05-08T09:00:00"),
        ("2026-05-08T09:00:00", True, "2026-05-08T09:00:00"),
        ("2026-05-08T11:59:59", True, "2026-05-08T11:59:59"),
        ("2026-05-08T12:00:00", False, "2026-05-08T13:30:00"),
        ("2026-05-08T17:00:00", False, "2026-05-09T09:00:00"),  # a make-up Saturday
        ("2026-05-09T10:00:00", True, "2026-05-09T10:00:00"),
        ("2026-05-10T10:00:00", False, "2026-05-11T09:00:00"),
        ("2026-09-30T18:00:00", False, "2026-10-08T09:00:00"),
    ],
)
def test_offices_work_in_two_stretches_on_working_days(moment: str, working: bool, next_one: str) -> None:  # noqa: FBT001 - an expectation
    assert _HOURS.is_working_time(_at(moment)) is working
    assert _HOURS.next_working_time(_at(moment)) == _at(next_one)
    assert _HOURS.next_working_time(_at(moment)).tzinfo is UTC


@given(minutes=st.integers(0, 3 * 365 * 24 * 60))
def test_the_next_working_time_is_the_first_minute_that_works(minutes: int) -> None:
    # Given any whole minute of three years
    moment = _at("2024-01-01T00:00:00") + timedelta(minutes=minutes)
    # When the next working time is asked for
    found = _HOURS.next_working_time(moment)
    # Then offices work then, and at none of the ten minutes before
    assert found >= moment
    assert _HOURS.is_working_time(found)
    between = (moment + timedelta(minutes=n) for n in range(0, int((found - moment).total_seconds()) // 60, 10))
    assert not any(_HOURS.is_working_time(earlier) for earlier in between)


def test_the_opening_after_the_last_known_day_is_not_guessed() -> None:
    with pytest.raises(CalendarTooShort):
        _HOURS.next_working_time(_at("2026-12-31T17:00:00"))


@pytest.mark.parametrize(
    "intervals",
    [
        [],
        [Interval(time(12), time(9))],
        [Interval(time(9), time(9))],
        [Interval(time(9), time(12)), Interval(time(11), time(17))],
        [Interval(time(13), time(17)), Interval(time(9), time(12))],
    ],
)
def test_hours_that_make_no_sense_are_refused(intervals: list[Interval]) -> None:
    with pytest.raises(Invalid):
        WorkingHours(_CALENDAR, intervals)
