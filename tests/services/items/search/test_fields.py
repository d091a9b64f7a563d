"""Check which part of the guide a question asks for."""

import pytest

from services.items.model import GuideField
from services.items.search.fields import FieldDetector
from tests.support.search import wording

DETECTOR = FieldDetector(wording())


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("办身份证要带什么", GuideField.MATERIALS),
        ("需要哪些材料", GuideField.MATERIALS),
        ("要不要带户口本", GuideField.MATERIALS),
        ("去哪里办", GuideField.PLACE),
        ("找哪个部门", GuideField.PLACE),
        ("要什么条件", GuideField.CONDITIONS),
        ("俺村里的能吃低保不", GuideField.CONDITIONS),
        ("办理流程是什么", GuideField.STEPS),
        ("多久能拿到", GuideField.TIME_LIMIT),
        ("几个工作日", GuideField.TIME_LIMIT),
        ("要多少钱", GuideField.FEE),
        ("收费吗", GuideField.FEE),
        ("能领多少钱", GuideField.AMOUNT),
        ("能贷多少", GuideField.AMOUNT),
        ("咨询电话是多少", GuideField.PHONE),
        ("网上能办吗", GuideField.ONLINE),
        ("手机上怎么弄", GuideField.ONLINE),
        ("办好了能邮寄吗", GuideField.RESULT),
    ],
)
def test_each_part_is_asked_for_in_its_words(text: str, field: GuideField) -> None:
    assert DETECTOR.detect(text) is field


@pytest.mark.parametrize("text", ["身份证丢了怎么办", "护照", "", "我要办居住证"])
def test_a_question_about_the_item_as_such_asks_for_no_part(text: str) -> None:
    assert DETECTOR.detect(text) is None


def test_a_word_that_belongs_to_the_item_is_no_question_about_money() -> None:
    assert DETECTOR.detect("不花钱的公交卡去哪里领") is GuideField.PLACE
