"""A reviewed question is found by what it asks, not by the item's name that stands in every question."""

import pytest
from msgspec.structs import replace

from bots.answers.faq import THE_SAME, least_for, nearest
from services.items.model import GuideField, Question, ServiceItem
from tests.support.items import an_item

RENTED = Question(question="租房没有房产证能办吗?", answer="可以凭租赁合同办理。")
HOW_LONG = Question(question="居住证多久签注一次?", answer="每年一次。")


@pytest.fixture
def item() -> ServiceItem:
    return replace(an_item(name="居住证申领"), aliases=("办居住证",), faqs=(HOW_LONG, RENTED))


@pytest.mark.parametrize("text", ["租房没有房产证能办吗", "我租房没有房产证能不能办居住证", "租房沒有房產證能辦嗎"])
def test_the_question_that_is_asked_is_found(item: ServiceItem, text: str) -> None:
    assert nearest(item, text, least=least_for(None)) == RENTED


@pytest.mark.parametrize("text", ["", "办居住证", "居住证申领", "天气怎么样", "房产证丢了怎么办"])
def test_the_name_alone_or_other_words_find_nothing(item: ServiceItem, text: str) -> None:
    assert nearest(item, text, least=least_for(None)) is None


def test_a_field_that_was_named_needs_a_closer_question_to_be_passed_over(item: ServiceItem) -> None:
    text = "我是租房住的,没有房产证这种情况能办吗"
    assert nearest(item, text, least=least_for(None)) == RENTED
    assert nearest(item, text, least=least_for(GuideField.CONDITIONS)) is None
    assert nearest(item, "租房没有房产证能办吗", least=least_for(GuideField.CONDITIONS)) == RENTED


def test_word_for_word_is_the_same_and_a_paraphrase_is_not(item: ServiceItem) -> None:
    assert nearest(item, "租房没有房产证能办吗", least=THE_SAME) == RENTED
    assert nearest(item, "我租房没有房产证能不能办居住证", least=THE_SAME) is None


def test_an_item_without_reviewed_questions_has_none(item: ServiceItem) -> None:
    assert nearest(replace(item, faqs=()), "租房没有房产证能办吗", least=least_for(None)) is None
