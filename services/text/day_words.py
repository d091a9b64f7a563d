"""Read words for days: 昨天, 上周三, 11月5日, 3天前, 最近, 一直. Petitions look back, so a bare date is the latest one."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from services.text.numbers import NUMBER, parse_number
from services.text.vocabulary import (
    EARLIER,
    HALF,
    LATER,
    NAMED_YEARS,
    QUITE,
    SEVERAL,
    SEVERAL_MEANS,
    SUNDAY,
    UNIT_DAYS,
    WEEKDAYS,
    WEEKEND,
    YEAR,
)

_DAYS_A_WEEK = 7
_DAYS_A_MONTH = 30
_DAYS_A_YEAR = 365
_MONTHS = 12
_CENTURY = 2000


class Days(Struct, frozen=True, kw_only=True):
    """Hold a run of Shanghai days, both ends included."""

    first: date
    last: date
    is_ongoing: bool = False
    """It goes on until now."""


Reading = Callable[[re.Match[str], date], Days | None]
"""Return the days that a match means, seen from today; None when it is no real day (2月30日)."""


class DayHit(Struct, frozen=True, kw_only=True):
    """Hold the days found and where they stand in the text."""

    start: int
    end: int
    days: Days


def find_days(text: str, today: date) -> Iterator[DayHit]:
    """Yield every expression for days in the order of the text; of several that begin together the longest."""
    position = 0
    while position < len(text):
        found = [(match, reading) for pattern, reading in _PATTERNS if (match := pattern.match(text, position))]
        if not found:
            position += 1
            continue
        match, reading = max(found, key=lambda one: one[0].end())
        days = reading(match, today)
        if days is not None:
            yield DayHit(start=position, end=match.end(), days=days)
        # What looks like a day and is none (2月30日) is passed over whole, not read as 2月.
        position = match.end()


def _day(day: date) -> Days:
    return Days(first=day, last=day)


def _offset(days: int) -> Reading:
    return lambda _, today: _day(today + timedelta(days=days))


def _back(days: int, *, until: int = 0, is_ongoing: bool = False) -> Reading:
    """Return from so many days ago until so many days ago."""
    return lambda _, today: Days(
        first=today - timedelta(days=days), last=today - timedelta(days=until), is_ongoing=is_ongoing
    )


def _number(text: str | None) -> int:
    return (parse_number(text) or 0) if text else 0


def _calendar_date(match: re.Match[str], today: date) -> Days | None:
    """Read 2026年11月5日, 11月5号, 2026-11-05, 11/5; without a year the latest that is not in the future."""
    month, day = _number(match["month"]), _number(match["day"])
    if match["year"]:
        year = _number(match["year"])
        return _real(year + _CENTURY if year < 100 else year, month, day)  # noqa: PLR2004 - two digits of a year
    this_year = _real(today.year, month, day)
    return this_year if this_year and this_year.first <= today else _real(today.year - 1, month, day)


def _real(year: int, month: int, day: int) -> Days | None:  # noqa: PLR0917 - a date's own order
    try:
        return _day(date(year, month, day))
    except ValueError:
        return None


def _day_of_month(match: re.Match[str], today: date) -> Days | None:
    """Read 5号, 这个月5号, 上个月5号."""
    day, prefix = _number(match["day"]), match["which"] or ""
    year, month = today.year, today.month
    is_past_month = prefix.startswith(EARLIER) or (not prefix and day > today.day)
    if is_past_month:
        year, month = _month_before(year, month)
    return _real(year, month, day)


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, _MONTHS)


def _month(year: int, month: int) -> Days:
    following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return Days(first=date(year, month, 1), last=following - timedelta(days=1))


def _named_month(match: re.Match[str], today: date) -> Days | None:
    """Read 去年12月, 今年三月, 2025年8月, 9月份; without a year the latest that has begun."""
    month = _number(match["month"])
    if not 1 <= month <= _MONTHS:
        return None
    if match["year"] in NAMED_YEARS:
        year = today.year + NAMED_YEARS[match["year"]]
    elif match["year"]:
        year = _number(match["year"].rstrip(YEAR))
    else:
        year = today.year if month <= today.month else today.year - 1
    return _month(year + _CENTURY if year < 100 else year, month)  # noqa: PLR2004 - two digits of a year


def _weekday(match: re.Match[str], today: date) -> Days:
    """Read 周三 (the latest), 上周三, 上上周三, 这周三, 下周三; a week begins on Monday."""
    wanted = WEEKDAYS.index(match["weekday"].replace(*SUNDAY).replace(*WEEKEND))
    monday = today - timedelta(days=today.weekday())
    which = match["which"] or ""
    weeks = which.count(LATER) - which.count(EARLIER)
    day = monday + timedelta(days=wanted + weeks * _DAYS_A_WEEK)
    if not which and day > today:
        day -= timedelta(days=_DAYS_A_WEEK)
    if match["weekday"] == WEEKEND[0]:
        return Days(first=day, last=day + timedelta(days=1))
    return _day(day)


def _week(weeks: int) -> Reading:
    def read(_: re.Match[str], today: date) -> Days:
        monday = today - timedelta(days=today.weekday() - weeks * _DAYS_A_WEEK)
        last = monday + timedelta(days=_DAYS_A_WEEK - 1)
        return Days(first=monday, last=min(last, today) if weeks == 0 else last)

    return read


def _this_month(_: re.Match[str], today: date) -> Days:
    return Days(first=today.replace(day=1), last=today)


def _last_month(_: re.Match[str], today: date) -> Days:
    return _month(*_month_before(today.year, today.month))


def _year(years: int) -> Reading:
    def read(_: re.Match[str], today: date) -> Days:
        year = today.year + years
        return Days(first=date(year, 1, 1), last=min(date(year, 12, 31), today))

    return read


def _feast(month: int, day: int, *, length: int = 1) -> Reading:
    """Return the latest feast with a fixed date."""

    def read(_: re.Match[str], today: date) -> Days:
        year = today.year if date(today.year, month, day) <= today else today.year - 1
        first = date(year, month, day)
        return Days(first=first, last=first + timedelta(days=length - 1))

    return read


def _ago(match: re.Match[str], today: date) -> Days | None:
    """Read 3天前, 两个星期前, 半个月前, 一年多以前; weeks and longer are rough, so the days around are meant."""
    days = _length(match)
    if days is None:
        return None
    first = today - timedelta(days=days)
    slack = timedelta(days=0 if days < _DAYS_A_WEEK else days // _DAYS_A_WEEK)
    return Days(first=first - slack, last=first + (slack if days >= _DAYS_A_WEEK else timedelta()))


def _since(match: re.Match[str], today: date) -> Days | None:
    """Read 三天了, 连续两个月, 半年多了: from then until now."""
    days = _length(match)
    return None if days is None else Days(first=today - timedelta(days=days), last=today, is_ongoing=True)


def _length(match: re.Match[str]) -> int | None:
    unit = UNIT_DAYS[match["unit"]]
    if match["count"] == HALF:
        return max(1, unit // 2)
    count = _number(match["count"].replace(SEVERAL, SEVERAL_MEANS).replace(QUITE, ""))
    # Nothing of ours lasts a century: such a number is a slip and would leave the calendar.
    return count * unit if 0 < count * unit <= 100 * _DAYS_A_YEAR else None


def _from_day(match: re.Match[str], today: date) -> Days | None:
    """Read 从上周三开始, 自11月5日起: from that day until now."""
    inner = next(find_days(match["day"], today), None)
    return None if inner is None else Days(first=inner.days.first, last=today, is_ongoing=True)


_COUNT = re.compile(rf"(?P<count>半|好?几|{NUMBER})").pattern
_UNIT = re.compile(r"个?(?P<unit>天|日|周|星期|礼拜|月|年)").pattern
_YEAR_NUMBER = re.compile(r"(?:\d{4}|\d{2}|[一二]?[零〇一二三四五六七八九]{2,3})").pattern

_PATTERNS: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (re.compile(r"大前天"), _offset(-3)),
    (re.compile(r"前天|前儿"), _offset(-2)),
    (re.compile(r"昨天|昨日|昨儿个?|夜来"), _offset(-1)),
    (re.compile(r"今天|今日|今儿个?|当天|当日"), _offset(0)),
    (re.compile(r"明天|明日|明儿个?"), _offset(1)),
    (re.compile(r"大后天"), _offset(3)),
    (re.compile(r"后天"), _offset(2)),
    (re.compile(r"昨(?=[晚夜早])"), _offset(-1)),
    (re.compile(r"今(?=[晚夜早晨])"), _offset(0)),
    (re.compile(r"前(?=[晚夜](?!上?班))"), _offset(-2)),
    (re.compile(r"明(?=[晚早])"), _offset(1)),
    (re.compile(r"刚才|刚刚|现在|此刻|这会儿"), _offset(0)),
    (
        re.compile(rf"(?:(?P<year>{_YEAR_NUMBER})年)?(?P<month>{NUMBER})月(?:份)?(?P<day>{NUMBER})[日号]?"),
        _calendar_date,
    ),
    (re.compile(r"(?:(?P<year>\d{4})[-/.])(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"), _calendar_date),
    (re.compile(r"(?P<year>)(?<![\d.-])(?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?![\d/-])"), _calendar_date),
    (
        re.compile(rf"(?P<which>这个?月|本月|上个?月)?(?P<day>{NUMBER})[号日](?!楼|线|门|院|店|窗|房间|机|车位|公路)"),
        _day_of_month,
    ),
    (re.compile(rf"(?P<year>今年|去年|前年|{_YEAR_NUMBER}年)?(?P<month>{NUMBER})月(?:份)?"), _named_month),
    (
        re.compile(r"(?P<which>上上个?|上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])"),
        _weekday,
    ),
    (re.compile(r"上上个?(?:周|星期|礼拜)"), _week(-2)),
    (re.compile(r"上个?(?:周|星期|礼拜)"), _week(-1)),
    (re.compile(r"(?:这|本)个?(?:周|星期|礼拜)"), _week(0)),
    (re.compile(r"上个?月"), _last_month),
    (re.compile(r"这个?月|本月|月初"), _this_month),
    (re.compile(r"去年"), _year(-1)),
    (re.compile(r"前年"), _year(-2)),
    (re.compile(r"今年|年初"), _year(0)),
    (re.compile(r"元旦"), _feast(1, 1)),
    (re.compile(r"五一(?:期间|假期|那天)?|劳动节"), _feast(5, 1, length=5)),
    (re.compile(r"国庆(?:节)?(?:期间|假期|那天)?|十一(?:期间|假期)"), _feast(10, 1, length=7)),
    (re.compile(rf"{_COUNT}{_UNIT}多?(?:之前|以前|前)"), _ago),
    (re.compile(rf"(?:已经|连续|持续|都|快|有)?{_COUNT}{_UNIT}(?:多|半)?(?:了|以来|时间了|没)"), _since),
    (re.compile(rf"(?:连续|持续|一连){_COUNT}{_UNIT}"), _since),
    (re.compile(r"(?:从|自从?)(?P<day>.{1,10}?)(?:开始|起|以来|到现在|至今)"), _from_day),
    (re.compile(r"前几天|前些天|前两天|前阵子|前段时间|前一阵"), _back(14, until=2)),
    (re.compile(r"这几天|近几天|这两天|近两天|最近几天|近日|几天来"), _back(4, is_ongoing=True)),
    (re.compile(r"最近|近期|这阵子|这段时间|近来|近一段时间|近些日子"), _back(30, is_ongoing=True)),
    (
        re.compile(r"上半年"),
        lambda _, today: Days(first=date(today.year, 1, 1), last=min(today, date(today.year, 6, 30))),
    ),
    (
        re.compile(
            r"一直|长期|多年来?|常年|每天|天天|每晚|每日|经常|总是|老是|时常|成天|整天|整日|见天|好几年|好久了?|很久了?"
        ),
        _back(_DAYS_A_YEAR, is_ongoing=True),
    ),
)
