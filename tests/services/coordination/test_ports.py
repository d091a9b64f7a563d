"""One contract for what processes tell each other, held by memory and by Redis alike."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec import Struct
from redis.asyncio import Redis

from services.coordination.in_process import (
    LISTENER_BACKLOG,
    InProcessBell,
    InProcessFanout,
    InProcessLeases,
    InProcessLimiter,
    InProcessMemory,
)
from services.coordination.ports import Bell, Fanout, Leases, Limiter, Memory
from services.coordination.redis_ports import RedisLeases, RedisLimiter, RedisMemory, RedisWire
from services.errors import Unavailable
from services.ids import new_id
from services.tasks import Tasks

SECOND = timedelta(seconds=1)
SOON = timedelta(milliseconds=60)


class Ports(Struct, frozen=True, kw_only=True):
    """Everything under test, over one engine."""

    limiter: Limiter
    memory: Memory
    leases: Leases
    bell: Bell
    fanout: Fanout


@pytest.fixture(params=["in process", "redis"])
async def ports(request: pytest.FixtureRequest) -> AsyncIterator[Ports]:
    if request.param == "in process":
        yield Ports(
            limiter=InProcessLimiter(),
            memory=InProcessMemory(),
            leases=InProcessLeases(),
            bell=InProcessBell(),
            fanout=InProcessFanout(),
        )
        return
    async with redis_ports(request.getfixturevalue("redis_url")) as over_redis:
        yield over_redis


@contextlib.asynccontextmanager
async def redis_ports(url: str, *, prefix: str = "") -> AsyncIterator[Ports]:
    """Give the ports of one process over Redis."""
    own = prefix or new_id("test")
    redis = Redis.from_url(url)
    tasks = Tasks()
    wire = RedisWire(redis, listener=redis, tasks=tasks, prefix=own)
    tasks.launch("wire", wire.run())
    await wire.is_listening.wait()
    try:
        yield Ports(
            limiter=RedisLimiter(redis, prefix=own),
            memory=RedisMemory(redis, prefix=own),
            leases=RedisLeases(redis, prefix=own),
            bell=wire,
            fanout=wire,
        )
    finally:
        await tasks.stop()
        await redis.aclose()


async def test_a_limit_is_reached_and_passes_with_time(ports: Ports) -> None:
    first = [await ports.limiter.allow("k", limit=2, per=SOON) for _ in range(3)]
    assert first == [True, True, False]
    await asyncio.sleep(SOON.total_seconds() * 1.5)
    assert await ports.limiter.allow("k", limit=2, per=SOON)


async def test_no_limit_is_no_limit_and_keys_are_counted_apart(ports: Ports) -> None:
    assert all([await ports.limiter.allow("k", limit=0, per=SECOND) for _ in range(50)])
    assert await ports.limiter.allow("a", limit=1, per=SECOND)
    assert await ports.limiter.allow("b", limit=1, per=SECOND)


async def test_a_forgotten_key_is_counted_anew(ports: Ports) -> None:
    assert await ports.limiter.allow("k", limit=1, per=SECOND)
    await ports.limiter.forget("k")
    assert await ports.limiter.allow("k", limit=1, per=SECOND)


async def test_of_two_first_values_one_holds(ports: Ports) -> None:
    values = await asyncio.gather(*(ports.memory.put_first("k", value, lasting=SECOND) for value in "ab"))
    assert values[0] == values[1]


async def test_a_value_runs_out(ports: Ports) -> None:
    await ports.memory.put("k", "v", lasting=SOON)
    assert await ports.memory.get("k") == "v"
    await asyncio.sleep(SOON.total_seconds() * 1.5)
    assert await ports.memory.get("k") is None
    assert await ports.memory.put_first("k", "new", lasting=SECOND) == "new"


async def test_of_two_takers_one_gets_the_value(ports: Ports) -> None:
    await ports.memory.put("k", "v", lasting=SECOND)
    taken = await asyncio.gather(ports.memory.take("k"), ports.memory.take("k"))
    assert sorted(map(str, taken)) == ["None", "v"]


async def test_a_value_is_dropped_only_while_it_is_the_one_that_is_meant(ports: Ports) -> None:
    await ports.memory.put("k", "new", lasting=SECOND)
    await ports.memory.drop("k", "old")
    assert await ports.memory.get("k") == "new"
    await ports.memory.drop("k", "new")
    assert await ports.memory.get("k") is None


async def test_a_lease_has_one_holder_until_it_is_given_back_or_runs_out(ports: Ports) -> None:
    token = await ports.leases.acquire("l", lasting=SOON)
    assert token is not None
    assert await ports.leases.acquire("l", lasting=SOON) is None
    await ports.leases.release("l", "not the token")
    assert await ports.leases.acquire("l", lasting=SOON) is None
    await ports.leases.release("l", token)
    assert await ports.leases.acquire("l", lasting=SOON) is not None
    await asyncio.sleep(SOON.total_seconds() * 1.5)
    assert await ports.leases.acquire("l", lasting=SOON) is not None


async def test_a_ring_wakes_and_one_that_came_before_counts(ports: Ports) -> None:
    ports.bell.ring("b")
    assert await ports.bell.heard("b", at_most=SECOND)


async def test_silence_ends_the_wait(ports: Ports) -> None:
    assert not await ports.bell.heard("b", at_most=SOON)


async def test_a_payload_reaches_every_present_listener_and_no_other_topic(ports: Ports) -> None:
    async with (
        ports.fanout.listening("t") as one,
        ports.fanout.listening("t") as two,
        ports.fanout.listening("u") as other,
    ):
        await ports.fanout.publish("t", b"news")
        await ports.fanout.publish("u", b"else")
        assert [await anext(one), await anext(two), await anext(other)] == [b"news", b"news", b"else"]


async def test_a_listener_that_falls_behind_is_ended_and_disturbs_nobody() -> None:
    fanout = InProcessFanout()
    async with fanout.listening("t") as slow, fanout.listening("t") as quick:
        for _ in range(LISTENER_BACKLOG + 5):
            await fanout.publish("t", b"news")
            assert await anext(quick) == b"news"
        assert len([payload async for payload in slow]) == LISTENER_BACKLOG


async def test_a_ring_and_a_payload_reach_another_process(redis_url: str) -> None:
    prefix = new_id("test")
    async with (
        redis_ports(redis_url, prefix=prefix) as here,
        redis_ports(redis_url, prefix=prefix) as there,
        there.fanout.listening("t") as payloads,
    ):
        here.bell.ring("b")
        await here.fanout.publish("t", b"news")
        assert await there.bell.heard("b", at_most=SECOND)
        assert await anext(payloads) == b"news"


async def test_without_redis_limits_count_alone_and_memory_says_so() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    limiter = RedisLimiter(redis)
    assert [await limiter.allow("k", limit=1, per=SECOND) for _ in range(2)] == [True, False]
    with pytest.raises(Unavailable):
        await RedisMemory(redis).get("k")
    wire = RedisWire(redis, listener=redis, tasks=Tasks())
    async with wire.listening("t") as payloads:
        await wire.publish("t", b"here at least")
        assert await anext(payloads) == b"here at least"
    await redis.aclose()


async def test_a_redis_that_hangs_is_given_up_in_a_fifth_of_a_second() -> None:
    # Given a server that takes the connection and never says a word
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    redis = Redis.from_url(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    # When something is asked of it, then the answer is that it is not available, soon
    async with asyncio.timeout(2):
        with pytest.raises(Unavailable):
            await RedisMemory(redis).get("k")
    await redis.aclose()
    server.close()
    await asyncio.sleep(0.01)
