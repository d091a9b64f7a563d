"""What happens around every request: a body in bounded time, a clean context with an id, an access line."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import structlog
from sanic import Request, Sanic
from sanic.compat import Header
from sanic.exceptions import BadURL, RequestTimeout, URITooLong
from sanic.response import BaseHTTPResponse

from channels.head import check_head
from services.logs import REQUEST_ID

log = structlog.get_logger("access")

JSON_LIMIT = 256 * 1024
"""Bytes of a body; streaming routes (uploads, the WeChat callback) set their own limit."""

_PROCESS = secrets.token_hex(4)
_COUNT = itertools.count(1)

Watcher = Callable[["TimedRequest", BaseHTTPResponse], None]
"""Whoever is told of every answer just before it leaves; quick, and never fails."""


class TimedRequest(Request[Sanic[Any, Any], SimpleNamespace]):
    """A request with an id and a clock, whose head has one reading and whose body must be there within a time.

    The whole body within ``REQUEST_TIMEOUT``, however steadily it drips. Its id and its watchers are attended to here and
    not by middleware, whose calls would cost a tenth of a short answer.
    """

    __slots__ = ("began",)

    def __init__(self, url_bytes: bytes, headers: Header, **rest: Any) -> None:  # noqa: ANN401 - Sanic's own arguments
        """Begin the clock, and make the id that of every log line from here on.

        Without a head it stands in for a request that could not be read, so that it can be answered.

        Raises:
            BadRequest: the address or the head is none.
        """
        head: bytes = rest.get("head", b"")
        try:
            super().__init__(url_bytes, headers, **rest)
        except (BadURL, URITooLong):
            if head:
                raise
            # The stand-in, made to answer that the address is unreadable, would fail on it again and answer nothing.
            super().__init__(b"*", headers, **rest)
        if head:
            check_head(head, headers, version=rest["version"])
        self.began = time.perf_counter()
        self._id = f"{_PROCESS}-{next(_COUNT):x}"
        REQUEST_ID.set(self._id)

    @property
    def id(self) -> str:
        """Return the id of this request: one of this process, then a count; what the caller calls it is not taken over."""
        return str(self._id)

    async def respond(
        self,
        response: BaseHTTPResponse | None = None,
        *,
        status: int = 200,
        headers: Header | dict[str, str] | None = None,
        content_type: str | None = None,
    ) -> BaseHTTPResponse:
        """Give the answer the id, and tell the watchers."""
        answer = cast(
            "BaseHTTPResponse",
            await super().respond(response, status=status, headers=headers, content_type=content_type),
        )
        answer.headers["x-request-id"] = self.id
        for watcher in _watchers(self.app):
            watcher(self, answer)
        return answer

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


def watch_answers(app: Sanic[Any, Any], watcher: Watcher) -> None:
    """Tell a watcher of every answer of an application whose requests are `TimedRequest`."""
    app.ctx.watchers = (*_watchers(app), watcher)


def write_access_line(request: TimedRequest, response: BaseHTTPResponse) -> None:
    """Write one line for each answer."""
    took = time.perf_counter() - request.began
    # The path alone: query strings hold signatures, query keys and tickets.
    log.info("request", method=request.method, path=request.path, status=response.status, ms=round(took * 1000, 2))


def _watchers(app: Sanic[Any, Any]) -> tuple[Watcher, ...]:
    return getattr(app.ctx, "watchers", ())
