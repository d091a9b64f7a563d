"""Noted turns are written in batches; a full queue, a stale turn and a store that is down lose nothing else."""

import asyncio
from datetime import timedelta

import pytest
from msgspec import Struct

from services.conversations.message import Channel
from services.database.collection import StoreUnavailable
from services.improvement import ledger as ledger_module
from services.improvement.ledger import Entry, Ledger
from services.improvement.model import Decision, DecisionBatch, OpenQuestion, Reason, Vote
from tests.support.improvement import AT, Workroom, until


class Note(Struct, frozen=True, kw_only=True):
    turn: str
    text: str = "年审在哪"
    is_open: bool = False
    is_vote: bool = False


def entry(note: Note) -> Entry:
    question = OpenQuestion(id=note.turn, at=AT, text=note.text, reason=Reason.UNANSWERED)
    return Entry(
        decision=Decision(turn=note.turn, at=AT, channel=Channel.WECHAT, text=note.text),
        question=question if note.is_open or note.is_vote else None,
        vote=Vote(id=note.turn, at=AT, is_useful=False, item="x") if note.is_vote else None,
    )


def a_ledger(room: Workroom) -> Ledger[Note]:
    return Ledger(room.batches, room.questions, votes=room.votes, read=entry)


async def written(room: Workroom) -> list[Decision]:
    batches = (await room.batches.query("at", limit=100)).documents
    return [decision for batch in batches for decision in batch.decisions]


async def turns(room: Workroom) -> list[str]:
    return [one.turn for one in await written(room)]


async def test_what_was_noted_is_written_in_one_document_with_its_questions_and_votes(room: Workroom) -> None:
    ledger = a_ledger(room)
    for note in (Note(turn="t1"), Note(turn="t2", is_open=True), Note(turn="t3", is_vote=True)):
        ledger.note(note)
    assert await ledger.flush() == 3
    assert [one.turn for one in await written(room)] == ["t1", "t2", "t3"]
    assert len((await room.batches.query("at")).documents) == 1
    assert {one.id for one in (await room.questions.query("at")).documents} == {"t2", "t3"}
    assert await room.votes.of("t3") is False
    assert await ledger.flush() == 0


async def test_a_turn_that_was_decided_twice_counts_once_as_it_was_decided_last(room: Workroom) -> None:
    ledger = a_ledger(room)
    ledger.note(Note(turn="t1", text="先"))
    ledger.note(Note(turn="t1", text="后"))
    await ledger.flush()
    assert [one.text for one in await written(room)] == ["后"]


async def test_a_full_queue_counts_what_it_leaves_out(room: Workroom) -> None:
    ledger = a_ledger(room)
    for number in range(ledger_module.QUEUE_MOST + 3):
        ledger.note(Note(turn=f"t{number}"))
    assert ledger.left_out == 3
    assert await ledger.flush() == ledger_module.QUEUE_MOST


class Down:
    """A collection whose store does not answer until it is told to."""

    def __init__(self, room: Workroom) -> None:
        self._room = room
        self.is_down = True
        self.tried: list[str] = []

    async def add(self, document: DecisionBatch) -> DecisionBatch:
        self.tried.append(document.id)
        stored = await self._room.batches.add(document) if len(self.tried) == 1 or not self.is_down else document
        if self.is_down:
            raise StoreUnavailable
        return stored


async def test_a_batch_that_may_be_stored_already_is_tried_again_under_the_same_id(room: Workroom) -> None:
    # Given a store that takes a batch and does not say so
    down = Down(room)
    ledger: Ledger[Note] = Ledger(down, room.questions, votes=room.votes, read=entry)  # type: ignore[arg-type]  # adds only
    ledger.note(Note(turn="t1", is_open=True))
    with pytest.raises(StoreUnavailable):
        await ledger.flush()
    # When it answers again
    down.is_down = False
    assert await ledger.flush() == 1
    # Then the batch stands there once, with its question
    assert len(set(down.tried)) == 1
    assert [one.turn for one in await written(room)] == ["t1"]
    assert [one.id for one in (await room.questions.query("at")).documents] == ["t1"]


async def test_closing_writes_what_is_left_and_gives_up_when_the_store_is_down(room: Workroom) -> None:
    ledger = a_ledger(room)
    ledger.note(Note(turn="t1"))
    await ledger.close()
    assert [one.turn for one in await written(room)] == ["t1"]
    dead: Ledger[Note] = Ledger(Down(room), room.questions, votes=room.votes, read=entry)  # type: ignore[arg-type]  # as above
    dead.note(Note(turn="t2"))
    await dead.close()


async def test_words_that_cannot_be_stored_hold_up_nothing_behind_them(room: Workroom) -> None:
    ledger = a_ledger(room)
    ledger.note(Note(turn="t1", text="\ud800"))
    await ledger.flush()
    ledger.note(Note(turn="t2"))
    await ledger.flush()
    assert [one.turn for one in await written(room)] == ["t2"]


async def test_the_loop_writes_until_it_is_cancelled(room: Workroom) -> None:
    ledger = a_ledger(room)
    ledger.note(Note(turn="t1"))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(ledger.run(every=timedelta(0)))
        await until(lambda: turns(room), ["t1"])
        running.cancel()
    assert [one.turn for one in await written(room)] == ["t1"]
