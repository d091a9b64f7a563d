"""Every process serves what was published in any, soon, after a restart, and though its publisher died."""

import asyncio
from datetime import timedelta

from services.coordination.ports import Bell
from services.database.collection import Collection, StoreUnavailable
from services.improvement.keeper import LOOK_EVERY, WORDING_BELL, Keeper
from services.improvement.wording_book import WordingBook
from services.improvement.wording_model import CHANGES, VERSIONS, Change, WordingVersion, version_id
from services.items.overlay import Overlay
from tests.support.improvement import AT, OPERATOR, Workroom, an_alias


class Listening(Bell):
    """A bell that tells how long its listener would sleep, and wakes it when it is told to."""

    def __init__(self) -> None:
        self.slept: list[timedelta] = []
        self.wake = asyncio.Event()
        self.asleep = asyncio.Event()

    def ring(self, name: str) -> None:
        assert name == WORDING_BELL
        self.wake.set()

    async def heard(self, name: str, *, at_most: timedelta) -> bool:
        self.slept.append(at_most)
        self.asleep.set()
        await self.wake.wait()
        self.wake.clear()
        return True


async def test_another_process_serves_it_when_it_is_woken(room: Workroom) -> None:
    # Given another process that follows
    bell = Listening()
    _, shelf = room.another_process()
    keeper = Keeper(room.book, shelf, audit=room.audit, bell=bell)
    async with asyncio.TaskGroup() as group:
        following = group.create_task(keeper.run())
        await bell.asleep.wait()
        assert shelf.overlays == []
        # When something is published and it is woken
        bell.asleep.clear()
        _ = await room.desk.publish(an_alias(), base=0, wordings=(), by=OPERATOR)
        bell.ring(WORDING_BELL)
        await bell.asleep.wait()
        following.cancel()
    # Then it serves the same, and without a wake-up it would have looked within a second
    assert shelf.overlays == room.shelf.overlays
    assert keeper.served == 1
    assert set(bell.slept) == {LOOK_EVERY}
    assert timedelta(seconds=1) > LOOK_EVERY


async def test_a_process_that_starts_serves_what_is_in_force_and_only_once(room: Workroom) -> None:
    keeper, shelf = room.another_process()
    assert not await keeper.catch_up()
    _ = await room.desk.publish(an_alias(), base=0, wordings=(), by=OPERATOR)
    assert await keeper.catch_up()
    assert not await keeper.catch_up()
    assert [one.version for one in shelf.overlays] == [1]


async def test_what_a_publisher_died_before_recording_is_recorded_by_whoever_serves_it(room: Workroom) -> None:
    # Given a version whose publisher died right after it was stored
    version = WordingVersion(id=version_id(1), number=1, changes=(), at=AT, by="operator1", role="operator", restored=0)
    _ = await room.book.append(version)
    # When two processes come upon it
    for _ in range(2):
        keeper, _ = room.another_process()
        _ = await keeper.catch_up()
    # Then there is one entry
    assert [one.act.subject for one in (await room.audit.listed()).documents] == [version.id]


async def test_a_store_that_is_down_and_an_index_that_cannot_be_built_are_waited_out(room: Workroom) -> None:
    # Given a process whose store is down at first, and whose index then cannot be built once
    _ = await room.desk.publish(an_alias(), base=0, wordings=(), by=OPERATOR)
    faults: list[Exception] = [StoreUnavailable(), RuntimeError("no index")]
    bell, served = Listening(), list[Overlay]()

    class Faulty:
        async def put_over(self, overlay: Overlay) -> None:
            if faults:
                raise faults.pop(0)
            served.append(overlay)

    keeper = Keeper(WordingBook(*_collections(room)), Faulty(), audit=room.audit, bell=bell)
    async with asyncio.TaskGroup() as group:
        following = group.create_task(keeper.run())
        for _ in range(3):
            await bell.asleep.wait()
            bell.asleep.clear()
            bell.wake.set()
        await bell.asleep.wait()
        following.cancel()
    # Then it rests longer after the fault that may last, and serves in the end
    assert bell.slept[1] > bell.slept[0] == LOOK_EVERY
    assert [one.version for one in served] == [1]


def _collections(room: Workroom) -> tuple[Collection[WordingVersion], Collection[Change]]:
    return room.database.collection(VERSIONS), room.database.collection(CHANGES)
