"""Check which halls handle an item, which are near and when they are open."""

from datetime import date, datetime

import pytest

from services.clock import SHANGHAI
from services.items.catalogue import ItemNotFound
from services.items.halls import halls_for, is_open, nearest, next_opening
from services.items.model import HallId, OpeningHours, Window
from tests.support.items import CODE, a_catalogue, a_hall, an_item

HOLIDAY = date(2026, 10, 1)  # a Thursday
MAKE_UP_SATURDAY = date(2026, 10, 10)


class Days:
    def is_workday(self, day: date) -> bool:
        return day == MAKE_UP_SATURDAY or (day.isoweekday() <= 5 and day != HOLIDAY)


def at(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


def test_the_halls_of_an_item_are_those_of_its_windows() -> None:
    assert [hall.id for hall in halls_for(a_catalogue(), CODE)] == ["H1"]


@pytest.mark.parametrize("district", ["", "市南区", "市南", "370202"])
def test_a_district_is_known_by_name_short_name_and_code(district: str) -> None:
    assert len(halls_for(a_catalogue(), CODE, district=district)) == 1


def test_another_district_has_no_hall_for_it() -> None:
    assert halls_for(a_catalogue(), CODE, district="崂山区") == ()


def test_two_windows_of_one_hall_are_one_hall() -> None:
    item = an_item(windows=(Window(hall_id=HallId("H1"), window="1"), Window(hall_id=HallId("H1"), window="2")))
    assert len(halls_for(a_catalogue(item), CODE)) == 1


def test_an_unknown_item_is_not_found() -> None:
    with pytest.raises(ItemNotFound):
        halls_for(a_catalogue(), "000000000000")


def test_the_nearest_hall_comes_first_and_an_unsurveyed_one_not_at_all() -> None:
    far, near, unknown = a_hall("far", lat=36.5), a_hall("near"), a_hall("unknown", lat=None, lng=None)
    found = nearest((far, near, unknown), 36.07, lng=120.41)
    assert [one.hall.id for one in found] == ["near", "far"]
    assert found[0].kilometres == pytest.approx(0.58, abs=0.05)


@pytest.mark.parametrize(
    ("moment", "is_expected_open"),
    [
        (at(date(2026, 11, 24), "08:59"), False),
        (at(date(2026, 11, 24), "09:00"), True),
        (at(date(2026, 11, 24), "12:00"), False),
        (at(date(2026, 11, 24), "13:00"), True),
        (at(date(2026, 11, 24), "17:00"), False),
        (at(date(2026, 11, 28), "10:00"), False),
        (at(HOLIDAY, "10:00"), False),
        (at(MAKE_UP_SATURDAY, "10:00"), True),
    ],
)
def test_a_hall_is_open_in_its_hours_on_working_days(moment: datetime, *, is_expected_open: bool) -> None:
    assert is_open(a_hall(), moment, workdays=Days()) is is_expected_open


def test_a_hall_with_saturday_hours_is_open_on_saturday() -> None:
    hall = a_hall(hours=(OpeningHours(days=(6,), opens="09:00", closes="12:00"),))
    assert is_open(hall, at(date(2026, 11, 28), "10:00"), workdays=Days())


def test_the_next_opening_skips_the_break_the_night_and_the_weekend() -> None:
    hall = a_hall()
    assert next_opening(hall, at(date(2026, 11, 24), "12:30"), workdays=Days()) == at(date(2026, 11, 24), "13:00")
    assert next_opening(hall, at(date(2026, 11, 27), "17:30"), workdays=Days()) == at(date(2026, 11, 30), "09:00")


def test_an_open_hall_opens_now() -> None:
    now = at(date(2026, 11, 24), "10:00")
    assert next_opening(a_hall(), now, workdays=Days()) == now


def test_a_hall_without_hours_never_opens() -> None:
    assert next_opening(a_hall(hours=()), at(date(2026, 11, 24), "10:00"), workdays=Days()) is None
