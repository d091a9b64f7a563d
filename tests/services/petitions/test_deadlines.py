"""Check due dates and cards against a clock that ticks minute by minute, and against cases worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.calendar.loader import load_calendar
from services.calendar.model import CalendarTooShort
from services.clock import SHANGHAI
from services.petitions import deadlines
from services.petitions.deadline_model import Card, Due, Limit, LimitUnit, Pause, PauseReason, Run, Stopped
from services.petitions.deadlines import card, deadline, due_of, is_overdue
from tests.support import slow_clock

_CALENDAR = load_calendar(Path("data"))
_WORKED = slow_clock.worked_days()
_FIRST = datetime(2024, 1, 1, tzinfo=SHANGHAI)
_MINUTE = timedelta(minutes=1)
_WAIT = PauseReason.WAITING_FOR_CITIZEN


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """Count every date here and now: what an earlier test left in the memory would hide what this one finds."""
    deadlines._known_deadline.cache_clear()
    deadlines._known_due_on.cache_clear()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def _pause(began: str, ended: str | None) -> Pause:
    return Pause(reason=_WAIT, began_at=_at(began), ended_at=_at(ended) if ended else None)


def _a_run(received: str, *, workdays: int = 5, extension: int = 0, pauses: tuple[Pause, ...] = ()) -> Run:
    limit = Limit(LimitUnit.WORKDAYS, workdays)
    return Run(received_at=_at(received), limit=limit, extension_workdays=extension, pauses=pauses)


def _due(run: Run) -> Due:
    due = deadline(run, _CALENDAR)
    assert isinstance(due, Due)
    return due


@st.composite
def _runs(draw: st.DrawFn) -> Run:
    """Draw a run of any limit, with up to three pauses near it, closed or at last open, overlapping or not."""
    received_at = _FIRST + draw(st.integers(0, 3 * 365 * 24 * 60)) * _MINUTE
    limit = Limit(draw(st.sampled_from(LimitUnit)), draw(st.integers(1, 15)))
    # Whole days and single minutes, so that pauses often begin or end at midnight, on the same day, or not at all later.
    minutes = st.integers(-2, 20).map(lambda days: days * 1440) | st.integers(-3000, 30000)
    began = sorted(received_at.replace(hour=0, minute=0) + n * _MINUTE for n in draw(st.lists(minutes, max_size=3)))
    ended = [moment + draw(st.integers(0, 8 * 1440)) * _MINUTE for moment in began]
    pauses = [
        Pause(reason=_WAIT, began_at=one.astimezone(UTC), ended_at=other.astimezone(UTC))
        for one, other in zip(began, ended, strict=True)
    ]
    is_open = draw(st.booleans())
    if pauses and is_open:
        pauses[-1] = replace(pauses[-1], ended_at=None)
    extension = draw(st.just(0) | st.integers(1, 10))
    return Run(received_at=received_at.astimezone(UTC), limit=limit, extension_workdays=extension, pauses=tuple(pauses))


@settings(max_examples=100)
@given(run=_runs())
def test_a_deadline_is_where_the_minutes_lead(run: Run) -> None:
    # Given where one arrives by letting the minutes pass
    try:
        expected = slow_clock.due_at(run, _WORKED)
    except slow_clock.OffTheCalendar:
        with pytest.raises(CalendarTooShort):
            deadline(run, _CALENDAR)
        return
    # When the deadline is computed, then it is the same moment, or both stand still
    due = deadline(run, _CALENDAR)
    assert (due.due_at if isinstance(due, Due) else None) == expected
    if isinstance(due, Due) and (run.limit.unit is not LimitUnit.HOURS or run.extension_workdays):
        assert due.yellow_after_close_of == slow_clock.neighbour(_WORKED, due.due_on, -1)
        assert due.red_on == slow_clock.neighbour(_WORKED, due.due_on, 1)


@pytest.mark.parametrize(
    ("received", "workdays", "due_on", "yellow", "red"),
    [
        # A make-up Saturday before the spring festival: a Monday-to-Friday calendar would say 20 February, a holiday.
        ("2026-02-14T10:00:00", 5, "2026-02-28", "2026-02-27", "2026-03-02"),
        ("2026-02-14T00:00:00", 5, "2026-02-28", "2026-02-27", "2026-03-02"),
        ("2026-02-14T23:59:59", 5, "2026-02-28", "2026-02-27", "2026-03-02"),
        ("2026-02-15T00:00:00", 5, "2026-02-28", "2026-02-27", "2026-03-02"),  # on a day off the count begins no later
        ("2026-09-30T09:00:00", 1, "2026-10-08", "2026-09-30", "2026-10-09"),
        ("2026-10-09T09:00:00", 1, "2026-10-10", "2026-10-09", "2026-10-12"),  # a make-up Saturday is the due date
        ("2025-01-01T09:00:00", 1, "2025-01-02", "2024-12-31", "2025-01-03"),
        ("2025-12-31T09:00:00", 3, "2026-01-06", "2026-01-05", "2026-01-07"),  # over the new year, 4 January made up
    ],
)
def test_working_days_are_counted_from_the_day_after_receipt(
    received: str, workdays: int, due_on: str, yellow: str, red: str
) -> None:
    # When a petition is received, then it is due with the last second of the closing day in Shanghai
    due = _due(_a_run(received, workdays=workdays))
    assert due.due_at == _at(f"{due_on}T23:59:59")
    assert due.due_at.tzinfo is UTC
    assert (due.due_on, due.yellow_after_close_of, due.red_on) == (
        date.fromisoformat(due_on),
        date.fromisoformat(yellow),
        date.fromisoformat(red),
    )


def test_a_receipt_late_in_utc_belongs_to_the_next_day_in_shanghai() -> None:
    # Given a moment that is still Monday in UTC, already Tuesday in Shanghai
    received = datetime(2026, 5, 18, 16, 30, tzinfo=UTC)
    # When one working day is given, then it is Wednesday
    run = Run(received_at=received, limit=Limit(LimitUnit.WORKDAYS, 1))
    assert _due(run).due_on == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("began", "ended", "due_on"),
    [
        ("2026-05-13T10:00:00", "2026-05-13T18:00:00", "2026-05-18"),  # within one day: free
        ("2026-05-13T10:00:00", "2026-05-14T10:00:00", "2026-05-19"),  # over one midnight: the day it began on
        ("2026-05-13T00:00:00", "2026-05-14T00:00:00", "2026-05-19"),  # exactly one day: that day
        ("2026-05-13T23:59:00", "2026-05-14T00:01:00", "2026-05-19"),
        ("2026-05-15T12:00:00", "2026-05-18T09:00:00", "2026-05-19"),  # over a weekend: Friday alone
        (
            "2026-05-11T09:00:00",
            "2026-05-12T09:00:00",
            "2026-05-18",
        ),  # over the midnight of receipt: no day counted yet
        ("2026-05-20T09:00:00", "2026-05-25T09:00:00", "2026-05-18"),  # after it was due: too late
    ],
)
def test_a_working_day_counts_only_when_no_pause_covers_its_end(began: str, ended: str, due_on: str) -> None:
    run = _a_run("2026-05-11T10:00:00", pauses=(_pause(began, ended),))
    assert _due(run).due_on == date.fromisoformat(due_on)


def test_overlapping_pauses_count_once() -> None:
    both = (_pause("2026-05-13T10:00:00", "2026-05-15T10:00:00"), _pause("2026-05-13T12:00:00", "2026-05-14T12:00:00"))
    run = _a_run("2026-05-11T10:00:00", pauses=both)
    assert _due(run) == _due(replace(run, pauses=both[:1]))


def test_an_open_pause_stops_the_clock() -> None:
    # Given a petition that waits for the citizen since Wednesday
    run = _a_run("2026-05-11T10:00:00", pauses=(_pause("2026-05-13T10:00:00", None),))
    # When its deadline is asked for, then there is none, and no card ever falls
    stopped = deadline(run, _CALENDAR)
    assert stopped == Stopped(_at("2026-05-13T10:00:00"), _WAIT)
    assert card(stopped, _at("2026-12-31T00:00:00")) is Card.NONE
    assert not is_overdue(stopped, _at("2026-12-31T00:00:00"))


def test_a_pause_that_opens_after_the_limit_stops_nothing() -> None:
    run = _a_run("2026-05-11T10:00:00", pauses=(_pause("2026-05-20T10:00:00", None),))
    assert _due(run).due_on == date(2026, 5, 18)


def test_a_clock_stopped_on_the_last_days_of_the_calendar_is_stopped_and_not_an_error() -> None:
    run = _a_run("2026-12-28T10:00:00", pauses=(_pause("2026-12-30T10:00:00", None),))
    assert isinstance(deadline(run, _CALENDAR), Stopped)
    # And one resumed in the year without a notice has no date
    with pytest.raises(CalendarTooShort):
        deadline(replace(run, pauses=(_pause("2026-12-30T10:00:00", "2027-01-05T10:00:00"),)), _CALENDAR)


@given(received=st.integers(0, 900), workdays=st.integers(1, 15), extension=st.integers(1, 10))
def test_an_extension_adds_to_the_original_due_date(received: int, workdays: int, extension: int) -> None:
    run = _a_run("2024-01-01T12:00:00", workdays=workdays)
    run = replace(run, received_at=run.received_at + timedelta(days=received))
    # When a run is extended, then its date is that of the original due date, so many working days later
    extended = _due(replace(run, extension_workdays=extension))
    assert extended.due_on == _CALENDAR.add_workdays(_due(run).due_on, extension)


@pytest.mark.parametrize(
    ("received", "days", "due_on"),
    [
        ("2026-05-11T10:00:00", 7, "2026-05-18"),
        ("2026-05-10T10:00:00", 7, "2026-05-18"),  # a Sunday: moves to Monday
        ("2026-09-24T10:00:00", 7, "2026-10-08"),  # in the holiday week: moves behind it
        ("2026-10-03T10:00:00", 7, "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_natural_days_that_end_on_a_day_off_move_to_the_next_working_day(received: str, days: int, due_on: str) -> None:
    run = Run(received_at=_at(received), limit=Limit(LimitUnit.NATURAL_DAYS, days))
    assert _due(run).due_on == date.fromisoformat(due_on)


def test_hours_run_through_the_night_and_stand_still_in_a_pause() -> None:
    # Given two hours from Friday night, and half an hour of waiting in between
    pauses = (_pause("2026-05-15T23:30:00", "2026-05-16T00:00:00"),)
    run = Run(received_at=_at("2026-05-15T23:00:00"), limit=Limit(LimitUnit.HOURS, 2), pauses=pauses)
    # When it is computed, then it ends on Saturday, red from then on, and never yellow
    due = _due(run)
    assert due.due_at == _at("2026-05-16T01:30:00")
    assert due.due_at.tzinfo is UTC
    assert (due.due_on, due.red_on, due.yellow_at) == (date(2026, 5, 16), date(2026, 5, 16), None)
    assert card(due, due.due_at) is Card.NONE
    assert card(due, due.due_at + timedelta(seconds=1)) is Card.RED


def test_hours_that_are_extended_end_with_a_working_day() -> None:
    # Given 24 hours from Friday noon, which end on Saturday
    run = Run(received_at=_at("2026-05-15T12:00:00"), limit=Limit(LimitUnit.HOURS, 24), extension_workdays=2)
    # When they are extended by two working days, then it is Tuesday night
    assert _due(run).due_at == _at("2026-05-19T23:59:59")


@pytest.mark.parametrize("extension", [0, 2])
def test_hours_stand_still_in_an_open_pause_that_began_in_time(extension: int) -> None:
    # Given a pause that opens just before the two hours are over, or just as they are
    run = Run(received_at=_at("2026-05-15T12:00:00"), limit=Limit(LimitUnit.HOURS, 2), extension_workdays=extension)
    before = replace(run, pauses=(_pause("2026-05-15T13:59:59", None),))
    after = replace(run, pauses=(_pause("2026-05-15T14:00:00", None),), extension_workdays=0)
    # When the deadline is asked for, then only the first stands still
    assert deadline(before, _CALENDAR) == Stopped(_at("2026-05-15T13:59:59"), _WAIT)
    assert _due(after).due_at == _at("2026-05-15T14:00:00")


def test_cards_fall_with_the_end_of_a_day() -> None:
    # Given a petition due on Friday
    due = _due(_a_run("2026-05-15T10:00:00", workdays=5))
    assert due.due_on == date(2026, 5, 22)
    # When the moments around its cards come, then each begins on its second
    cards = {
        "2026-05-21T23:59:59": Card.NONE,
        "2026-05-22T00:00:00": Card.YELLOW,
        "2026-05-22T23:59:59": Card.YELLOW,
        "2026-05-24T12:00:00": Card.YELLOW,  # overdue since Saturday, red with the first working day
        "2026-05-25T00:00:00": Card.RED,
    }
    assert {moment: card(due, _at(moment)) for moment in cards} == cards
    assert not is_overdue(due, _at("2026-05-22T23:59:59"))
    assert is_overdue(due, _at("2026-05-23T00:00:00"))


def test_a_red_card_in_a_year_without_a_notice_has_no_date_yet() -> None:
    # Given a petition due on the last known day
    due = _due(_a_run("2026-12-24T10:00:00", workdays=5))
    assert (due.due_on, due.red_on, due.red_at) == (date(2026, 12, 31), None, None)
    # When the new year begins, then it is overdue, and its card stays yellow until the calendar is there
    assert is_overdue(due, _at("2027-01-04T00:00:00"))
    assert card(due, _at("2027-01-04T00:00:00")) is Card.YELLOW


def test_a_yellow_card_before_the_first_known_year_has_no_date() -> None:
    due = _due(_a_run("2024-01-01T10:00:00", workdays=1))
    assert (due.due_on, due.yellow_after_close_of, due.yellow_at) == (date(2024, 1, 2), None, None)


def test_a_stop_in_a_year_without_a_notice_hides_nothing() -> None:
    # Given a clock that is stopped only after days of which nobody knows whether they count
    run = _a_run("2026-12-31T10:00:00", workdays=1, pauses=(_pause("2027-01-02T00:00:00", None),))
    # When its deadline is asked for, then it may have been over by then, so neither a date nor a stop is guessed
    with pytest.raises(CalendarTooShort):
        deadline(run, _CALENDAR)


def test_a_stop_from_the_first_day_without_a_notice_is_a_stop() -> None:
    # Given a clock that has counted to the end of the calendar and stands still from the very next day
    run = _a_run("2026-12-30T10:00:00", workdays=2, pauses=(_pause("2027-01-01T08:00:00", None),))
    assert isinstance(deadline(run, _CALENDAR), Stopped)


def test_a_stop_that_goes_on_from_pause_to_pause_into_a_year_without_a_notice_is_a_stop() -> None:
    pauses = (_pause("2026-12-30T10:00:00", "2027-01-06T10:00:00"), _pause("2027-01-02T00:00:00", None))
    assert isinstance(deadline(_a_run("2026-12-28T10:00:00", pauses=pauses), _CALENDAR), Stopped)


def test_a_due_date_in_a_year_without_a_notice_is_refused() -> None:
    with pytest.raises(CalendarTooShort):
        deadline(_a_run("2026-12-25T10:00:00", workdays=5), _CALENDAR)


def test_a_clock_that_stands_still_and_a_date_past_the_calendar_are_no_due_date() -> None:
    waiting = _a_run("2026-05-11 10:00", pauses=(_pause("2026-05-12 10:00", None),))
    assert isinstance(deadline(waiting, _CALENDAR), Stopped)
    assert due_of(waiting, _CALENDAR) is None
    beyond = _a_run(f"{_CALENDAR.years[-1]}-12-31 10:00")
    with pytest.raises(CalendarTooShort):
        deadline(beyond, _CALENDAR)
    assert due_of(beyond, _CALENDAR) is None
    running = _a_run("2026-05-11 10:00")
    assert due_of(running, _CALENDAR) == deadline(running, _CALENDAR)
