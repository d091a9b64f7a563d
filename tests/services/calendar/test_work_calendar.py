"""Check the counting of working days against a slow count day by day, and against known days of the notices."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar.loader import load_calendar
from services.calendar.model import CalendarTooShort, YearNotice
from services.calendar.work_calendar import WorkCalendar

_DATA = Path("data")
_CALENDAR = load_calendar(_DATA)
_NOTICES = [msgspec.json.decode(path.read_bytes(), type=YearNotice) for path in sorted(_DATA.glob("calendar_*.json"))]
_FIRST, _LAST = date(2024, 1, 1), date(2026, 12, 31)
_days = st.dates(_FIRST, _LAST)


def _slowly_works(day: date) -> bool:
    notice = next(notice for notice in _NOTICES if notice.year == day.year)
    if any(made_up.date == day for made_up in notice.make_up_workdays):
        return True
    return day.isoweekday() <= 5 and all(off.date != day for off in notice.off_days)


_WORKED = {_FIRST + timedelta(n): _slowly_works(_FIRST + timedelta(n)) for n in range((_LAST - _FIRST).days + 1)}


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday made up for the spring festival
        (date(2026, 2, 16), False),  # a Monday in the spring festival
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
        (date(2026, 9, 20), True),  # a Sunday
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
        (date(2024, 6, 8), False),  # an ordinary Saturday beside a holiday
    ],
)
def test_notices_move_days(day: date, works: bool) -> None:  # noqa: FBT001 - an expectation
    assert _CALENDAR.is_workday(day) is works


def test_each_year_has_the_workdays_its_notice_counts() -> None:
    for notice in _NOTICES:
        counted = _CALENDAR.workdays_between(date(notice.year, 1, 1), date(notice.year, 12, 31))
        # 1 January is never worked, so leaving it out of the stretch changes nothing
        assert counted == notice.counts.workdays


def test_every_single_day_agrees_with_the_slow_count() -> None:
    calendar = WorkCalendar(_NOTICES)
    assert {day: calendar.is_workday(day) for day in _WORKED} == _WORKED
    assert (calendar.years, calendar.last_day) == (range(2024, 2027), _LAST)


@given(day=_days, count=st.integers(1, 300))
def test_adding_workdays_agrees_with_walking(day: date, count: int) -> None:
    # Given the days that a person would cross off one by one
    walked = [later for later, works in _WORKED.items() if later > day and works]
    # When there are enough of them, then adding lands on the same one, else it is refused
    if len(walked) >= count:
        assert _CALENDAR.add_workdays(day, count) == walked[count - 1]
    else:
        with pytest.raises(CalendarTooShort):
            _CALENDAR.add_workdays(day, count)


@given(day=_days, count=st.integers(1, 300))
def test_subtracting_workdays_agrees_with_walking_back(day: date, count: int) -> None:
    walked = [earlier for earlier, works in _WORKED.items() if earlier < day and works]
    if len(walked) >= count:
        assert _CALENDAR.add_workdays(day, -count) == walked[-count]
    else:
        with pytest.raises(CalendarTooShort):
            _CALENDAR.add_workdays(day, -count)


@given(after=_days, until=_days)
def test_a_stretch_counts_its_end_and_not_its_beginning(after: date, until: date) -> None:
    # When a stretch is counted forwards and backwards
    forwards, backwards = _CALENDAR.workdays_between(after, until), _CALENDAR.workdays_between(until, after)
    # Then both agree, and with the slow count
    low, high = min(after, until), max(after, until)
    slowly = sum(works for day, works in _WORKED.items() if low < day <= high)
    assert (forwards, backwards) == ((slowly, -slowly) if after <= until else (-slowly, slowly))


@given(day=_days.filter(lambda day: day < date(2026, 6, 1)), count=st.integers(1, 100))
def test_counting_undoes_adding(day: date, count: int) -> None:
    assert _CALENDAR.workdays_between(day, _CALENDAR.add_workdays(day, count)) == count


@given(day=_days.filter(lambda day: _FIRST + timedelta(9) < day < date(2026, 12, 20)))
def test_the_neighbours_of_a_day_are_worked_with_only_days_off_between(day: date) -> None:
    later, earlier = _CALENDAR.next_workday(day), _CALENDAR.previous_workday(day)
    assert _WORKED[later]
    assert _WORKED[earlier]
    assert not any(works for between, works in _WORKED.items() if earlier < between < later and between != day)
    assert _CALENDAR.this_or_next_workday(day) == (day if _WORKED[day] else later)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1), date.min, date.max])
def test_a_day_outside_of_the_notices_is_refused(day: date) -> None:
    with pytest.raises(CalendarTooShort) as refused:
        _CALENDAR.is_workday(day)
    assert refused.value.code == "calendar.too_short"
    with pytest.raises(CalendarTooShort):
        _CALENDAR.add_workdays(day, 1)
    with pytest.raises(CalendarTooShort):
        _CALENDAR.workdays_between(day, _LAST)


def test_the_first_unannounced_monday_is_not_taken_for_a_workday() -> None:
    # Given the last working day of the last year that has been announced
    assert _CALENDAR.add_workdays(date(2026, 12, 30), 1) == _LAST
    # When one more is asked for, then nothing is guessed
    with pytest.raises(CalendarTooShort):
        _CALENDAR.add_workdays(date(2026, 12, 30), 2)


def test_zero_workdays_have_no_direction() -> None:
    with pytest.raises(ValueError, match="direction"):
        _CALENDAR.add_workdays(date(2026, 5, 6), 0)


def test_years_must_follow_one_another() -> None:
    with pytest.raises(ValueError, match="gap"):
        WorkCalendar([_NOTICES[0], _NOTICES[-1]])


@pytest.mark.parametrize(
    ("today", "needed"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 12, 31), True),
        (date(2025, 12, 31), False),
        (date(2027, 3, 1), True),
        (date(2023, 12, 31), True),
    ],
)
def test_the_next_year_is_asked_for_from_november(today: date, needed: bool) -> None:  # noqa: FBT001 - an expectation
    assert _CALENDAR.needs_next_year(today) is needed
