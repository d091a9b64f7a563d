"""A follower goes on after a fault and rests when there is nothing to do."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import Unavailable
from services.following.loop import keep_following


async def test_a_fault_is_never_the_end_of_a_follower() -> None:
    # Given a step that fails in both ways before it works
    calls = 0
    worked = asyncio.Event()

    async def step() -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("the store is down")
        if calls == 2:
            raise ValueError("a document that does not fit")
        if calls < 5:
            return 1
        worked.set()
        return 0

    # When it is kept going, then it works all the same, and ends only by being cancelled
    task = asyncio.ensure_future(keep_following(step, name="test", every=timedelta(0)))  # noqa: TID251 - cancelled below
    await worked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert calls >= 5
