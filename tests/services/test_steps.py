"""Check that long work in small steps ends with its result, and that others are served between the steps."""

import asyncio

import pytest

from services.steps import Steps, at_once, in_turns


def counting(most: int) -> Steps[int]:
    """Count, and take a quarter of a millisecond for each."""
    loop = 0
    for _ in range(most):
        for number in range(5_000):
            loop += number & 1
        yield
    return most


def refusing() -> Steps[int]:
    yield
    raise LookupError("half-way")


def test_all_steps_are_taken_at_once() -> None:
    assert at_once(counting(3)) == 3
    assert at_once(counting(0)) == 0


async def test_others_are_served_between_the_steps() -> None:
    served = 0

    async def serve() -> None:
        nonlocal served
        while True:
            served += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve())
        assert await in_turns(counting(100)) == 100
        serving.cancel()
    assert served > 5


async def test_what_goes_wrong_half_way_is_told() -> None:
    with pytest.raises(LookupError):
        at_once(refusing())
    with pytest.raises(LookupError):
        await in_turns(refusing())


async def test_work_can_be_given_up_between_two_steps() -> None:
    async with asyncio.TaskGroup() as group:
        working = group.create_task(in_turns(counting(1_000_000)))
        await asyncio.sleep(0)
        working.cancel()
    assert working.cancelled()
