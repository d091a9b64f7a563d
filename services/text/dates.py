"""Read when something happened: 昨晚8点半, 上周三下午, 11月5日, 3天前, 一直 become a moment or a range."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from services.clock import SHANGHAI
from services.text.day_words import DayHit, find_days
from services.text.normalise import normalise
from services.text.numbers import NUMBER, parse_number
from services.text.vocabulary import A_LITTLE, FIRST_QUARTER, NOON, PARTS_OF_DAY

_NOON = 12
_HOURS = 24


class Precision(StrEnum):
    """Say how exactly a time was told."""

    MOMENT = "moment"
    """A time of the clock, or a range between two."""
    PART_OF_DAY = "part_of_day"
    DAYS = "days"
    ONGOING = "ongoing"


class When(Struct, frozen=True, kw_only=True):
    """Hold a moment or a range of time, aware, UTC; ``start`` and ``end`` are equal for a moment."""

    start: datetime
    end: datetime
    precision: Precision
    phrase: str
    """The words it was read from, in normal form."""


_PART = "|".join(sorted(PARTS_OF_DAY, key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?P<hour>{NUMBER})(?:[::](?P<minute>\d{{1,2}})|点(?:钟|(?P<half>半)|(?P<quarter>[一三])刻|(?P<minutes>{NUMBER})分?)?)"
).pattern
_UNTIL = re.compile(
    rf"(?:到|至|-|~)(?:(?P<part2>{_PART}))?(?P<hour2>{NUMBER})(?:[::](?P<minute2>\d{{1,2}})|点(?P<half2>半)?)?"
).pattern
_TIME = re.compile(
    rf"(?:的|那天)?(?=[{''.join(sorted({part[0] for part in PARTS_OF_DAY}))}\d零〇一二两三四五六七八九十])"
    rf"(?:(?P<part>{_PART})的?)?(?:{_CLOCK}(?:{_UNTIL})?)?"
)
_BETWEEN = re.compile(r"[ ,的]*")
_RIGHT_NOW = re.compile(r"刚才|刚刚|现在|此刻|这会儿")


def find_when(text: str, now: datetime) -> When | None:
    """Return the most exact time told in a text, or None; of two equally exact ones the first.

    Args:
        text: as typed.
        now: the present moment, aware; days are Shanghai's.

    Returns:
        A moment for 昨晚8点, a range for 昨晚, 上周, 最近. What is said to go on (一直, 三天了) ends now.
    """
    found = find_all(text, now)
    order = list(Precision)
    return min(found, key=lambda when: order.index(when.precision), default=None)


def find_all(text: str, now: datetime) -> list[When]:
    """Return every time told in a text, in its order."""
    plain = normalise(text).text
    local = now.astimezone(SHANGHAI)
    found: list[When] = []
    position = 0
    for hit in (*find_days(plain, local.date()), None):
        limit = hit.start if hit else len(plain)
        found += _lone_times(plain, position, limit=limit, local=local)
        if hit is not None:
            when, position = _with_time(plain, hit, local=local)
            found.append(when)
    return found


def _with_time(text: str, hit: DayHit, *, local: datetime) -> tuple[When, int]:
    """Return the time that a day and the words behind it tell, and where they end."""
    phrase = text[hit.start : hit.end]
    if _RIGHT_NOW.match(text, hit.start):
        return _when(local, local, precision=Precision.MOMENT, phrase=phrase), hit.end
    gap = _BETWEEN.match(text, hit.end)
    match = _TIME.match(text, gap.end() if gap else hit.end)
    if hit.days.is_ongoing:
        # 每天早上6点 goes on; the hour belongs to it and is no moment of its own.
        end_of_words = match.end() if match else hit.end
        return _when(_midnight(hit.days.first), local, precision=Precision.ONGOING, phrase=phrase), end_of_words
    span = _span(match, hit.days.last) if match and hit.days.first == hit.days.last else None
    if match is None or span is None:
        start, end = _midnight(hit.days.first), _midnight(hit.days.last + timedelta(days=1))
        return _when(start, end, precision=Precision.DAYS, phrase=phrase), hit.end
    start, end, precision = span
    return _when(start, end, precision=precision, phrase=text[hit.start : match.end()]), match.end()


def _lone_times(text: str, start: int, *, limit: int, local: datetime) -> list[When]:
    """Return times of day told without a day: today's, or yesterday's when today's has not come yet."""
    found = []
    for match in _TIME.finditer(text, start, limit):
        if len(match[0]) == 1 or match[0] == A_LITTLE:
            continue  # 早 and 晚 alone are in 早点 and many other words, 一点 is mostly "a little"
        span = _span(match, local.date())
        if span is not None and span[0] > local:
            span = _span(match, local.date() - timedelta(days=1))
        if span is not None:
            found.append(_when(span[0], span[1], precision=span[2], phrase=match[0]))
    return found


def _span(match: re.Match[str], day: date) -> tuple[datetime, datetime, Precision] | None:
    """Return what a time of day means on a day; None when the clock has no such time."""
    part = match["part"]
    if match["hour"] is None:
        if part is None:
            return None
        first, last = PARTS_OF_DAY[part]
        return _at(day, first), _at(day, last), Precision.PART_OF_DAY
    hour, minute = _clock(match, part)
    if hour is None or minute is None:
        return None
    start = _at(day, hour, minute=minute)
    if match["hour2"] is None:
        return start, start, Precision.MOMENT
    hour2 = _hour(match["hour2"], match["part2"] or part)
    if hour2 is None:
        return start, start, Precision.MOMENT
    end = _at(day, hour2, minute=30 if match["half2"] else int(match["minute2"] or 0))
    return start, end if end > start else end + timedelta(days=1), Precision.MOMENT


def _clock(match: re.Match[str], part: str | None) -> tuple[int | None, int | None]:
    minute = int(match["minute"] or 0)
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == FIRST_QUARTER else 45
    elif match["minutes"]:
        minute = parse_number(match["minutes"]) or 0
    return _hour(match["hour"], part), minute if minute < 60 else None  # noqa: PLR2004 - minutes of an hour


def _hour(text: str, part: str | None) -> int | None:
    """Return the hour of 24; afternoon and evening words add twelve, 晚上12点 is midnight."""
    hour = parse_number(text)
    if hour is None or hour > _HOURS:
        return None
    if part is None or hour > _NOON:
        return hour
    first, _ = PARTS_OF_DAY[part]
    if hour == _NOON:
        return _HOURS if first >= 17 else (0 if first < 5 and part not in NOON else _NOON)  # noqa: PLR2004 - evening, night
    if first >= _NOON or (part in NOON and hour < 3):  # noqa: PLR2004 - 中午1点
        return hour + _NOON if first < 20 or hour >= 6 else hour + _HOURS  # noqa: PLR2004 - 夜里2点 is the next day's
    return hour


def _at(day: date, hour: int, *, minute: int = 0) -> datetime:
    return _midnight(day) + timedelta(hours=hour, minutes=minute)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _when(start: datetime, end: datetime, *, precision: Precision, phrase: str) -> When:
    return When(start=start.astimezone(UTC), end=max(start, end).astimezone(UTC), precision=precision, phrase=phrase)
