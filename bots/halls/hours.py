"""Put a hall's opening hours into words, by the working calendar."""

from datetime import datetime, timedelta

from bots.halls import wording
from bots.halls.asking import Asked, Day, Wish
from services.calendar.model import CalendarTooShort
from services.clock import SHANGHAI
from services.items.halls import Workdays, hours_on, is_open, next_opening
from services.items.model import Hall, OpeningHours

_SATURDAY, _SUNDAY = 6, 7


def week(hall: Hall) -> str:
    """Return a hall's hours: 周一至周五 09:00—12:00，13:00—17:00；周六 09:00—12:00."""
    by_days: dict[tuple[int, ...], list[str]] = {}
    for hours in hall.hours:
        by_days.setdefault(hours.days, []).append(_span(hours))
    return "；".join(f"{_days(days)} {'，'.join(spans)}" for days, spans in by_days.items())


def now_in_words(hall: Hall, at: datetime, *, workdays: Workdays) -> str:
    """Return whether a hall is open, and if not when it opens; empty when the calendar does not reach so far."""
    try:
        if is_open(hall, at, workdays=workdays):
            return wording.OPEN_NOW
        opening = next_opening(hall, at, workdays=workdays)
    except CalendarTooShort:
        return ""
    if opening is None:
        return wording.CLOSED
    return wording.CLOSED_UNTIL.format(when=_moment(opening, at.astimezone(SHANGHAI)))


def told(hall: Hall, asked: Asked, *, at: datetime, workdays: Workdays) -> list[str]:
    """Return a sentence for each day and for the noon that was asked about."""
    lines = [line for day in asked.days if (line := _on(hall, day, at=at, workdays=workdays))]
    return [*lines, _noon(hall)] if Wish.NOON in asked.wishes else lines


def _on(hall: Hall, day: Day, *, at: datetime, workdays: Workdays) -> str:
    if day is Day.HOLIDAY:
        return wording.HOLIDAY
    try:
        hours = _hours(hall, day, at=at, workdays=workdays)
    except CalendarTooShort:
        return ""
    if not hours:
        return wording.CLOSED_ON.format(name=hall.name, day=wording.DAY_NAMES[day])
    spans = "，".join(map(_span, hours))
    return wording.OPEN_ON.format(name=hall.name, day=wording.DAY_NAMES[day], hours=spans)


def _hours(hall: Hall, day: Day, *, at: datetime, workdays: Workdays) -> tuple[OpeningHours, ...]:
    """Return the hours of a named day; of a weekend day those of an ordinary week."""
    today = at.astimezone(SHANGHAI).date()
    match day:
        case Day.TODAY:
            return hours_on(hall, today, workdays=workdays)
        case Day.TOMORROW:
            return hours_on(hall, today + timedelta(days=1), workdays=workdays)
        case Day.SATURDAY | Day.SUNDAY | Day.HOLIDAY:
            number = _SATURDAY if day is Day.SATURDAY else _SUNDAY
            return tuple(hours for hours in hall.hours if number in hours.days)


def _noon(hall: Hall) -> str:
    """Say whether a hall closes over noon on Mondays."""
    spans = sorted((hours.opens, hours.closes) for hours in hall.hours if 1 in hours.days)
    if not spans:
        return ""
    if len(spans) > 1:
        return wording.NOON_CLOSED.format(name=hall.name, closes=spans[0][1], opens=spans[1][0])
    return wording.NOON_OPEN.format(name=hall.name, opens=spans[0][0], closes=spans[-1][1])


def _span(hours: OpeningHours) -> str:
    return wording.HOURS_SPAN.format(opens=hours.opens, closes=hours.closes)


def _days(days: tuple[int, ...]) -> str:
    names = [wording.WEEKDAYS[day - 1] for day in sorted(days)]
    in_a_row = len(days) > 2 and max(days) - min(days) == len(days) - 1  # noqa: PLR2004 - two days are named singly
    return wording.DAY_RANGE.format(first=names[0], last=names[-1]) if in_a_row else "、".join(names)


def _moment(opening: datetime, now: datetime) -> str:
    clock = opening.strftime("%H:%M")
    match (opening.date() - now.date()).days:
        case 0:
            return wording.OPENS_AT_TODAY.format(time=clock)
        case 1:
            return wording.OPENS_AT_TOMORROW.format(time=clock)
        case _:
            weekday = wording.WEEKDAYS[opening.weekday()]
            return wording.OPENS_AT.format(month=opening.month, day=opening.day, weekday=weekday, time=clock)
