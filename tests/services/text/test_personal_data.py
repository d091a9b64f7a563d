"""Check that personal data is found and masked, and that our own numbers are not taken for it."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ids import petition_number
from services.text.personal_data import (
    PersonalKind,
    find_personal_data,
    is_bank_card,
    is_citizen_id,
    mask_personal_data,
)
from tests.support.set_clock import SetClock

MANY = 1_000


def kinds(text: str) -> list[PersonalKind]:
    return [datum.kind for datum in find_personal_data(text)]


def made_up_id(dice: random.Random) -> str:
    born = date(1930, 1, 1) + timedelta(days=dice.randrange(33_000))
    body = f"{dice.randrange(110000, 660000)}{born:%Y%m%d}{dice.randrange(1000):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def made_up_card(dice: random.Random) -> str:
    body = f"62{dice.randrange(10 ** dice.choice([13, 14, 15, 16])):0{13}d}"[: dice.choice([15, 18])]
    body = body.ljust(15, "7")
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(reversed(body))]
    total = sum(d - 9 if d > 9 else d for d in doubled)
    return body + str(-total % 10)


def made_up_mobile(dice: random.Random) -> str:
    return f"1{dice.randrange(3, 10)}{dice.randrange(10**9):09d}"


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (made_up_id, PersonalKind.CITIZEN_ID),
        (made_up_card, PersonalKind.BANK_CARD),
        (made_up_mobile, PersonalKind.MOBILE),
    ],
)
def test_a_thousand_valid_numbers_in_a_sentence_are_all_found(make: object, kind: PersonalKind) -> None:
    dice = random.Random(20261124)
    values = [make(dice) for _ in range(MANY)]  # type: ignore[operator]  # three makers of one shape
    missed = [value for value in values if kinds(f"我的号码是{value},请查") != [kind]]
    assert missed == []


def test_of_a_thousand_petition_numbers_none_is_personal_data() -> None:
    filed = [SetClock().now() + timedelta(hours=hours) for hours in range(MANY)]
    numbers = [petition_number(at, str(place)) for place, at in enumerate(filed)]
    assert [number for number in numbers if find_personal_data(f"单号{number}到哪了")] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话0532-85911234", PersonalKind.LANDLINE),
        ("打(010)62345678", PersonalKind.LANDLINE),
        ("车牌鲁B12345", PersonalKind.PLATE),
        ("鲁BD12345新能源", PersonalKind.PLATE),
        ("发到some.one+a@example.com.cn", PersonalKind.EMAIL),
        ("护照E12345678", PersonalKind.PASSPORT),
        ("手机 138 0000 0000", PersonalKind.MOBILE),
        ("+86 13800000000", PersonalKind.MOBILE),
        ("１３８００００００００", PersonalKind.MOBILE),
    ],
)
def test_other_kinds_and_spellings_are_found(text: str, kind: PersonalKind) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月24日",
        "一共12345元",
        "12345热线",
        "订单20261124153000123",
        "电表读数0123456789",
        "370709901000",
        "11370200MBDE00015H4370709901000",
        "0532",
        "鲁班路",
        "京ABCDEF",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personal_data(text) == []


def test_a_wrong_check_digit_is_no_id_number() -> None:
    right = made_up_id(random.Random(1))
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert is_citizen_id(right)
    assert not is_citizen_id(wrong)


def test_a_day_that_does_not_exist_is_no_id_number() -> None:
    assert not is_citizen_id("370202202602300012")


def test_a_card_must_begin_like_a_card() -> None:
    assert is_bank_card("6200000000000005")
    assert not is_bank_card("0000000000000000")


def test_every_datum_of_a_text_is_masked() -> None:
    masked = mask_personal_data("我13800000000,他13900000000,车鲁B12345,邮箱a.b@example.com")
    assert masked == "我138****0000,他139****0000,车鲁B*****,邮箱a***@example.com"


def test_of_an_id_number_only_the_province_stays() -> None:
    value = made_up_id(random.Random(2))
    assert mask_personal_data(value) == value[:3] + "*" * 15


@given(st.text("鲁B0123456789-X@.a 证号", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_personal_data(text)
    assert mask_personal_data(once) == once


@given(st.text(max_size=120))
def test_what_is_found_lies_in_the_text_and_never_overlaps(text: str) -> None:
    ends = [0]
    for datum in find_personal_data(text):
        assert ends[-1] <= datum.start < datum.end <= len(text)
        ends.append(datum.end)
