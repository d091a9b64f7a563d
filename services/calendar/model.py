"""Describe one year's notice on days off, and the error of a calendar that ends too early."""

from datetime import date

from msgspec import Struct

from services.errors import ServiceError


class CalendarTooShort(ServiceError):
    """Say that a count leaves the years the calendar knows.

    The State Council announces a year's days off only in the November before it, so nothing is assumed about a year
    without a notice: not even that its Mondays are worked.
    """

    code = "calendar.too_short"
    title = "工作日历尚未覆盖所需日期"


class NoticeSource(Struct, frozen=True, kw_only=True):
    """Say where a notice was published."""

    title: str
    url: str
    published: date


class NamedDay(Struct, frozen=True):
    """Name a day and the holiday that moves it (元旦, 春节 ...)."""

    date: date
    name: str


class NoticeCounts(Struct, frozen=True, kw_only=True):
    """Give the totals a person counted, so that a typing error in the days shows."""

    off_days: int
    make_up_workdays: int
    workdays: int


class YearNotice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one year of 国务院办公厅关于部分节假日安排的通知, as in ``data/calendar_2026.json``.

    A working day is Monday to Friday without `off_days`, plus `make_up_workdays` (调休上班). `off_days` may name weekend
    days inside a holiday; a weekend day that is not named is off all the same.
    """

    year: int
    source: NoticeSource
    off_days: tuple[NamedDay, ...]
    make_up_workdays: tuple[NamedDay, ...]
    counts: NoticeCounts
    rule: str = ""
    """The counting rule in words, for whoever reads the file."""
    checked: str = ""
    """Against what the days were checked, and how it came out."""
