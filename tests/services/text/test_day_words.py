"""Check words for days, seen from a Tuesday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text.day_words import Days, find_days

TUESDAY = date(2026, 11, 24)


def only(text: str, today: date = TUESDAY) -> Days:
    (hit,) = find_days(text, today)
    return hit.days


def test_a_bare_weekday_is_the_latest_one() -> None:
    assert only("周五").first == date(2026, 11, 20)
    assert only("周二").first == TUESDAY


def test_a_bare_date_of_later_this_year_was_last_year() -> None:
    assert only("12月25日").first == date(2025, 12, 25)


def test_a_bare_day_of_the_month_that_is_still_to_come_was_last_month() -> None:
    assert only("28号").first == date(2026, 10, 28)


def test_a_house_number_is_no_day() -> None:
    assert list(find_days("3号楼5号线", TUESDAY)) == []


def test_a_day_that_does_not_exist_is_passed_over_whole() -> None:
    assert list(find_days("2月30日", TUESDAY)) == []


def test_several_days_are_found_in_their_order() -> None:
    assert [hit.days.first for hit in find_days("上周三报修,昨天又坏了", TUESDAY)] == [
        date(2026, 11, 18),
        date(2026, 11, 23),
    ]


@pytest.mark.parametrize("text", ["999999999年前", "9999月5日", "0天前", "99年13月40日"])
def test_absurd_numbers_mean_nothing_and_break_nothing(text: str) -> None:
    assert all(hit.days.first <= hit.days.last for hit in find_days(text, TUESDAY))


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31)),
    st.text("上下周星期一三日天号月年前昨今了0159", max_size=12),
)
def test_days_never_end_before_they_begin(today: date, text: str) -> None:
    assert all(hit.days.first <= hit.days.last for hit in find_days(text, today))


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31)), st.integers(min_value=0, max_value=300))
def test_a_full_date_is_read_whatever_today_is(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    assert only(f"{day.year}年{day.month}月{day.day}日", today) == Days(first=day, last=day)
