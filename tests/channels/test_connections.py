"""A connection on which bytes drip: header, body and unread rest each end in time."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import text

from channels.problem import answer as problem
from channels.requests import TimedRequest
from channels.serving import Listening
from tests.support.servers import HOST, free_port

DRIP_S = 0.05


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve one route that reads its body and one that refuses without reading it."""
    app = Sanic(f"timed-{uuid4().hex}", request_class=TimedRequest, configure_logging=False)
    app.config.update(
        REQUEST_TIMEOUT=0.3, KEEP_ALIVE_TIMEOUT=0.4, RESPONSE_TIMEOUT=10, TOUCHUP=False, ACCESS_LOG=False, MOTD=False
    )
    app.error_handler.add(Exception, problem)

    async def read(request: Request) -> HTTPResponse:
        return text(str(len(request.body)))

    async def refuse(_: Request) -> HTTPResponse:
        return text("no", status=401)

    app.add_route(read, "/read", methods=["POST"], name="read")
    app.add_route(refuse, "/refuse", methods=["POST"], stream=True, name="refuse")
    port = free_port()
    listening = Listening(app, host=HOST, port=port)
    await listening.start()
    yield port
    await listening.stop(within_s=1)


async def dripped(port: int, head: bytes, drip: bytes) -> bytes:
    """Send a head, then the drip again and again until the server closes; return everything it said."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(head)
    said = b""
    async with asyncio.timeout(5):
        while True:
            try:
                async with asyncio.timeout(DRIP_S):
                    piece = await reader.read(4_096)
            except TimeoutError:
                writer.write(drip)
                continue
            except ConnectionError:
                piece = b""
            if not piece:
                writer.close()
                return said
            said += piece


async def test_a_header_that_drips_ends_with_408(port: int) -> None:
    said = await dripped(port, b"POST /read HTTP/1.1\r\nHost: x\r\n", b"X-Drip: 1\r\n")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request.too_slow"' in said


async def test_a_second_request_on_a_kept_connection_has_its_header_timed_too(port: int) -> None:
    first = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    said = await dripped(port, first + b"POST /read HTTP/1.1\r\n", b"X-Drip: 1\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in said


async def test_a_body_that_drips_ends_with_408(port: int) -> None:
    said = await dripped(port, b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"x")
    assert said.startswith(b"HTTP/1.1 408 ")


async def test_a_rest_that_nobody_reads_is_not_waited_for_longer_than_for_the_next_request(port: int) -> None:
    said = await dripped(port, b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"x")
    assert said.startswith(b"HTTP/1.1 401 ")


async def test_a_header_in_pieces_but_in_time_is_served(port: int) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    for piece in (b"POST /re", b"ad HTTP/1.1\r\nHo", b"st: x\r\nContent-Length: 3\r\n\r\na", b"bc"):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    assert (await reader.readuntil(b"\r\n\r\n3")).startswith(b"HTTP/1.1 200 ")
    writer.close()
