"""The list shows what wants an operator: not what is dismissed, settled, or answered by now."""

from datetime import timedelta

import pytest

from services.improvement.board import NoSuchQuestion
from services.improvement.clustering import question_key
from services.improvement.model import Reason
from services.items.model import ItemCode
from tests.support.improvement import OPERATOR, Workroom, an_alias, an_answer
from tests.support.items import CODE

OTHER = ItemCode("370709902000")
DOGS = "毛孩子上牌子咋整"


async def shown(room: Workroom) -> list[str]:
    return [one.cluster.question for one in await room.board.waiting(limit=10)]


async def test_what_was_asked_most_often_comes_first_and_the_rest_is_cut_off(room: Workroom) -> None:
    await room.asked("图纸盖章去哪个窗口", DOGS, "毛孩子上牌子怎么整")
    assert await shown(room) == [DOGS, "图纸盖章去哪个窗口"] or await shown(room) == [
        "毛孩子上牌子怎么整",
        "图纸盖章去哪个窗口",
    ]
    assert len(await room.board.waiting(limit=1)) == 1


async def test_a_question_that_is_answered_by_now_is_gone_and_comes_back_when_it_is_not(room: Workroom) -> None:
    await room.asked(DOGS)
    room.judge.answers[DOGS] = CODE
    assert await shown(room) == []
    del room.judge.answers[DOGS]
    assert await shown(room) == [DOGS]


async def test_an_answer_that_was_of_no_use_does_not_count_as_answered(room: Workroom) -> None:
    await room.asked(DOGS, reason=Reason.DOWNVOTED, item=CODE)
    room.judge.answers[DOGS] = CODE
    assert await shown(room) == [DOGS]
    room.judge.answers[DOGS] = OTHER
    assert await shown(room) == []


async def test_a_published_change_settles_its_question_until_it_is_taken_back_or_fails_again(room: Workroom) -> None:
    # Given a question that was answered from the right item to no use
    await room.asked(DOGS, reason=Reason.DOWNVOTED, item=CODE)
    room.judge.answers[DOGS] = CODE
    room.clock.advance(timedelta(minutes=1))
    # When a better answer is published for it
    _ = await room.desk.publish(an_answer(DOGS), base=0, wordings=(), by=OPERATOR)
    assert await shown(room) == []
    # Then it is settled until somebody finds that one of no use as well
    await room.asked(DOGS, reason=Reason.DOWNVOTED, item=CODE)
    assert await shown(room) == [DOGS]


async def test_rolling_back_brings_the_question_back(room: Workroom) -> None:
    await room.asked(DOGS)
    room.clock.advance(timedelta(minutes=1))
    _ = await room.desk.publish(an_alias(question=DOGS), base=0, wordings=(), by=OPERATOR)
    assert await shown(room) == []
    _ = await room.desk.roll_back(0, base=1, by=OPERATOR)
    assert await shown(room) == [DOGS]


async def test_a_dismissed_group_stays_away_until_most_of_it_is_new(room: Workroom) -> None:
    # Given a group that was put aside
    await room.asked(DOGS)
    await room.board.dismiss(question_key(DOGS), by="operator1")
    assert await shown(room) == []
    # When one more wording of it comes, it stays away; with three it comes back
    await room.asked("毛孩子上牌子怎么整")
    assert await shown(room) == []
    await room.asked("毛孩子上牌子咋弄", "毛孩子上牌子咋办")
    (again,) = await room.board.waiting(limit=10)
    # And can be put aside again
    await room.board.dismiss(again.cluster.id, by="operator1")
    assert await shown(room) == []


async def test_an_unknown_group_and_questions_whose_time_is_over_are_not_there(room: Workroom) -> None:
    await room.asked(DOGS)
    with pytest.raises(NoSuchQuestion):
        await room.board.dismiss("q_nothing", by="operator1")
    assert (await room.board.cluster(question_key(DOGS))).question == DOGS
    room.clock.advance(timedelta(days=91))
    assert await shown(room) == []
