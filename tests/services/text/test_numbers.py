"""Check numbers and menu choices as people write them."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text.numbers import choice_number, parse_number


@given(st.integers(min_value=0, max_value=99_999_999))
def test_every_number_written_out_is_read_back(number: int) -> None:
    assert parse_number(cn2an.an2cn(number)) == number


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_are_read_whatever_their_width(number: int) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert parse_number(wide) == number


@pytest.mark.parametrize(
    ("text", "number"), [("两百", 200), ("廿三", 23), ("二〇二六", 2026), ("一千零五", 1005), ("两万三千", 23000)]
)
def test_spoken_forms_are_read(text: str, number: int) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "abc", "百", "十十", "三百五", "一二百", "万", "-3", "1.5"])
def test_what_is_no_number_or_has_two_meanings_is_refused(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text", ["2", "２", "②", "二", "第二个", "第2项", "选2", "我选二", "2号", "2.", "要第二个吧", "第 二 个", "回复2"]
)
def test_a_choice_is_understood_however_it_is_written(text: str) -> None:
    assert choice_number(text) == 2


def test_the_last_one_is_a_choice() -> None:
    assert choice_number("最后一个") == -1


@pytest.mark.parametrize("text", ["身份证", "2号楼", "二手房", "我有2个孩子", "12345678", ""])
def test_a_text_with_a_number_in_it_is_no_choice(text: str) -> None:
    assert choice_number(text) is None
