"""Find a due date the slow way: let the minutes pass one by one and look at the clock on the wall.

Written from the counting rule alone, sharing nothing with services/calendar or services/petitions/deadlines.py, so that
the two can be held against one another. Times must be whole minutes.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from services.petitions.deadline_model import LimitUnit, Run

_BEIJING_TIME = timezone(timedelta(hours=8))
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=_BEIJING_TIME)  # minutes are counted from here
_DAY = 24 * 60


class OffTheCalendar(Exception):
    """Say that the minutes ran into a year without a notice."""


def worked_days(folder: Path = Path("data")) -> dict[date, bool]:
    """Return for every day of every notice whether it is worked."""
    worked: dict[date, bool] = {}
    for path in folder.glob("calendar_*.json"):
        notice = json.loads(path.read_text(encoding="utf-8"))
        day = date(notice["year"], 1, 1)
        while day.year == notice["year"]:
            worked[day] = day.isoweekday() not in {6, 7}
            day += timedelta(days=1)
        worked |= {date.fromisoformat(named["date"]): False for named in notice["off_days"]}
        worked |= {date.fromisoformat(named["date"]): True for named in notice["make_up_workdays"]}
    return worked


def due_at(run: Run, worked: dict[date, bool]) -> datetime | None:
    """Return the last second in time (for hours: the moment itself), or None when the clock stands still before it.

    Raises:
        OffTheCalendar: a day had to be judged that no notice covers.
    """
    received = _minute(run.received_at)
    if run.limit.unit is LimitUnit.HOURS:
        end = _after_running_minutes(run, run.limit.amount * 60)
        if end is None or not run.extension_workdays:
            return None if end is None else _MIDNIGHT + timedelta(minutes=end)
        closing: int | None = end // _DAY
    else:
        every_day = run.limit.unit is LimitUnit.NATURAL_DAYS
        closing = _closed(run, worked, count=run.limit.amount, after=received // _DAY, every_day=every_day)
        if closing is not None and not _works(worked, closing):
            closing = _closed(run, worked, count=1, after=closing, every_day=False)
    if closing is not None and run.extension_workdays:
        closing = _closed(run, worked, count=run.extension_workdays, after=closing, every_day=False)
    return None if closing is None else _MIDNIGHT + timedelta(days=closing + 1, seconds=-1)


def neighbour(worked: dict[date, bool], day: date, step: int) -> date | None:
    """Return the next (step 1) or previous (step -1) worked day, or None when the notices end first."""
    while (day := day + timedelta(days=step)) in worked:
        if worked[day]:
            return day
    return None


def _closed(run: Run, worked: dict[date, bool], *, count: int, after: int, every_day: bool) -> int | None:
    """Return the day on which so many days after a day have closed with the clock running."""
    for minute, running in _minutes(run):
        day, minute_of_day = divmod(minute, _DAY)
        # Only the last minute of a day decides whether the day counts.
        if minute_of_day == _DAY - 1 and day > after and running and (every_day or _works(worked, day)):
            count -= 1
            if count == 0:
                return day
    return None


def _after_running_minutes(run: Run, count: int) -> int | None:
    for minute, running in _minutes(run):
        count -= running
        if count == 0:
            return minute + 1
    return None


def _minutes(run: Run) -> Iterator[tuple[int, bool]]:
    """Yield every minute from the receipt on, and whether the clock runs in it; ends when it never will again."""
    pauses = [(_minute(pause.began_at), _minute(pause.ended_at) if pause.ended_at else None) for pause in run.pauses]
    minute = _minute(run.received_at)
    while not any(ended is None and began <= minute for began, ended in pauses):
        yield minute, not any(ended is not None and began <= minute < ended for began, ended in pauses)
        minute += 1


def _minute(moment: datetime) -> int:
    return (moment - _MIDNIGHT) // timedelta(minutes=1)


def _works(worked: dict[date, bool], day_number: int) -> bool:
    day = (_MIDNIGHT + timedelta(days=day_number)).date()
    if day not in worked:
        raise OffTheCalendar(day)
    return worked[day]
