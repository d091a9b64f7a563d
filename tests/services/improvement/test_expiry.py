"""What was learned from use is deleted when its time is over, and nothing else."""

import asyncio
from datetime import timedelta

from services.conversations.message import Channel
from services.improvement.expiry import Expiry
from services.improvement.model import Decision, DecisionBatch, Dismissal, Vote
from tests.support.improvement import Workroom, until


async def an_hour_of_everything(room: Workroom, name: str) -> None:
    at = room.clock.now()
    decision = Decision(turn=name, at=at, channel=Channel.APP)
    _ = await room.batches.add(DecisionBatch(id=name, at=at, decisions=(decision,)))
    _ = await room.cast.add(Vote(id=name, at=at, is_useful=True, item="x"))
    _ = await room.dismissals.add(Dismissal(id=name, at=at, by="operator1", keys=()))
    await room.asked("年审在哪")


def an_expiry(room: Workroom) -> Expiry:
    collections = (room.batches, room.questions, room.cast, room.dismissals)
    return Expiry(*collections, keep=timedelta(days=90), clock=room.clock)


async def left(room: Workroom) -> list[int]:
    collections = (room.batches, room.questions, room.cast, room.dismissals)
    return [len((await one.query("at")).documents) for one in collections]


async def test_what_is_older_than_is_kept_is_deleted(room: Workroom) -> None:
    await an_hour_of_everything(room, "old")
    room.clock.advance(timedelta(days=60))
    await an_hour_of_everything(room, "new")
    assert await an_expiry(room).sweep() == 0
    room.clock.advance(timedelta(days=31))
    assert await an_expiry(room).sweep() == 4
    assert await left(room) == [1, 1, 1, 1]
    assert await an_expiry(room).sweep() == 0


async def test_two_processes_that_sweep_at_once_delete_each_once(room: Workroom) -> None:
    await an_hour_of_everything(room, "old")
    room.clock.advance(timedelta(days=91))
    deleted = await asyncio.gather(an_expiry(room).sweep(), an_expiry(room).sweep())
    assert sum(deleted) == 4
    assert await left(room) == [0, 0, 0, 0]


async def test_the_sweep_goes_on_until_it_is_cancelled(room: Workroom) -> None:
    await an_hour_of_everything(room, "old")
    room.clock.advance(timedelta(days=91))
    async with asyncio.TaskGroup() as group:
        sweeping = group.create_task(an_expiry(room).run(every=timedelta(0)))
        await until(lambda: left(room), [0, 0, 0, 0])
        sweeping.cancel()
    assert sweeping.cancelled()
