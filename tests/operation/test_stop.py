"""A stop cuts nobody off: what is under way is answered, sockets are told, and the process is gone in time."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType
from yarl import URL

from tests.support.live import Live, serving
from tests.support.pictures import a_picture

GONE_WITHIN_S = 10


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with serving(tmp_path) as live:
        yield live


async def test_at_sigterm_what_is_under_way_is_answered_and_sockets_are_told(live: Live) -> None:
    url = URL(live.url)
    async with ClientSession() as session:
        async with session.post(f"{live.url}/api/v1/guests", json={}) as answer:
            auth = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        async with session.post(f"{live.url}/api/v1/stream/tickets", headers=auth) as answer:
            ticket = (await answer.json())["ticket"]
        async with session.ws_connect(f"{live.url}/api/v1/stream?ticket={ticket}") as socket:
            # Given an open stream, and an upload of which half is there
            picture = a_picture(size=(400, 300))
            reader, writer = await asyncio.open_connection(url.host, url.port)
            head = f"POST /api/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: {auth['Authorization']}\r\n"
            writer.write(f"{head}Content-Length: {len(picture)}\r\n\r\n".encode() + picture[:100])
            await writer.drain()
            async with session.get(f"{live.url}/health/live"):
                pass
            # When the process is told to stop
            live.process.send_signal(signal.SIGTERM)
            # Then the socket hears it
            async with asyncio.timeout(5):
                goodbye = await socket.receive()
            assert (goodbye.type, goodbye.data) == (WSMsgType.CLOSE, 1001)
            # And the upload is taken to its end
            writer.write(picture[100:])
            async with asyncio.timeout(5):
                assert (await reader.readline()).startswith(b"HTTP/1.1 201 ")
            writer.close()
    assert await asyncio.to_thread(live.process.wait, GONE_WITHIN_S) == 0
    assert '"event": "stopping"' in live.log()
    assert "Traceback" not in live.log()


async def test_a_client_that_never_ends_its_request_does_not_hold_up_the_stop_for_ever(tmp_path: Path) -> None:
    with serving(tmp_path, QD_SERVER__STOP_WITHIN_S="1") as live:
        url = URL(live.url)
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
        await writer.drain()
        async with ClientSession() as session, session.get(f"{live.url}/health/live"):
            pass
        live.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(live.process.wait, GONE_WITHIN_S) == 0
        assert "connection cut at the stop" in live.log()
        writer.close()
