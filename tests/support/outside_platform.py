"""Stand where WeChat's interfaces stand, count what arrives, and fail as told. Imports nothing of ours.

Written from reference channels.md 1.3 to 1.5: errors come with HTTP 200, a template message is sent once per person and
``client_msg_id`` for ten minutes, a customer message has no key at all.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.support.servers import HOST

DEDUPED_FOR_S = 600.0
Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""Asked before each call but the token's: returns an answer instead of the platform's own, or None; may wait or raise."""


class OutsidePlatform:
    """The platform's interfaces for any account, with everything that came in."""

    def __init__(self) -> None:
        self.customer: list[tuple[str, str]] = []
        """Person and content of each customer message that was shown to somebody."""
        self.templates: list[tuple[str, str]] = []
        """Person and ``client_msg_id`` of each template message that was shown to somebody."""
        self.template_calls: Counter[str] = Counter()
        self.tokens_fetched = 0
        self.calls = 0
        self.open_now = 0
        self.open_most = 0
        self.token = "token-1"
        self.latency_s = 0.0
        self.fault: Fault | None = None
        self.url = ""
        self._changed = asyncio.Event()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["OutsidePlatform"]:
        """Listen on a free loopback port while the block lasts."""
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._faulty(self._custom))
        app.router.add_post("/cgi-bin/message/template/send", self._faulty(self._template))
        app.router.add_post("/cgi-bin/{rest:.*}", self._anything)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        self.url = f"http://{HOST}:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def customer_to(self, openid: str) -> list[str]:
        """Return what a person was sent as customer messages, in order."""
        return [content for person, content in self.customer if person == openid]

    async def until(self, is_so: Callable[[], bool], *, within_s: float = 20.0) -> None:
        """Wait until something is so; looked at whenever a message was handed in or shown."""
        async with asyncio.timeout(within_s):
            while not is_so():
                self._changed.clear()
                _ = await self._changed.wait()

    async def _stable_token(self, _: web.Request) -> web.Response:
        self.tokens_fetched += 1
        return web.json_response({"access_token": self.token, "expires_in": 7200})

    async def _anything(self, _: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _custom(self, body: dict[str, Any]) -> web.Response:
        self.customer.append((body["touser"], str(body.get(body["msgtype"]))))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _template(self, body: dict[str, Any]) -> web.Response:
        key = (body["touser"], body["client_msg_id"])
        self.template_calls[key[1]] += 1
        at, number = self._seen.get(key, (0.0, 0))
        if not number or time.monotonic() - at > DEDUPED_FOR_S:
            number = len(self._seen) + 1
            self._seen[key] = (time.monotonic(), number)
            self.templates.append(key)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": number})

    def _faulty(
        self, handle: Callable[[dict[str, Any]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def call(request: web.Request) -> web.StreamResponse:
            self.calls += 1
            self._changed.set()
            self.open_now += 1
            self.open_most = max(self.open_most, self.open_now)
            try:
                return await self._answered(request, handle)
            finally:
                self.open_now -= 1
                self._changed.set()

        return call

    async def _answered(
        self, request: web.Request, handle: Callable[[dict[str, Any]], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        body = await request.json()
        if self.fault is not None and (instead := await self.fault(request)) is not None:
            return instead
        if request.query.get("access_token") != self.token:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        answer = await handle(body)
        self._changed.set()
        await asyncio.sleep(self.latency_s)
        return answer


def errcode(code: int) -> Fault:
    """Return the fault that answers every call with one of the platform's error codes."""

    async def fault(_: web.Request) -> web.Response:
        return web.json_response({"errcode": code, "errmsg": "as told"})

    return fault
