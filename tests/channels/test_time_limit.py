"""Many waits share one timer: each ends in time or when it is answered, and none is left behind."""

import asyncio

from channels.time_limit import TimeLimit, end

SHORT_S = 0.08


async def test_a_wait_that_nobody_ends_is_over_when_its_time_is_up_and_not_before() -> None:
    loop, limit = asyncio.get_running_loop(), TimeLimit(SHORT_S)
    began = loop.time()
    async with asyncio.timeout(5):
        await limit.begin()
    assert loop.time() - began >= SHORT_S


async def test_a_wait_is_over_as_soon_as_it_is_ended_and_may_be_ended_twice() -> None:
    over = TimeLimit(60).begin()
    end(over)
    end(over)
    assert over.done()


async def test_later_waits_end_in_time_though_one_before_them_was_answered() -> None:
    loop, limit = asyncio.get_running_loop(), TimeLimit(SHORT_S)
    answered, later = limit.begin(), limit.begin()
    end(answered)
    began = loop.time()
    async with asyncio.timeout(5):
        await later
    assert loop.time() - began >= SHORT_S / 2


async def test_a_wait_whose_waiter_was_cancelled_disturbs_no_other() -> None:
    limit = TimeLimit(SHORT_S)
    gone, stays = limit.begin(), limit.begin()
    gone.cancel()
    async with asyncio.timeout(5):
        await stays
    assert not stays.cancelled()


async def test_nothing_is_kept_when_all_are_over_and_whoever_comes_next_is_watched_too() -> None:
    limit = TimeLimit(SHORT_S)
    for over in [limit.begin() for _ in range(1_000)]:
        end(over)
    assert len(limit) == 1_000
    async with asyncio.timeout(5):
        await limit.begin()
    assert len(limit) == 0
