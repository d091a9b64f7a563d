"""Check what is recognised as somebody else's to answer."""

import pytest

from services.items.search.ranking import OutOfScope
from services.items.search.scope import ScopeGuard, Span
from tests.support.search import wording

GUARD = ScopeGuard(wording().scope)


def judge(text: str, *objects: Span, is_far: bool = False) -> OutOfScope | None:
    return GUARD.judge(text, objects, is_far=is_far)


def test_another_city_is_out_of_scope() -> None:
    assert judge("北京的居住证怎么办") is OutOfScope.OTHER_CITY


@pytest.mark.parametrize("text", ["济南的公积金转到青岛", "从北京迁过来", "我在黄岛,户口在临沂", "上海的社保怎么合并"])
def test_another_city_beside_ours_or_a_move_is_in_scope(text: str) -> None:
    assert judge(text) is None


def test_treatment_elsewhere_may_name_a_city() -> None:
    assert judge("去北京协和", is_far=True) is None


@pytest.mark.parametrize("street", ["南京路", "重庆南路", "香港中路", "延安三路", "上海支路"])
def test_a_street_named_after_a_city_is_ours(street: str) -> None:
    assert judge(f"{street}的派出所在哪") is None


def test_a_private_business_is_out_of_scope() -> None:
    assert judge("信用卡丢了怎么补办") is OutOfScope.PRIVATE


def test_something_of_ours_beside_it_vouches_for_the_question() -> None:
    assert judge("银行卡和社保卡丢了", (4, 7, "social_card")) is None


def test_an_object_that_businesses_share_vouches_for_nothing() -> None:
    assert judge("酒店会员卡怎么办", (0, 2, "hygiene_place")) is OutOfScope.PRIVATE


def test_a_private_phrase_inside_one_of_our_words_is_ours() -> None:
    assert judge("老年卡怎么办", (0, 3, "elder_card")) is None


def test_a_phrase_that_arises_where_one_of_our_words_begins_is_none() -> None:
    assert judge("家里没收入能吃低保不", (6, 9, "low_income")) is None


def test_advice_is_out_of_scope_whatever_is_mentioned() -> None:
    assert judge("高血压吃什么好", (0, 3, "chronic")) is OutOfScope.ADVICE
