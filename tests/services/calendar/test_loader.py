"""Check that each fault of a calendar file is said in words, and that sound files load."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from services.calendar.loader import CalendarFilesFaulty, faults_of, load_calendar
from services.calendar.model import NamedDay, NoticeCounts, YearNotice

_NOTICE = msgspec.json.decode(Path("data/calendar_2026.json").read_bytes(), type=YearNotice)
_MONDAY = NamedDay(date(2026, 3, 2), "试")


def _write(folder: Path, *notices: YearNotice) -> Path:
    for number, notice in enumerate(notices):
        (folder / f"calendar_{number}.json").write_bytes(msgspec.json.encode(notice))
    return folder


def _for_year(year: int) -> YearNotice:
    """Return a notice without moved days, in words that fit its year."""
    weekdays = sum(
        date.fromordinal(n).isoweekday() < 6 for n in range(*(date(y, 1, 1).toordinal() for y in (year, year + 1)))
    )
    return YearNotice(
        year=year,
        source=replace(_NOTICE.source, published=date(year - 1, 11, 1)),
        off_days=(),
        make_up_workdays=(),
        counts=NoticeCounts(off_days=0, make_up_workdays=0, workdays=weekdays),
    )


def test_the_shipped_notices_are_sound() -> None:
    assert list(load_calendar(Path("data")).years) == [2024, 2025, 2026]


@pytest.mark.parametrize(
    ("notice", "fault"),
    [
        (replace(_NOTICE, off_days=(*_NOTICE.off_days, _NOTICE.off_days[0])), "2026-01-01 is named 2 times"),
        (replace(_NOTICE, off_days=(*_NOTICE.off_days, _NOTICE.make_up_workdays[0])), "2026-01-04 is named 2 times"),
        (replace(_NOTICE, off_days=(NamedDay(date(2027, 1, 1), "元旦"),)), "2027-01-01 is not in 2026"),
        (replace(_NOTICE, make_up_workdays=(_MONDAY,)), "2026-03-02 is a make-up workday, but Monday to Friday"),
        (replace(_NOTICE, source=replace(_NOTICE.source, url="听说")), "the source has no https address"),
        (
            replace(_NOTICE, source=replace(_NOTICE.source, published=date(2024, 11, 4))),
            "was not published on 2024-11-04",
        ),
        (
            replace(_NOTICE, source=replace(_NOTICE.source, published=date(2027, 1, 1))),
            "was not published on 2027-01-01",
        ),
        (replace(_NOTICE, off_days=_NOTICE.off_days[1:]), "counts.off_days says 33, the days make 32"),
        (replace(_NOTICE, off_days=_NOTICE.off_days[1:]), "counts.workdays says 248, the days make 249"),
        (replace(_NOTICE, make_up_workdays=()), "counts.make_up_workdays says 6, the days make 0"),
    ],
)
def test_a_fault_in_a_notice_is_said(notice: YearNotice, fault: str) -> None:
    assert any(fault in said for said in faults_of(notice))


def test_a_sound_notice_has_no_faults() -> None:
    assert faults_of(_NOTICE) == []
    assert faults_of(_for_year(2027)) == []


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    # Given one file that is no notice and one with a fault
    _write(tmp_path, replace(_NOTICE, source=replace(_NOTICE.source, url="听说")))
    (tmp_path / "calendar_x.json").write_text('{"year": 2027, "offdays": []}')
    # When they are loaded, then both are named with their files
    with pytest.raises(CalendarFilesFaulty) as refused:
        load_calendar(tmp_path)
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["calendar_0.json", "calendar_x.json"]
    assert "unknown field `offdays`" in str(refused.value)


@pytest.mark.parametrize(
    ("years", "fault"),
    [
        ([], "there is no calendar_*.json"),
        ([2026, 2026], "there are two notices for 2026"),
        ([2024, 2027], "there is no notice for 2026"),
    ],
)
def test_years_that_do_not_follow_one_another_are_refused(tmp_path: Path, years: list[int], fault: str) -> None:
    # Given sound notices for years that leave a gap or stand twice
    folder = _write(tmp_path, *(_for_year(year) for year in years))
    # When they are loaded, then the gap is named
    with pytest.raises(CalendarFilesFaulty) as refused:
        load_calendar(folder)
    assert fault in refused.value.faults


def test_a_new_year_is_one_more_file(tmp_path: Path) -> None:
    assert list(load_calendar(_write(tmp_path, _for_year(2027), _for_year(2026))).years) == [2026, 2027]
