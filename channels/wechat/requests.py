"""Read the two parts of a platform's call, query and body, within limits."""

import asyncio
from typing import Any
from urllib.parse import unquote_plus

from sanic import Request
from sanic.exceptions import PayloadTooLarge, SanicException

from channels.wechat.wire import Malformed
from services.errors import ServiceError

BODY_LIMIT = 64 * 1024
BODY_TIME_S = 3.0
"""Seconds a whole body may take: the server's own limit is an idle timer, which every byte resets."""


class TooLarge(ServiceError):
    """Refuse a body over the limit."""

    status = 413
    code = "wechat.too_large"
    title = "消息过大"


class TooSlow(ServiceError):
    """Refuse a body that drips."""

    status = 408
    code = "wechat.too_slow"
    title = "请求超时"


def read_query(query: str) -> dict[str, str]:
    """Return the parameters of a query string.

    Raises:
        Malformed: one is given twice: two readers would not agree on which one was signed.
    """
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in found:
            raise Malformed("a parameter twice")
        found[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return found


async def read_body(request: Request, *, within_s: float = BODY_TIME_S) -> bytes:
    """Return the body of a streaming request, at most 64 KB.

    Raises:
        TooLarge: it is, or announces to be, larger; nothing more of it is read.
        TooSlow: it did not come in time.
        Malformed: its transfer encoding is broken.
    """
    stream: Any = request.stream
    # The server lifts its own limit for streaming handlers.
    stream.request_max_size = BODY_LIMIT
    try:
        if _is_whole(stream):
            return _taken(stream)
        async with asyncio.timeout(within_s):
            return await _joined(stream)
    except PayloadTooLarge:
        raise TooLarge("body over 64 KB") from None
    except TimeoutError:
        # Else the server would go on reading the rest at the sender's pace.
        stream.keep_alive, stream.request_body = False, None
        raise TooSlow("body takes too long") from None
    except SanicException:
        raise Malformed("transfer encoding") from None


def _is_whole(stream: Any) -> bool:  # noqa: ANN401 - as below
    """Tell whether all of a body came with its head, as nearly always: nothing to wait for, so no clock to set."""
    at_hand = min(len(stream.recv_buffer), BODY_LIMIT)
    return stream.request_body is True and stream.request_bytes_left <= at_hand and not stream.expecting_continue


def _taken(stream: Any) -> bytes:  # noqa: ANN401 - as below
    """Take a whole body at once; Sanic's own way asks twice and makes a coroutine each time."""
    size = stream.request_bytes_left
    body = bytes(stream.recv_buffer[:size])
    del stream.recv_buffer[:size]
    stream.request_bytes_left, stream.request_body = 0, None
    return body


async def _joined(stream: Any) -> bytes:  # noqa: ANN401 - Sanic's own, without a public type
    chunks: list[bytes] = []
    while stream.request_body:
        if chunk := await stream.read():
            chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
