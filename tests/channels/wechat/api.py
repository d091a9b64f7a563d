"""A small platform of the documents: it gives tokens, checks them, and answers as a test scripts it."""

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

from channels.wechat.client import WeChatClient
from channels.wechat.settings import Account
from channels.wechat.token import SharedCache, Tokens
from channels.wechat.transport import Transport
from services.coordination.in_process import InProcessLeases, InProcessMemory
from tests.channels.wechat.fakes import SetClock, an_account

TOKEN_PATH = "/cgi-bin/stable_token"
OK: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
Reply = web.StreamResponse | dict[str, object]


class Hang:
    """Script it to let a call hang until the test is over."""


class Drop:
    """Script it to cut the connection without an answer."""


class FakePlatform:
    """What was called, and what is answered next; unscripted calls get errcode 0."""

    def __init__(self) -> None:
        self.base = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.queries: list[dict[str, str]] = []
        self.fetches = 0
        self.lasts_s = 7_200
        self.refused: set[str] = set()
        self.over = asyncio.Event()
        self._script: dict[str, deque[object]] = defaultdict(deque)

    def script(self, path: str, *answers: object) -> None:
        """Answer the next calls of a path with these: a dict, an aiohttp response, bytes, Hang or Drop."""
        self._script[path].extend(answers)

    def count(self, path: str) -> int:
        return Counter(called for called, _ in self.calls)[path]

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == path]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        await self._note(request)
        answers = self._script[request.path]
        if answers:
            return await self._scripted(request, answers.popleft())
        if request.path == TOKEN_PATH:
            self.fetches += 1
            return web.json_response({"access_token": f"TOKEN-{self.fetches}", "expires_in": self.lasts_s})
        if request.query.get("access_token") in self.refused | {None}:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        return web.json_response(OK)

    async def _note(self, request: web.BaseRequest) -> None:
        raw = await request.read()
        is_json = request.content_type == "application/json" and raw
        self.calls.append((request.path, json.loads(raw) if is_json else {"raw": raw}))
        self.queries.append(dict(request.query))

    async def _scripted(self, request: web.BaseRequest, answer: object) -> web.StreamResponse:
        match answer:
            case Hang():
                await self.over.wait()
                return web.Response()
            case Drop():
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case bytes():
                return web.Response(body=answer, content_type="text/html")
            case web.StreamResponse():
                return answer
            case _:
                return web.json_response(answer)


class Reached:
    """A client and what it talks to."""

    def __init__(self, platform: FakePlatform, *, account: Account, session: ClientSession, limit_s: float) -> None:
        self.platform = platform
        self.account = account
        self.session = session
        self.clock = SetClock()
        self.memory = InProcessMemory()
        self.leases = InProcessLeases()
        self._limit_s = limit_s
        self.tokens = self.more_tokens()
        self.client = self.more_client(self.tokens)

    def transport(self) -> Transport:
        timeout = ClientTimeout(total=self._limit_s, sock_connect=self._limit_s)
        return Transport(self.session, api_base=self.account.api_base, timeout=timeout)

    def more_tokens(self) -> Tokens:
        """Return another process's keeper of the same token."""
        shared = SharedCache(memory=self.memory, leases=self.leases)
        return Tokens(self.account, transport=self.transport(), shared=shared, clock=self.clock)

    def more_client(self, tokens: Tokens) -> WeChatClient:
        return WeChatClient(transport=self.transport(), tokens=tokens, clock=self.clock)


@asynccontextmanager
async def reaching(*, limit_s: float = 5.0, **settings: object) -> AsyncIterator[Reached]:
    """Give a client of a fake platform; ``limit_s`` is the transport's own time limit."""
    platform = FakePlatform()
    async with _served(platform.handle) as base, ClientSession(connector=TCPConnector(limit=0)) as session:
        platform.base = base
        yield Reached(
            platform, account=an_account("main", **{"api_base": base, **settings}), session=session, limit_s=limit_s
        )
        platform.over.set()


@asynccontextmanager
async def _served(handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (address,) = runner.addresses
    try:
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        await runner.cleanup()
