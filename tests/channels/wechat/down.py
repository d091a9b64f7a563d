"""A shared memory and its leases while Redis is down."""

from datetime import timedelta

from services.errors import Unavailable


class DownMemory:
    """Say Unavailable to everything."""

    async def get(self, key: str) -> str | None:
        raise Unavailable("redis")

    async def put(self, key: str, value: str, *, lasting: timedelta) -> None:
        raise Unavailable("redis")

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        raise Unavailable("redis")

    async def take(self, key: str) -> str | None:
        raise Unavailable("redis")

    async def drop(self, key: str, value: str) -> None:
        raise Unavailable("redis")


class DownLeases:
    """Say Unavailable to everything."""

    async def acquire(self, name: str, *, lasting: timedelta) -> str | None:
        raise Unavailable("redis")

    async def release(self, name: str, token: str) -> None:
        raise Unavailable("redis")
