"""What citizens want of their petitions, read from their words."""

import pytest

from bots.progress.wishes import Wish, supplement_in, wish_of
from bots.understanding.model import Kind


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("催一下", Wish.URGE),
        ("帮我催一下", Wish.URGE),
        ("麻烦再催催吧", Wish.URGE),
        ("催办 QD20261124-7K3M9P", Wish.URGE),
        ("催办", Wish.URGE),
        ("补充：第三盏也不亮", Wish.SUPPLEMENT),
        ("补充", Wish.SUPPLEMENT),
        ("我要补充一下第三盏也不亮", Wish.SUPPLEMENT),
        ("满意", Wish.RATE),
        ("非常满意！", Wish.RATE),
        ("解决了", Wish.RATE),
        ("我要评价", Wish.RATE),
        ("补充医疗保险怎么交", None),
        ("催乳师证怎么办", None),
        ("我对你们很满意因为", None),
        ("身份证丢了", None),
    ],
)
def test_words_say_what_is_wanted(text: str, wish: Wish | None) -> None:
    assert wish_of(text, Kind.OUT_OF_SCOPE) is wish


def test_what_was_understood_before_counts_too() -> None:
    assert wish_of("不满意要重办", Kind.REDO) is Wish.REDO
    assert wish_of("我不投诉了", Kind.WITHDRAW) is Wish.WITHDRAW


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("补充：第三盏也不亮", "第三盏也不亮"),
        ("补充 QD20261124-7K3M9P 第三盏\n也不亮", "第三盏\n也不亮"),
        ("补充材料", ""),
        ("第三盏也不亮", ""),
    ],
)
def test_a_supplement_is_what_follows_the_word(text: str, rest: str) -> None:
    assert supplement_in(text) == rest
