"""Serve the whole system inside a test with its two accounts led to an outside platform, so that faults can be put into it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, TCPConnector
from msgspec import Struct

from services.conversations.message import Inbound
from services.conversations.model import Conversation, Response
from tests.support.outside_platform import OutsidePlatform
from tests.support.outside_wechat import Account, Call, Heard, post, text_call
from tests.support.restarting import accounts_toml, plain_account, safe_account
from tests.support.servers import HOST
from tests.support.system import Client, Running, serving_system


class Town(Struct, frozen=True, kw_only=True):
    """A running system, the platform it sends to, and what the platform calls it with."""

    running: Running
    client: Client
    platform: OutsidePlatform
    safe: Account
    plain: Account
    session: ClientSession

    async def post(self, account: Account, call: Call, *, waits_s: float = 5.0) -> Heard:
        """Make one try of a callback."""
        return await post(self.session, account, call, waits_s=waits_s)

    async def say(self, openid: str, body: str, *, message_id: str) -> Heard:
        """Let a follower of the safe account write something."""
        return await self.post(self.safe, text_call(self.safe, openid, body, message_id=message_id))


@asynccontextmanager
async def outside_town(
    folder: Path, platform: OutsidePlatform, *, extra: str = "", **settings: str
) -> AsyncIterator[Town]:
    """Serve a system on the store of a folder while the block lasts."""
    file = folder / "accounts.toml"
    file.write_text(accounts_toml(platform.url) + extra, encoding="utf-8")
    # Whatever port it gets: links are part of an answer, and a restart must not change them.
    settings = {"QD_SERVER__PUBLIC_URL": "https://12345.example.test", **settings}
    async with serving_system(folder, QD_SETTINGS=str(file), **settings) as running:
        url = f"http://{HOST}:{running.system.ground.settings.server.port}"
        async with ClientSession(connector=TCPConnector(limit=0)) as session:
            safe, plain = safe_account(url), plain_account(url)
            yield Town(
                running=running, client=Client(url, session), platform=platform, safe=safe, plain=plain, session=session
            )


class Gate:
    """The system's own responder behind a gate that can be shut."""

    def __init__(self, town: Town) -> None:
        self._inner = town.running.system.inbox._responder
        town.running.system.inbox._responder = self
        self.asked = 0
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        """Let every answer hang from now on."""
        self._open.clear()

    def open(self) -> None:
        """Let the answers come."""
        self._open.set()

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Answer as the system does, once the gate is open."""
        self.asked += 1
        await self._open.wait()
        return await self._inner.respond(conversation, inbound)
