"""Signs are found whole, in phrases, by patterns and by sound; guards, exceptions and length hold them back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.understanding.finder import SOUNDS_LONGEST, Ear, KindFinder, Sign
from bots.understanding.lexicon import KindSigns, Signs
from services.text.pinyin import PinyinTable

EAR = Ear(PinyinTable.load(Path(__file__).parents[3] / "data" / "wording" / "pinyin.txt"), particles="啊呀吧呢的了")
SIGNS = KindSigns(
    topics={
        "fire": Signs(phrases=("着火",), patterns=("冒.{0,2}烟",)),
        "help": Signs(whole=("人工",), sounds=("转人工",), always=True),
    },
    guards=("着火点",),
    unless=("去年", "保险"),
    even_so=("快来",),
    longest=30,
)
FINDER = KindFinder(SIGNS, EAR)


def found(text: str) -> Sign | None:
    return FINDER.find(EAR.hear(text))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("家里着火了", "fire"),
        ("冒黑烟", "fire"),
        ("人工", "help"),
        ("人工啊!", "help"),
        ("转人共", "help"),
        ("zhuanrengong", "help"),
        ("zhuan ren gong", "help"),
        ("请转任工", "help"),
    ],
)
def test_a_sign_is_found(text: str, topic: str) -> None:
    sign = found(text)
    assert sign is not None
    assert sign.topic == topic


@pytest.mark.parametrize(
    "text", ["", "人工湖", "这里的着火点", "去年着火了", "着火保险", "着火" + "了" * 30, "传人公告"]
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert found(text) is None


def test_an_exception_is_overruled_by_urgency_and_never_holds_for_what_is_always_meant() -> None:
    assert found("去年买的车着火了快来") == Sign("fire", "着火")
    assert found("去年的事转人工") == Sign("help", "转人工")


def test_long_messages_are_not_listened_to() -> None:
    assert EAR.hear("转人工" + "说" * SOUNDS_LONGEST).sounds == ""


@given(st.text(max_size=60))
def test_any_text_is_heard(text: str) -> None:
    heard = EAR.hear(text)
    assert heard.text == text
    list(FINDER.all(heard))
