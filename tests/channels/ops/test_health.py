"""Alive is not ready, and ready is only said after the store has answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from sanic import Blueprint, Sanic

from channels.ops.health import READY_WITHIN_S, Health
from services.database.collection import StoreUnavailable
from tests.support.database import fresh_database
from tests.support.running import running


class Store:
    """A store that answers, fails or hangs as it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def ping(self) -> None:
        """Answer."""
        await self.answers.wait()
        if self.error is not None:
            raise self.error


@asynccontextmanager
async def asking(health: Health) -> AsyncIterator["Asking"]:
    app = await asyncio.to_thread(application, health)
    async with running(app) as url, ClientSession() as session:
        yield Asking(url, session)


def application(health: Health) -> Sanic:  # type: ignore[type-arg]  # its context does not matter here
    app = Sanic(f"health-{uuid4().hex}", configure_logging=False)
    blueprint = Blueprint("ops")
    health.mount(blueprint)
    app.blueprint(blueprint)
    return app


class Asking:
    def __init__(self, url: str, session: ClientSession) -> None:
        self._url = url
        self._session = session

    async def get(self, path: str) -> tuple[int, object]:
        async with self._session.get(f"{self._url}/health/{path}") as answer:
            return answer.status, await answer.json()


async def test_a_real_store_that_is_open_is_ready() -> None:
    async with fresh_database() as database:
        await database.open()
        async with asking(Health(database=database)) as ask:
            assert await ask.get("ready") == (200, {"ready": True})
            assert await ask.get("live") == (200, {"live": True})


@pytest.mark.parametrize("is_hanging", [False, True])
async def test_a_store_that_fails_or_hangs_is_not_ready_but_the_process_lives(*, is_hanging: bool) -> None:
    store = Store()
    async with asking(Health(database=store)) as ask:  # type: ignore[arg-type]  # only pinged
        # Given a store that does not answer
        store.error = StoreUnavailable("held")
        if is_hanging:
            store.answers.clear()
        # Then it is said within the second that is given to it
        async with asyncio.timeout(READY_WITHIN_S + 1):
            assert await ask.get("ready") == (503, {"ready": False, "why": "store"})
        assert await ask.get("live") == (200, {"live": True})
        # When it answers again, then it is ready again
        store.error = None
        store.answers.set()
        assert await ask.get("ready") == (200, {"ready": True})


async def test_a_process_that_stops_is_not_ready_whatever_the_store_says() -> None:
    health = Health(database=Store())  # type: ignore[arg-type]  # only pinged
    async with asking(health) as ask:
        health.stop()
        assert await ask.get("ready") == (503, {"ready": False, "why": "stopping"})
        assert await ask.get("live") == (200, {"live": True})
