"""Serve the channel around the fakes, and call it as the platform does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession
from msgspec import Struct
from sanic import Sanic

from channels.wechat.callback import CallbackPorts, Callbacks, blueprint
from channels.wechat.progress import Progress
from channels.wechat.replay import Replays
from channels.wechat.settings import Account
from services.conversations.message import Inbound
from services.coordination.in_process import InProcessMemory
from tests.channels.wechat import platform
from tests.channels.wechat.fakes import FakeInbox, FakePorts, SetClock, an_account
from tests.support.running import running

PAGES = "https://qd.example.test"


class Call(Struct):
    """One call of the platform."""

    path: str
    body: bytes


class Served:
    """The channel at an address, with everything behind it in reach."""

    progress: Progress

    def __init__(
        self, url: str, session: ClientSession, *, inbox: FakeInbox, ports: FakePorts, clock: SetClock
    ) -> None:
        self.url = url
        self.session = session
        self.inbox = inbox
        self.ports = ports
        self.clock = clock

    @property
    def received(self) -> list[Inbound]:
        return self.inbox.received

    async def post(self, path: str, body: bytes, **headers: str) -> tuple[int, str]:
        async with self.session.post(self.url + path, data=body, headers=headers) as response:
            return response.status, await response.text()

    async def plain(self, body: bytes, *, nonce: str = "n0nce", account: str = "main") -> tuple[int, str]:
        """Post a body in plain mode and return status and text of the answer."""
        return await self.post(platform.path(platform.query(nonce=nonce), account), body)

    def text(self, body: str, *, key: str, stamp: str = "n0nce") -> Call:
        return Call(*platform.sealed(platform.body(Content=body, MsgId=key), nonce=stamp))

    def forged(self) -> Call:
        encrypted = platform.encrypt(platform.body())
        body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
        return Call(platform.path(platform.query(token="another", encrypted=encrypted)), body)

    def unknown_kind(self) -> Call:
        return Call(*platform.sealed(platform.body("brandnew", MsgId="9")))

    def oversized(self) -> Call:
        return Call(*platform.sealed(platform.body(Content="a" * 70_000)))

    def text_of(self, answer: bytes) -> str:
        return platform.reply(answer).get("Content", "")

    def is_acknowledged(self, answer: bytes) -> bool:
        return answer == b"success" or answer.startswith(b"<xml>")


@asynccontextmanager
async def serving(
    *accounts: Account, inbox: FakeInbox | None = None, public_url: str = PAGES, access_log: bool = False
) -> AsyncIterator[Served]:
    """Serve these accounts (one in safe mode when none is named)."""
    inbox, ports, clock = inbox or FakeInbox(), FakePorts(), SetClock()
    named: Mapping[str, Account] = {account.name: account for account in accounts or (an_account(),)}
    memory = InProcessMemory()
    progress = Progress(memory)
    callback_ports = CallbackPorts(
        inbox=inbox,
        replays=Replays(memory),
        arrivals=ports,
        uploaded=ports,
        answers=ports,
        progress=progress,
        reports=ports,
        clock=clock,
    )
    # Sanic reads the source of a handler when it makes its route: in a thread, for the loop must not read files.
    app = await asyncio.to_thread(_application, Callbacks(named, ports=callback_ports, public_url=public_url))
    async with running(app, access_log=access_log) as url, ClientSession() as session:
        served = Served(url, session, inbox=inbox, ports=ports, clock=clock)
        served.progress = progress
        yield served


def _application(callbacks: Callbacks) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic(f"wechat-{uuid4().hex}", configure_logging=False)
    app.blueprint(blueprint(callbacks))
    return app
