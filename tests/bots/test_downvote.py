"""没用 is a vote only right after an answer; anywhere else it means something else."""

import pytest

from bots.downvote import is_downvote
from bots.state import Dialogue, Focus, Menu
from services.items.model import ItemCode
from tests.support.improvement import AT

ANSWERED = Dialogue(focus=Focus(items=(ItemCode("370709901000"),), at=AT, turns=1))


@pytest.mark.parametrize("text", ["没用", "没用!", "答非所问。", " 不是我问的 ", "沒用"])
def test_a_vote_in_one_word_right_after_an_answer_is_one(text: str) -> None:
    assert is_downvote(text, ANSWERED)


@pytest.mark.parametrize("text", ["没用过的身份证还能用吗", "暖气没用", "", "有用", "不"])
def test_a_question_is_none(text: str) -> None:
    assert not is_downvote(text, ANSWERED)


def test_later_with_a_menu_open_and_before_any_answer_it_is_none() -> None:
    assert ANSWERED.focus is not None
    later = Dialogue(focus=Focus(items=ANSWERED.focus.items, at=AT, turns=2))
    asked = Dialogue(focus=ANSWERED.focus, menu=Menu(options=(), at=AT))
    assert not any(is_downvote("没用", dialogue) for dialogue in (later, asked, Dialogue()))
