"""Serve the whole system inside a test: the real wiring of server.py on a fresh store and a free port.

Tests of one file share one system and one event loop::

    from tests.support.system import system as system

    pytestmark = pytest.mark.asyncio(loop_scope="session")
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pytest_asyncio
from aiohttp import ClientSession
from msgspec import Struct
from yarl import URL

import server
from assembly.settings import Settings, read_settings
from channels.serving import Listening
from services.identity.staff import Role
from simulators.demonstration import open_accounts
from tests.support.database import fast_folder
from tests.support.dictionary import warmed
from tests.support.live import PASSWORD
from tests.support.servers import HOST, free_port

DEPARTMENT = "cgj"
DEPARTMENT_ACCOUNT = "lamps1"


class Answer(Struct, frozen=True, kw_only=True):
    """One answer: its status, its headers with small names, its body as it came and decoded from JSON."""

    status: int
    headers: dict[str, str]
    data: bytes
    body: Any


class Client:
    """Call the JSON API as a plain client."""

    def __init__(self, url: str, session: ClientSession, token: str = "") -> None:
        self.url = url
        self.session = session
        self.token = token

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to one call; ``data`` is sent as it is, ``body`` as JSON."""
        raw = json.dumps(body).encode() if body is not None else data and io.BytesIO(data)
        own = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, data=raw, headers={**own, **(headers or {})}) as answer:
            got = await answer.read()
            is_json = got and "json" in answer.headers.get("Content-Type", "")
            return Answer(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                data=got,
                body=json.loads(got) if is_json else None,
            )

    def holding(self, token: str) -> Self:
        """Return a client with another token."""
        return type(self)(self.url, self.session, token)

    async def guest(self) -> Self:
        """Return a client with a new guest's token."""
        return self.holding((await self.call("POST", "/api/v1/guests", {})).body["token"])

    async def staff(self, name: str) -> Self:
        """Return a client signed in at the desk."""
        signed = await self.call("POST", "/desk/api/v1/sessions", {"name": name, "password": PASSWORD})
        return self.holding(signed.body["token"])


class Running(Struct, frozen=True, kw_only=True):
    """A system that serves: its parts, a client of it, and the folder of its store."""

    system: server.System
    client: Client
    folder: Path


def settings_for(folder: Path, **environment: str) -> Settings:
    """Return the settings of a demonstration on a store in a folder; more are given as the environment has them."""
    given = {
        "QD_SERVER__DEMO": "true",
        "QD_SERVER__HOST": HOST,
        "QD_SERVER__PORT": str(free_port()),
        "QD_DEMO__PASSWORD": PASSWORD,
        "QD_STORE__URL": f"sqlite:///{folder}/system.db",
        "QD_STORE__FILES": str(warmed(folder)),
        "QD_LIMITS__MESSAGES_PER_MINUTE": "0",
        "QD_LOG__ACCESS": "false",
        **environment,
    }
    return read_settings(given)


@asynccontextmanager
async def serving_system(folder: Path, **environment: str) -> AsyncIterator[Running]:
    """Build, start and serve a system as server.py does, without its signals; it stops at the end."""
    settings = await asyncio.to_thread(settings_for, folder, **environment)
    system = await server.build(settings, name=f"system-{uuid4().hex}")
    # Sanic rewrites its own methods at every start, which works once in a process.
    system.app.config.TOUCHUP = False
    listening = Listening(system.app, host=settings.server.host, port=settings.server.port)
    try:
        await open_accounts(system.services.staff, settings.demo, is_demo=True)
        await system.services.staff.set_account(
            DEPARTMENT_ACCOUNT, PASSWORD, role=Role.DEPARTMENT, department=DEPARTMENT
        )
        await server.start(system)
        await listening.start()
        async with ClientSession() as session:
            yield Running(system=system, client=Client(settings.server.outside, session), folder=folder)
    finally:
        system.streams.close_all()
        await listening.stop(within_s=2)
        await server.stop(system)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system() -> AsyncIterator[Running]:
    """Give one system for the whole session; tests bring their own guests and must not count on an empty store."""
    with fast_folder() as folder:
        async with serving_system(folder) as running:
            yield running
