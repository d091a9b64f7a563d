"""Check how sentences are taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.items.search.clauses import ClauseCutter
from tests.support.search import wording

CUTTER = ClauseCutter(wording().joints, wording().negation)


def test_a_sentence_is_split_at_punctuation_and_joints() -> None:
    assert CUTTER.split("上户口怎么办?还有医保怎么交,顺便问护照") == ("上户口怎么办", "医保怎么交", "问护照")


def test_pieces_of_one_character_are_no_clauses() -> None:
    assert CUTTER.split("啊,身份证丢了。嗯") == ("身份证丢了",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("不是过期,是身份证找不着了", ",是身份证找不着了"),
        ("我不是换证,我是驾照丢了", "我,我是驾照丢了"),
        ("除了执照还要办什么证", "办什么证"),
        ("驾照没丢,就是到期了", "驾照,就是到期了"),
        ("不抵押,房子要过户", ",房子要过户"),
    ],
)
def test_what_is_denied_is_dropped(said: str, meant: str) -> None:
    assert CUTTER.affirm(said) == meant


@pytest.mark.parametrize("said", ["是不是要身份证", "我不是本地户口能办吗", "小店不想开了怎么注销", "要不要带户口本"])
def test_what_only_sounds_like_a_denial_is_kept(said: str) -> None:
    assert CUTTER.affirm(said) == said


def test_a_denial_of_everything_is_no_denial() -> None:
    assert CUTTER.affirm("不想办护照") == "不想办护照"


@given(st.text("不是要我想身份证,丢了还有", max_size=30))
def test_affirming_only_ever_leaves_things_out(text: str) -> None:
    kept = iter(text)
    assert all(character in kept for character in CUTTER.affirm(text))
