"""Opening hours in words: the week, now, a day that was asked about, noon; by the working calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.halls import wording
from bots.halls.asking import Asked, Day, Wish, asked_in
from bots.halls.hours import now_in_words, told, week
from services.items.model import Hall, HallId, OpeningHours
from tests.support.halls import the_calendar

WEEKDAYS = (1, 2, 3, 4, 5)
MORNING = OpeningHours(days=WEEKDAYS, opens="09:00", closes="12:00")
AFTERNOON = OpeningHours(days=WEEKDAYS, opens="13:00", closes="17:00")
SATURDAY = OpeningHours(days=(6,), opens="09:00", closes="12:00")
NOTHING = Asked(wishes=frozenset(), days=())


def a_hall(*hours: OpeningHours) -> Hall:
    return Hall(
        id=HallId("H1"),
        name="示例大厅",
        kind="区(市)大厅",
        district="市南区",
        district_code="370202",
        address="示例路1号",
        hours=hours,
        phone="0532-00000000",
    )


HALL = a_hall(MORNING, AFTERNOON, SATURDAY)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.fixture(scope="session", autouse=True)
def _calendar() -> None:
    the_calendar()


def test_the_week_is_told_days_of_equal_hours_together() -> None:
    assert week(HALL) == "周一至周五 09:00—12:00，13:00—17:00；周六 09:00—12:00"
    assert week(a_hall(OpeningHours(days=(2, 4), opens="09:00", closes="12:00"))) == "周二、周四 09:00—12:00"
    assert week(a_hall()) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-24T10:00", "正在对外办公"),
        ("2026-11-24T12:30", "已下班，今天13:00开门"),
        ("2026-11-24T17:00", "已下班，明天09:00开门"),
        ("2026-11-28T11:59", "正在对外办公"),
        ("2026-11-28T12:00", "已下班，11月30日周一09:00开门"),
        ("2026-10-01T10:00", "已下班，10月3日周六09:00开门"),
        ("2026-10-10T15:00", "正在对外办公"),
    ],
)
def test_now_knows_lunch_saturday_holidays_and_make_up_workdays(at: str, words: str) -> None:
    assert now_in_words(HALL, shanghai(at), workdays=the_calendar()) == words


def test_a_year_without_a_notice_is_not_guessed_at() -> None:
    assert now_in_words(HALL, shanghai("2027-03-01T10:00"), workdays=the_calendar()) == ""
    asked = Asked(wishes=frozenset(), days=(Day.TODAY,))
    assert told(HALL, asked, at=shanghai("2027-03-01T10:00"), workdays=the_calendar()) == []


def test_a_day_is_told_by_its_own_hours() -> None:
    asked = Asked(wishes=frozenset(), days=(Day.SATURDAY, Day.SUNDAY, Day.HOLIDAY))
    lines = told(HALL, asked, at=shanghai("2026-11-24T10:00"), workdays=the_calendar())
    assert lines == ["示例大厅周六对外办公：09:00—12:00。", "示例大厅周日不对外办公。", wording.HOLIDAY]


def test_noon_is_told_by_the_hours_of_a_monday() -> None:
    asked = Asked(wishes=frozenset({Wish.NOON}), days=())
    through = a_hall(OpeningHours(days=WEEKDAYS, opens="09:00", closes="17:00"))
    at = shanghai("2026-11-24T10:00")
    assert told(HALL, asked, at=at, workdays=the_calendar()) == ["示例大厅中午休息：12:00至13:00不办理业务。"]
    assert told(through, asked, at=at, workdays=the_calendar()) == ["示例大厅中午不休息，09:00至17:00连续办公。"]


@given(st.integers(0, 333 * 24 * 60))
def test_what_is_said_of_now_agrees_with_the_hours_of_the_day(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    words = now_in_words(HALL, moment, workdays=the_calendar())
    assert words == wording.OPEN_NOW or words.startswith("已下班，")


@pytest.mark.parametrize(
    ("text", "wishes", "days"),
    [
        ("市北区大厅在哪几点下班", {Wish.ADDRESS, Wish.HOURS}, ()),
        ("黄岛办事大厅电话多少", {Wish.PHONE}, ()),
        ("中午休息吗", {Wish.NOON, Wish.HOURS}, ()),
        ("周末上班吗", {Wish.HOURS}, (Day.SATURDAY, Day.SUNDAY)),
        ("附近的大厅现在开着吗", {Wish.NEAREST, Wish.NOW}, ()),
        ("大厅", set(), ()),
    ],
)
def test_what_is_asked_of_a_hall_is_read(text: str, wishes: set[Wish], days: tuple[Day, ...]) -> None:
    asked = asked_in(text, wishes=wording.WISHES, days=wording.DAYS)
    assert asked == Asked(wishes=frozenset(wishes), days=days)
