"""Operators read decisions newest first, with the vote on each answer."""

from datetime import timedelta

from services.conversations.message import Channel
from services.improvement.decisions import Decisions
from services.improvement.model import Decision, DecisionBatch, Vote, turn_id
from tests.support.improvement import Workroom


async def test_decisions_come_newest_first_with_their_votes(room: Workroom) -> None:
    for number in range(2):
        at = room.clock.now()
        decisions = tuple(
            Decision(turn=f"t{number}{place}", at=at, channel=Channel.APP, item="x" if place else "")
            for place in range(2)
        )
        _ = await room.batches.add(DecisionBatch(id=f"b{number}", at=at, decisions=decisions))
        room.clock.advance(timedelta(seconds=1))
    _ = await room.cast.add(Vote(id="t11", at=room.clock.now(), is_useful=False, item="x"))
    read = Decisions(room.batches, room.votes)
    first, after = await read.page()
    assert [(one.decision.turn, one.is_useful) for one in first] == [("t11", False), ("t10", None)]
    second, end = await read.page(after)
    assert ([one.decision.turn for one in second], end) == (["t01", "t00"], None)


def test_a_turns_id_is_always_the_same_and_tells_nothing() -> None:
    assert turn_id("cv_1", 12) == turn_id("cv_1", 12) != turn_id("cv_11", 2)
    assert "cv_1" not in turn_id("cv_1", 12)
