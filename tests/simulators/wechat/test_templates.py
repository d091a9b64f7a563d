"""Check values as the platform checks them and cut what a phone would cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.wechat.templates import Template, shown

TEMPLATE = Template(
    template_id="t1",
    title="题",
    content="编号:{{character_string1.DATA}}\n事项名称：{{thing2.DATA}}\n状态: {{enum3.DATA}}",
    choices={"enum3": ("已受理", "已办结")},
)

GOOD = [
    ("thing1", "社会保障卡补领申请材料不全"),
    ("thing1", "二" * 20),
    ("number1", "12345678901234567890123456789012"),
    ("number1", "3.5"),
    ("letter1", "AbC"),
    ("symbol1", "@#"),
    ("character_string1", "QD20261124-7K3M9P"),
    ("time1", "15:01"),
    ("time1", "2026年11月24日 15:01"),
    ("time1", "2026年11月24日 15:01~2026年11月24日 17:00"),
    ("time1", "09:00~11:30"),
    ("date1", "2026年11月24日"),
    ("date1", "2026-11-24 15:01"),
    ("date1", "2026年11月24日~2026年11月30日"),
    ("amount1", "¥20.00"),
    ("amount1", "20元"),
    ("phone_number1", "+86-0532-00001234"),
    ("car_number1", "鲁B12345"),
    ("name1", "市民甲"),
    ("phrase1", "已转办"),
    ("enum3", "已受理"),
]
BAD = [
    ("thing1", ""),
    ("thing1", "二" * 21),
    ("thing1", "第一行\n第二行"),
    ("number1", "1" * 33),
    ("number1", "一"),
    ("letter1", "a1"),
    ("symbol1", "@#$%^&"),
    ("symbol1", "a"),
    ("character_string1", "编号1"),
    ("character_string1", "A" * 33),
    ("time1", "2026年11月24日"),
    ("time1", "下午三点"),
    ("date1", "15:01"),
    ("date1", "明天"),
    ("amount1", "¥12345678901"),
    ("amount1", "二十元"),
    ("phone_number1", "0532-0000-1234-5678"),
    ("car_number1", "鲁B1234567890"),
    ("name1", "一二三四五六七八九十一"),
    ("phrase1", "已转到主管部门"),
    ("phrase1", "OK"),
    ("enum3", "处理中"),
    ("unheard1", "值"),
]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_a_value_of_its_type_passes(key: str, value: str) -> None:
    assert not TEMPLATE.refuses(key, value)


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_value_against_its_type_is_refused(key: str, value: str) -> None:
    assert TEMPLATE.refuses(key, value)


def test_lines_are_read_from_the_content_with_either_colon() -> None:
    assert TEMPLATE.lines() == (("编号", "character_string1"), ("事项名称", "thing2"), ("状态", "enum3"))


def test_twenty_words_are_shown_and_the_rest_is_cut_without_an_error() -> None:
    assert shown("办" * 20) == "办" * 20
    assert shown("办" * 21) == "办" * 20 + "..."


def test_a_run_of_letters_or_digits_counts_as_one_word() -> None:
    assert shown("QD20261124 7K3M9P") == "QD20261124 7K3M9P"
    assert shown("2026年11月24日前请携带身份证原件到窗口办理手续") == "2026年11月24日前请携带身份证原件到窗口办理..."


def test_emoji_are_not_shown() -> None:
    assert shown("好的👍") == "好的"


@given(value=st.text(max_size=100))
def test_what_is_shown_is_what_was_sent_up_to_the_cut(value: str) -> None:
    cut = shown(value)
    assert cut.endswith("...") or len(cut) <= len(value)
    assert len(shown(value).removesuffix("...").split()) <= 20
