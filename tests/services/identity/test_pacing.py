"""Who waits in line comes through one at a time; nobody waits in a line that is not theirs."""

import asyncio

import pytest

from services.identity.pacing import LINE_MOST, PACE_S, LineFull, Pacing


class Sleepers:
    """A sleep that ends when the test says so."""

    def __init__(self) -> None:
        self._asleep: asyncio.Queue[asyncio.Event] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        assert seconds == PACE_S
        awake = asyncio.Event()
        self._asleep.put_nowait(awake)
        await awake.wait()

    async def next(self) -> asyncio.Event:
        """Return the next one who falls asleep."""
        return await self._asleep.get()

    @property
    def nobody_else(self) -> bool:
        """Tell whether nobody sleeps that the test has not seen."""
        return self._asleep.empty()


async def test_one_key_passes_one_at_a_time_and_a_full_line_takes_nobody_more() -> None:
    sleepers = Sleepers()
    pacing = Pacing(sleepers.sleep)
    async with asyncio.TaskGroup() as group:
        for _ in range(LINE_MOST):
            _ = group.create_task(pacing.wait("a"))
        for _ in range(LINE_MOST):
            sleeper = await sleepers.next()
            assert sleepers.nobody_else
            sleeper.set()
        last = group.create_task(pacing.wait("a"))
        (await sleepers.next()).set()
        await last
        waiting = [group.create_task(pacing.wait("a")) for _ in range(LINE_MOST)]
        sleeper = await sleepers.next()
        with pytest.raises(LineFull):
            await pacing.wait("a")
        for task in waiting:
            task.cancel()
    assert pacing._lines == {}


async def test_another_key_is_not_held_up() -> None:
    sleepers = Sleepers()
    pacing = Pacing(sleepers.sleep)
    async with asyncio.TaskGroup() as group:
        _ = group.create_task(pacing.wait("a"))
        first = await sleepers.next()
        other = group.create_task(pacing.wait("b"))
        (await sleepers.next()).set()
        await other
        first.set()
    assert pacing._lines == {}
