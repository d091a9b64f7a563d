"""Read the notices of all years from files and say everything that is wrong with them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from services.calendar.model import NamedDay, YearNotice
from services.calendar.work_calendar import WorkCalendar

_SATURDAY = 5


class CalendarFilesFaulty(ValueError):
    """Refuse calendar files; `faults` has one sentence for each thing an operator must put right."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Put the faults into the message, one a line."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def load_calendar(folder: Path) -> WorkCalendar:
    """Return the calendar of all ``calendar_*.json`` in a folder.

    Reads files: call it at start, or off the event loop. A new year is one more file.

    Raises:
        CalendarFilesFaulty: with all the faults of all the files.
    """
    notices: list[YearNotice] = []
    faults: list[str] = []
    for path in sorted(folder.glob("calendar_*.json")):
        try:
            notice = msgspec.json.decode(path.read_bytes(), type=YearNotice)
        except msgspec.DecodeError as error:
            faults.append(f"{path.name}: {error}")
            continue
        faults += [f"{path.name}: {fault}" for fault in faults_of(notice)]
        notices.append(notice)
    faults += _faults_between(sorted(notice.year for notice in notices)) if not faults else []
    if faults:
        raise CalendarFilesFaulty(faults)
    return WorkCalendar(notices)


def faults_of(notice: YearNotice) -> list[str]:
    """Return what is wrong with one year's notice, a sentence each; empty when all is well."""
    return [*_day_faults(notice), *_source_faults(notice), *_count_faults(notice)]


def _day_faults(notice: YearNotice) -> Iterator[str]:
    named = [day.date for day in (*notice.off_days, *notice.make_up_workdays)]
    yield from (f"{day} is named {times} times" for day, times in sorted(Counter(named).items()) if times > 1)
    yield from (f"{day} is not in {notice.year}" for day in sorted(set(named)) if day.year != notice.year)
    for day in notice.make_up_workdays:
        if day.date.weekday() < _SATURDAY:
            yield f"{day.date} is a make-up workday, but Monday to Friday are worked anyway"


def _source_faults(notice: YearNotice) -> Iterator[str]:
    if not notice.source.url.startswith("https://"):
        yield "the source has no https address"
    if not 0 <= notice.year - notice.source.published.year <= 1:
        yield f"a notice for {notice.year} was not published on {notice.source.published}"


def _count_faults(notice: YearNotice) -> Iterator[str]:
    counted = {
        "off_days": len(notice.off_days),
        "make_up_workdays": len(notice.make_up_workdays),
        "workdays": _workdays(notice.year, off=notice.off_days, made_up=notice.make_up_workdays),
    }
    for name, count in counted.items():
        said = getattr(notice.counts, name)
        if count != said:
            yield f"counts.{name} says {said}, the days make {count}"


def _workdays(year: int, *, off: Sequence[NamedDay], made_up: Sequence[NamedDay]) -> int:
    first, stop = date(year, 1, 1), date(year + 1, 1, 1)
    weekdays = {day for n in range((stop - first).days) if (day := first + timedelta(n)).weekday() < _SATURDAY}
    return len((weekdays - {day.date for day in off}) | {day.date for day in made_up})


def _faults_between(years: Sequence[int]) -> Iterator[str]:
    if not years:
        yield "there is no calendar_*.json"
        return
    yield from (f"there are two notices for {year}" for year, times in Counter(years).items() if times > 1)
    yield from (f"there is no notice for {year}" for year in range(years[0], years[-1]) if year not in years)
