"""Say when a petition must be answered, and when its yellow and red cards fall (办理时限、黄牌、红牌).

The counting rule, documented as this project's own, on 民法典 articles 201 and 203 and the Shandong and provincial
hotline rules (reference: 12345 rules, section 3):

* **Working days.** The day of receipt is not counted. Counting begins with the next working day and the limit ends with
  the last second of the day that completes it.
* **Natural days.** Counted in the same way over all days; a limit that would end on a day off ends on the next working
  day instead.
* **Hours.** Run through nights and days off, to the second: the hotline never closes.
* **Pauses.** While we wait for the citizen, or a special procedure runs, the clock stands still. For limits in days a
  day counts for the unit only if no pause covers its end (24:00 in Shanghai): a pause within one day costs nothing, a
  pause over one midnight costs the day it began on, and no day closes a limit while the clock stands. For limits in
  hours exactly the paused time is added. Overlapping pauses count once.
* **Extension.** Adds working days to the original due date, never to the day it was asked for or granted on.
* **Cards.** Yellow begins when the working day before the due date has closed, red with the first working day after it.
  A limit in hours has no yellow card, and is red from the moment it has run out.

Everything here is a pure function of a `Run` and a calendar, so a due date can be computed anew at any time, and all of
them are after a change of the calendar.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import assert_never

from msgspec import Struct

from services.calendar.model import CalendarTooShort
from services.calendar.work_calendar import WorkCalendar
from services.clock import SHANGHAI
from services.petitions.deadline_model import Card, Due, LimitUnit, Pause, Run, Stopped

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Days = tuple[date, date]
"""A stretch of days, first and last both in it."""


def deadline(run: Run, calendar: WorkCalendar) -> Due | Stopped:
    """Return when a run falls due, or that it stands still.

    A run whose limit was over before its open pause began is due, not stopped.

    Raises:
        CalendarTooShort: the due date is in a year without a notice.
    """
    return _known_deadline(run, calendar)


def due_of(run: Run, calendar: WorkCalendar) -> Due | None:
    """Return when a run falls due; None while it stands still, and when the calendar does not reach so far."""
    try:
        due = deadline(run, calendar)
    except CalendarTooShort:
        return None
    return due if isinstance(due, Due) else None


def card(due: Due | Stopped, now: datetime) -> Card:
    """Return the card that a unit has at this moment; a clock that stands still has none."""
    match due:
        case Stopped():
            return Card.NONE
        case Due(red_at=red_at, yellow_at=yellow_at):
            if red_at is not None and now >= red_at:
                return Card.RED
            return Card.YELLOW if yellow_at is not None and now >= yellow_at else Card.NONE
        case _:
            assert_never(due)


def is_overdue(due: Due | Stopped, now: datetime) -> bool:
    """Tell whether the last second in time is over; the red card may fall days later."""
    return isinstance(due, Due) and now >= due.due_at + _SECOND


def _deadline(run: Run, calendar: WorkCalendar) -> Due | Stopped:
    if run.limit.unit is LimitUnit.HOURS and not run.extension_workdays:
        ends_at = _end_of_hours(run)
        return _due_at(ends_at) if ends_at else _stopped(run)
    due_on = _closing_day(run, calendar)
    return _known_due_on(due_on, calendar) if due_on else _stopped(run)


def _closing_day(run: Run, calendar: WorkCalendar) -> date | None:
    """Return the day whose end closes a limit, or None when it lies beyond an open pause."""
    workdays = _Ruler(between=calendar.workdays_between, add=calendar.add_workdays, last_day=calendar.last_day)
    covered = _covered_days(run.pauses)
    received_on = run.received_at.astimezone(SHANGHAI).date()
    match run.limit.unit:
        case LimitUnit.WORKDAYS:
            closing = _count(run.limit.amount, after=received_on, covered=covered, ruler=workdays)
        case LimitUnit.NATURAL_DAYS:
            closing = _count(run.limit.amount, after=received_on, covered=covered, ruler=_NATURAL_DAYS)
            if closing and not calendar.is_workday(closing):
                closing = _count(1, after=closing, covered=covered, ruler=workdays)
        case LimitUnit.HOURS:
            ends_at = _end_of_hours(run)
            closing = ends_at.astimezone(SHANGHAI).date() if ends_at else None
        case _:
            assert_never(run.limit.unit)
    if closing and run.extension_workdays:
        closing = _count(run.extension_workdays, after=closing, covered=covered, ruler=workdays)
    return closing


class _Ruler(Struct, frozen=True, kw_only=True):
    """Hold how days are counted: all of them, or the working ones."""

    between: Callable[[date, date], int]
    add: Callable[[date, int], date]
    last_day: date
    """The last day that can be counted."""


_NATURAL_DAYS = _Ruler(
    between=lambda after, until: (until - after).days,
    add=lambda day, count: day + timedelta(count),
    last_day=date.max,
)


def _count(amount: int, *, after: date, covered: Iterable[Days], ruler: _Ruler) -> date | None:
    """Return the day that completes an amount of uncovered days after a day, or None when an open pause hides it."""
    left = amount
    for first, last in covered:
        before = first - _DAY
        uncovered = ruler.between(after, min(before, ruler.last_day)) if before > after else 0
        # Past the last day nobody knows what counts: adding then says so.
        if uncovered >= left or before > max(after, ruler.last_day):
            break
        if last == date.max:
            return None
        left -= uncovered
        after = max(after, last)
    return ruler.add(after, left)


def _covered_days(pauses: Iterable[Pause]) -> list[Days]:
    """Return the stretches of days whose ends are covered, in order.

    An open pause reaches to ``date.max``; one within a day covers none, and its last day is the one before its first.
    """
    stretches = [
        (
            pause.began_at.astimezone(SHANGHAI).date(),
            pause.ended_at.astimezone(SHANGHAI).date() - _DAY if pause.ended_at else date.max,
        )
        for pause in pauses
    ]
    return sorted(stretches)


def _end_of_hours(run: Run) -> datetime | None:
    """Return the moment at which the limit's hours have run, or None when an open pause comes first."""
    left = timedelta(hours=run.limit.amount)
    moment = run.received_at
    for pause in sorted(run.pauses, key=lambda pause: pause.began_at):
        ran = max(pause.began_at - moment, timedelta(0))
        if ran >= left:
            break
        if pause.ended_at is None:
            return None
        left -= ran
        moment = max(moment, pause.ended_at)
    return (moment + left).astimezone(UTC)


def _due_on(day: date, calendar: WorkCalendar) -> Due:
    yellow_after = _known(calendar.previous_workday, day)
    red_on = _known(calendar.next_workday, day)
    return Due(
        due_on=day,
        due_at=_close_of(day) - _SECOND,
        yellow_after_close_of=yellow_after,
        yellow_at=_close_of(yellow_after) if yellow_after else None,
        red_on=red_on,
        red_at=_close_of(red_on - _DAY) if red_on else None,
    )


def _due_at(moment: datetime) -> Due:
    day = moment.astimezone(SHANGHAI).date()
    return Due(
        due_on=day, due_at=moment, yellow_after_close_of=None, yellow_at=None, red_on=day, red_at=moment + _SECOND
    )


def _stopped(run: Run) -> Stopped:
    pause = next(pause for pause in run.pauses if pause.ended_at is None)
    return Stopped(pause.began_at, pause.reason)


def _known(neighbour: Callable[[date], date], day: date) -> date | None:
    try:
        return neighbour(day)
    except CalendarTooShort:
        return None


def _close_of(day: date) -> datetime:
    """Return 24:00 of a day in Shanghai, as UTC."""
    return datetime.combine(day + _DAY, time.min, SHANGHAI).astimezone(UTC)


# Nothing but the arguments decides, and neither ever changes. One petition asks for the same run three times over, and a
# hundred thousand for the same few days: that is half of what dating them anew costs.
_known_deadline = lru_cache(maxsize=64)(_deadline)
_known_due_on = lru_cache(maxsize=1_024)(_due_on)
