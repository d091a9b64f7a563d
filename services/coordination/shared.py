"""Choose who serves the ports: this process alone, or Redis for several."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from services.coordination.in_process import (
    InProcessBell,
    InProcessFanout,
    InProcessLeases,
    InProcessLimiter,
    InProcessMemory,
)
from services.coordination.ports import Bell, Fanout, Leases, Limiter, Memory
from services.tasks import Tasks


class Shared(Struct, frozen=True, kw_only=True):
    """Everything the parts, and the processes, tell each other by."""

    bell: Bell
    fanout: Fanout
    limiter: Limiter
    leases: Leases
    memory: Memory
    close: Callable[[], Awaitable[None]]


def shared_by(redis_url: str, *, tasks: Tasks) -> Shared:
    """Return the ports over Redis, or within this process when no URL is given.

    Call it in a running loop: with Redis, listening to the other processes begins here.
    """
    if not redis_url:
        return Shared(
            bell=InProcessBell(),
            fanout=InProcessFanout(),
            limiter=InProcessLimiter(),
            leases=InProcessLeases(),
            memory=InProcessMemory(),
            close=_nothing,
        )
    return _over_redis(redis_url, tasks=tasks)


def _over_redis(redis_url: str, *, tasks: Tasks) -> Shared:
    # The client is 7 MB of memory that nobody needs who runs one process.
    from redis.asyncio import Redis  # noqa: PLC0415 - see above

    from services.coordination.redis_ports import (  # noqa: PLC0415 - see above
        RedisLeases,
        RedisLimiter,
        RedisMemory,
        RedisWire,
    )

    redis = Redis.from_url(redis_url, socket_connect_timeout=0.3, socket_timeout=0.5)
    listener = Redis.from_url(redis_url, socket_connect_timeout=1)
    wire = RedisWire(redis, listener=listener, tasks=tasks)
    tasks.launch("redis wire", wire.run())

    async def close() -> None:
        await redis.aclose()
        await listener.aclose()

    return Shared(
        bell=wire,
        fanout=wire,
        limiter=RedisLimiter(redis),
        leases=RedisLeases(redis),
        memory=RedisMemory(redis),
        close=close,
    )


async def _nothing() -> None:
    return
