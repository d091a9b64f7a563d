"""What happens around every request: a clean context with an id, an access line, a body that is not too large."""

import time

import structlog
from sanic import Request, Sanic
from sanic.exceptions import PayloadTooLarge
from sanic.response import BaseHTTPResponse

log = structlog.get_logger("access")

JSON_LIMIT = 256 * 1024


def watch_requests(app: Sanic, *, access_log: bool) -> None:  # type: ignore[type-arg]  # config and ctx are Sanic's own defaults
    """Register the two middlewares; ``access_log`` also writes one line for each request."""

    async def begin(request: Request) -> None:
        # A kept-alive connection still has the last request's variables (reference: codebases.md 4).
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(request.id))
        request.ctx.began = time.perf_counter()
        if len(request.body or b"") > JSON_LIMIT:
            raise PayloadTooLarge("body over the limit of JSON calls")

    async def end(request: Request, response: BaseHTTPResponse) -> None:
        response.headers.setdefault("X-Request-Id", str(request.id))
        if access_log:
            took = time.perf_counter() - getattr(request.ctx, "began", time.perf_counter())
            # The path alone: query strings hold signatures, query keys and tickets.
            log.info(
                "request", method=request.method, path=request.path, status=response.status, ms=round(took * 1000, 2)
            )

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
