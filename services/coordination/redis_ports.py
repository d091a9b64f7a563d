"""The ports served by Redis, for several processes. Every key ends by itself; nothing here is the truth.

When Redis is down the limiter counts in this process (never open), memory and leases say `Unavailable` where their
caller must know, and bell and fan-out fall silent: their listeners poll.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.coordination.in_process import InProcessBell, InProcessFanout, InProcessLimiter
from services.errors import Unavailable
from services.tasks import Tasks

log = structlog.get_logger()

PATIENCE_S = 0.2
"""How long a value may take: the platform waits five seconds for everything together."""
RETRY_S = 1.0
"""Between two tries to listen again."""

_COUNT = """
local now = redis.call('TIME')
local micros = now[1] * 1000000 + now[2]
local per = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, micros - per)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], micros, ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.ceil(per / 1000))
return 1
"""
_DROP = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class RedisLimiter:
    """A sliding count shared by all processes."""

    def __init__(self, redis: Redis, *, prefix: str = "qd:") -> None:
        """Count under a prefix; count alone while Redis is down."""
        self._count = redis.register_script(_COUNT)
        self._redis = redis
        self._prefix = f"{prefix}limit:"
        self._alone = InProcessLimiter()

    async def allow(self, key: str, *, limit: int, per: timedelta) -> bool:
        """Count one use and tell whether it is still within the limit; 0 means no limit."""
        if not limit:
            return True
        arguments: list[str | int] = [limit, int(per.total_seconds() * 1_000_000), secrets.token_hex(8)]
        try:
            return bool(await self._count(keys=[self._prefix + key], args=arguments))
        except (RedisError, OSError):
            log.warning("limits are counted in this process alone")
            return await self._alone.allow(key, limit=limit, per=per)

    async def forget(self, key: str) -> None:
        """Begin counting a key anew."""
        await self._alone.forget(key)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.delete(self._prefix + key)


class RedisMemory:
    """Short-lived values shared by all processes."""

    def __init__(self, redis: Redis, *, prefix: str = "qd:") -> None:
        """Keep values under a prefix."""
        self._redis = redis
        self._prefix = f"{prefix}memory:"
        self._drop = redis.register_script(_DROP)

    async def get(self, key: str) -> str | None:
        """Return the value, or None when it is unknown or has run out."""
        async with _in_time():
            return _text(await self._redis.get(self._prefix + key))

    async def put(self, key: str, value: str, *, lasting: timedelta) -> None:
        """Keep a value for a while, replacing what was there."""
        async with _in_time():
            await self._redis.set(self._prefix + key, value, px=lasting)

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        """Keep the value unless the key is taken; return the value that holds now."""
        async with _in_time():
            held = await self._redis.set(self._prefix + key, value, px=lasting, nx=True, get=True)
            return _text(held) or value

    async def take(self, key: str) -> str | None:
        """Return the value and forget it, in one step: of two takers one gets it."""
        async with _in_time():
            return _text(await self._redis.getdel(self._prefix + key))

    async def drop(self, key: str, value: str) -> None:
        """Forget a key if it still holds exactly this value (compare and delete)."""
        async with _in_time():
            await self._drop(keys=[self._prefix + key], args=[value])


class RedisLeases:
    """Leases between processes."""

    def __init__(self, redis: Redis, *, prefix: str = "qd:") -> None:
        """Keep leases as short-lived values of their own."""
        self._memory = RedisMemory(redis, prefix=f"{prefix}lease:")

    async def acquire(self, name: str, *, lasting: timedelta) -> str | None:
        """Return a token when the lease is free or has run out, else None."""
        token = secrets.token_hex(8)
        return token if await self._memory.put_first(name, token, lasting=lasting) == token else None

    async def release(self, name: str, token: str) -> None:
        """Give a lease back; a token that no longer holds it changes nothing."""
        await self._memory.drop(name, token)


class RedisWire:
    """Bell and fan-out between processes: one subscription, handed on to the listeners of this process."""

    def __init__(self, redis: Redis, *, listener: Redis, tasks: Tasks, prefix: str = "qd:") -> None:
        """Take one client to speak with (it has time-outs) and one to listen by (silence is no fault there)."""
        self._redis = redis
        self._listener = listener
        self._tasks = tasks
        self._bells = f"{prefix}bell:"
        self._topics = f"{prefix}topic:"
        self._bell = InProcessBell()
        self._fanout = InProcessFanout()
        self.is_listening = asyncio.Event()

    def ring(self, name: str) -> None:
        """Wake everybody who waits for the name, here and in other processes. Never blocks, never fails."""
        self._bell.ring(name)
        self._tasks.launch("ring", self._sent(self._bells + name, b""))

    async def heard(self, name: str, *, at_most: timedelta) -> bool:
        """Sleep until the name rings or the time is up; tell which. A ring since the last call counts."""
        return await self._bell.heard(name, at_most=at_most)

    async def publish(self, topic: str, payload: bytes) -> None:
        """Hand a payload to the present listeners of all processes; without Redis to those of this one."""
        if not await self._published(self._topics + topic, payload):
            await self._fanout.publish(topic, payload)

    @asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Listen from entering the context on."""
        async with self._fanout.listening(topic) as payloads:
            yield payloads

    async def run(self) -> None:
        """Hand on what other processes send, for ever; after a cut it listens again."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError):
                log.warning("not listening to other processes")
            self.is_listening.clear()
            await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        async with self._listener.pubsub() as subscription:
            await subscription.psubscribe(f"{self._bells}*", f"{self._topics}*")
            async for message in subscription.listen():
                if message["type"] == "psubscribe":
                    self.is_listening.set()
                elif message["type"] == "pmessage":
                    await self._hand_on(message["channel"].decode(), message["data"])

    async def _hand_on(self, channel: str, payload: bytes) -> None:
        if channel.startswith(self._bells):
            self._bell.ring(channel.removeprefix(self._bells))
        else:
            await self._fanout.publish(channel.removeprefix(self._topics), payload)

    async def _sent(self, channel: str, payload: bytes) -> None:
        _ = await self._published(channel, payload)

    async def _published(self, channel: str, payload: bytes) -> bool:
        if not self.is_listening.is_set():
            return False
        try:
            await self._redis.publish(channel, payload)
        except (RedisError, OSError):
            return False
        return True


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("Redis is down") from error


def _text(value: bytes | str | bool | None) -> str | None:  # noqa: FBT001 - as the library types its answers
    return value.decode() if isinstance(value, bytes) else None
