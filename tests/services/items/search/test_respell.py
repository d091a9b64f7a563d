"""Check that text typed by sound is put right and other text is left alone."""

import pytest

from tests.support.search import shipped_index

RESPELLER = shipped_index().respeller


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("公鸡金贷款", "公积金贷款"),
        ("身份正丢了", "身份证丢了"),
        ("驾使证到期", "驾驶证到期"),
        ("社宝卡补办", "社保卡补办"),
        ("房残证怎么办", "房产证怎么办"),
        ("退修手续", "退休手续"),
        ("生鱼津贴", "生育津贴"),
    ],
)
def test_homophones_are_put_right(typed: str, meant: str) -> None:
    assert RESPELLER.respell(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shenfenzheng diule zenmeban", "身份证丢了怎么办"),
        ("gongjijin daikuan", "公积金贷款"),
        ("wo yao ban huzhao", "我要办护照"),
        ("jiehunzheng", "结婚证"),
    ],
)
def test_typed_pinyin_is_read(typed: str, meant: str) -> None:
    assert RESPELLER.respell(typed).text == meant


@pytest.mark.parametrize(
    "text",
    ["我要卖房子", "公司年报怎么报", "楼下烧烤店油烟太大", "app打不开", "支付宝", "今天天气怎么样", "etc", "", "a"],
)
def test_text_that_makes_sense_is_left_alone(text: str) -> None:
    respelled = RESPELLER.respell(text)
    assert respelled.text == text
    assert not respelled.changed


def test_a_changed_text_says_so() -> None:
    assert RESPELLER.respell("公鸡金").changed


def test_a_syllable_nobody_knows_a_word_for_stays_a_syllable() -> None:
    assert "身份证" in RESPELLER.respell("shenfenzhengnuo").text
