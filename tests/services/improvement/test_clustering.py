"""Questions that mean about the same stand together, whatever order they came in."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.improvement.clustering import Cluster, clustered, question_key
from services.improvement.model import OpenQuestion, Reason
from tests.support.improvement import AT

WORDS = ("毛孩子", "上牌子", "年审", "在哪", "咋整", "要钱不", "图纸", "复印", "加急")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join), max_size=20)


def asked(texts: Sequence[str], *, reason: Reason = Reason.UNANSWERED, item: str = "") -> list[OpenQuestion]:
    return [
        OpenQuestion(id=f"turn_{number:03d}", at=AT + timedelta(minutes=number), text=text, reason=reason, item=item)
        for number, text in enumerate(texts)
    ]


def test_wordings_of_one_matter_stand_together_and_others_apart() -> None:
    # Given three ways to ask for one thing, one of them twice, and something else
    texts = ("毛孩子上牌子咋整", "毛孩子上牌子怎么整", "毛孩子上牌子咋整", "毛孩子上牌子要钱不", "图纸盖章去哪个窗口")
    # When they are grouped
    dogs, plans = clustered(asked(texts))
    # Then the most frequent wording stands for its group
    assert (dogs.question, dogs.count) == ("毛孩子上牌子咋整", 4)
    assert dogs.id == question_key("毛孩子上牌子咋整")
    assert (dogs.first_seen, dogs.last_seen) == (AT, AT + timedelta(minutes=3))
    assert set(dogs.wordings) == set(texts[:4])
    assert (plans.question, plans.count) == ("图纸盖章去哪个窗口", 1)


def test_how_a_question_was_typed_makes_no_difference() -> None:
    (one,) = clustered(asked(("毛孩子上牌子咋整?", "毛孩子 上牌子咋整", "毛孩子上牌子咋整!!")))
    assert one.count == 3
    assert len(one.keys) == 1


def test_a_group_says_why_and_what_was_of_no_use() -> None:
    votes = asked(("年审在哪",), reason=Reason.DOWNVOTED, item="370709901000")
    rest = [OpenQuestion(id="turn_x", at=AT, text="年审在哪", reason=Reason.MENU_REFUSED)]
    (one,) = clustered((*votes, *rest))
    assert one.reasons == {Reason.MENU_REFUSED: 1, Reason.DOWNVOTED: 1}
    assert one.items == ("370709901000",)


def test_what_holds_no_word_is_no_question() -> None:
    assert clustered(asked(("???", " ", "[微笑]"))) == ()


@given(texts=TEXTS, random=st.randoms(use_true_random=False))
def test_the_order_of_the_questions_makes_no_difference(texts: list[str], random: Random) -> None:
    questions = asked(texts)
    shuffled = questions.copy()
    random.shuffle(shuffled)
    assert clustered(shuffled) == clustered(questions)


@given(texts=TEXTS)
def test_every_question_stands_in_exactly_one_group(texts: list[str]) -> None:
    groups = clustered(asked(texts))
    assert sum(group.count for group in groups) == len(texts)
    keys = [key for group in groups for key in group.keys]
    assert sorted(keys) == sorted({question_key(text) for text in texts})
    assert _in_order(groups)


def _in_order(groups: tuple[Cluster, ...]) -> bool:
    return all(one.count >= other.count for one, other in pairwise(groups))
