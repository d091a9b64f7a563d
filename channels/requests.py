"""What happens around every request: a body in bounded time, a clean context with an id, an access line."""

import asyncio
import itertools
import secrets
import time
from types import SimpleNamespace
from typing import Any

import structlog
from sanic import Request, Sanic
from sanic.exceptions import RequestTimeout
from sanic.response import BaseHTTPResponse

from services.logs import REQUEST_ID

log = structlog.get_logger("access")

JSON_LIMIT = 256 * 1024
"""Bytes of a body; streaming routes (uploads, the WeChat callback) set their own limit."""

_PROCESS = secrets.token_hex(4)
_COUNT = itertools.count(1)


class TimedRequest(Request[Sanic[Any, Any], SimpleNamespace]):
    """A request whose whole body must be there within ``REQUEST_TIMEOUT``, however steadily it drips."""

    @classmethod
    def generate_id(cls, *_: object) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]  # Sanic declares no cls
        """Return an id for this request: one of this process, then a count; the logs need no more."""
        return f"{_PROCESS}-{next(_COUNT):x}"

    async def receive_body(self) -> None:
        """Receive the body, or give up on a sender that drips."""
        try:
            async with asyncio.timeout(self.app.config.REQUEST_TIMEOUT):
                await super().receive_body()  # type: ignore[no-untyped-call]  # Sanic annotates no return type here
        except TimeoutError:
            stream: Any = self.stream
            # Else the server would go on reading the rest at the sender's pace.
            stream.keep_alive, stream.request_body = False, None
            raise RequestTimeout("body takes too long") from None


def watch_requests(app: Sanic[Any, Any], *, access_log: bool) -> None:
    """Give every request a clean context with its id, and every answer the id; write a line each when asked to."""

    async def begin(request: Request) -> None:
        REQUEST_ID.set(str(request.id))
        request.ctx.began = time.perf_counter()

    async def end(request: Request, response: BaseHTTPResponse) -> None:
        response.headers.setdefault("X-Request-Id", str(request.id))

    async def write(request: Request, response: BaseHTTPResponse) -> None:
        now = time.perf_counter()
        took = now - getattr(request.ctx, "began", now)
        # The path alone: query strings hold signatures, query keys and tickets.
        log.info("request", method=request.method, path=request.path, status=response.status, ms=round(took * 1000, 2))

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
    if access_log:
        app.register_middleware(write, "response")
