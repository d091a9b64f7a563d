"""Bytes on a socket that are no request, or nearly one: a 4xx or a clean close, never a 500, and the server goes on."""

import asyncio
import random
import re

import pytest
from yarl import URL

from tests.support.system import Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOST = b"Host: x\r\n"
CONTROLS = bytes((*range(0x20), 0x7F))
PATHS = (b"/health/live", b"/api/v1/items?q=x", b"/wechat/main?signature=x", b"/g/x", b"/desk/api/v1/sessions", b"/h5/")
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
LONGEST_S = 30
SOON_S = 1.0
"""How long a request that may be half of one is waited for; an answer that takes longer is one we do not see."""


async def exchanged(client: Client, *pieces: bytes, patience_s: float = LONGEST_S) -> bytes:
    """Send bytes and return everything the server said until it closed.

    When it says nothing more for ``patience_s``, it is told that nothing more comes either.
    """
    url = URL(client.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    said = b""
    try:
        writer.writelines(pieces)
        try:
            async with asyncio.timeout(patience_s):
                while got := await reader.read(65_536):
                    said += got
        except TimeoutError:
            writer.write_eof()
        async with asyncio.timeout(LONGEST_S):
            said += await reader.read()
    except ConnectionError:
        pass
    finally:
        writer.close()
    return said


def statuses(said: bytes) -> list[int]:
    return [int(status) for status in _STATUS.findall(said)]


@pytest.mark.parametrize("control", [bytes([number]) for number in CONTROLS if number not in b"\r\n"])
async def test_a_control_byte_in_an_address_is_a_400_in_our_form(system: Running, control: bytes) -> None:
    for address in (b"/health/" + control + b"live", b"/health/live?a=" + control, b"/wechat/main?nonce=" + control):
        said = await exchanged(system.client, b"GET " + address + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        assert said.startswith(b"HTTP/1.1 400 ")
        assert b"\r\ncontent-type: application/problem+json" in said
        assert b'"code":"request.malformed"' in said


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nContent-Length : 39",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX: a\nContent-Length: 39",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX: a\rTransfer-Encoding: chunked",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX: a\r\n Content-Length: 39",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\n\tX: a",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\n: a",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX(y): a",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX\xff: a",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nX: a\x00b",
        b"POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nHost: y",
        b"POST /api/v1/guests HTTP/1.1",
        b"PO\x00ST /api/v1/guests HTTP/1.1\r\nHost: x",
        b"POST /api/v1/guests HTTP/1.2\r\nHost: x",
    ],
)
async def test_a_head_that_two_readers_could_read_differently_is_refused_and_nothing_after_it_is_read(
    system: Running, head: bytes
) -> None:
    hidden = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    assert statuses(await exchanged(system.client, head + b"\r\n\r\n" + hidden)) == [400]


@pytest.mark.parametrize("value", [b"\xff\xfe", "中文".encode(), b"\xed\xa0\x80", b"a" * 8_000, b"", b"%00"])
@pytest.mark.parametrize("name", [b"Authorization", b"Cookie", b"X-Forwarded-For", b"Content-Type", b"Idempotency-Key"])
async def test_a_header_with_any_value_breaks_nothing(system: Running, name: bytes, value: bytes) -> None:
    body = b'{"kind":"help","text":"x","place":{"text":"y"}}'
    for path in (b"/api/v1/petitions", b"/desk/api/v1/sessions", b"/departments/api/v1/petitions", b"/api/v1/media"):
        head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n" % len(body)
        held = b"Bearer " + value if name == b"Authorization" else value
        said = await exchanged(system.client, head + name + b": " + held + b"\r\n\r\n" + body)
        assert all(400 <= status < 500 for status in statuses(said)), said
        assert said


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nab\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"2_0\r\nab\r\n0\r\n\r\n",
        b"2\r\n{}XX0\r\n\r\n",
        b"ffffffffffffffff\r\n{}",
        b"9" * 200,
        b"2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
        b"\x00\x00",
        b";" * 100,
    ],
)
async def test_a_chunk_that_is_none_is_refused_and_nothing_after_it_is_read(system: Running, chunks: bytes) -> None:
    head = b"POST /desk/api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = await exchanged(system.client, head + chunks + b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
    assert all(400 <= status < 500 for status in statuses(said)), said
    assert len(statuses(said)) <= 1


def odd_request(chance: random.Random) -> bytes:
    """Return a request with something wrong, or bytes that are none; ``chance`` decides on everything."""
    method = chance.choice([b"GET", b"POST", b"PUT", b"BREW", b"get", b"", b"M" * 300, b"G T", chance.randbytes(4)])
    path = chance.choice(PATHS)
    at = chance.randrange(len(path) + 1)
    junk = chance.choice(
        [b"", chance.randbytes(3), b"%", b"%ff%fe", b"\xff", b"/../", b"//", b"#", b"?" * 50, b"x" * 9_000]
    )
    version = chance.choice([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/3", b"HTTP", b"", chance.randbytes(5)])
    fields = chance.choices(
        [
            b"Host: x",
            b"Content-Length: 2",
            b"Content-Length: 99999999999999999999",
            b"Content-Length: 0x2",
            b"Transfer-Encoding: chunked",
            b"Transfer-Encoding: gzip, chunked",
            b"Expect: 100-continue",
            b"Connection: upgrade",
            b"Upgrade: websocket",
            b"Sec-WebSocket-Key: " + chance.randbytes(6),
            b"Range: bytes=9-1",
            b"If-None-Match: \xff",
            b"If-Modified-Since: yesterday",
            b"Accept-Encoding: \xf0\x9f\x98\x80",
            b"Content-Type: multipart/form-data; boundary=" + chance.randbytes(3),
            b"X" * 20_000 + b": 1",
            chance.randbytes(12),
        ],
        k=chance.randrange(7),
    )
    ending = chance.choice([b"\r\n\r\n", b"\n\n", b"\r\n", b""])
    body = chance.choice([b"", b"{}", b"0\r\n\r\n", chance.randbytes(50)])
    line = b" ".join((method, path[:at] + junk + path[at:], version))
    return b"\r\n".join((line, *fields)) + ending + body


@pytest.mark.parametrize("seed", range(8))
async def test_odd_requests_get_an_answer_or_a_close_and_the_server_goes_on(system: Running, seed: int) -> None:
    chance = random.Random(seed)
    requests = [odd_request(chance) for _ in range(50)]
    heard = await asyncio.gather(*(exchanged(system.client, one, patience_s=SOON_S) for one in requests))
    for request, said in zip(requests, heard, strict=True):
        # Whatever was said was an answer of HTTP, or nothing at all
        assert not said or statuses(said), request
        assert all(status < 500 for status in statuses(said)), request
    assert (await system.client.call("GET", "/health/live")).status == 200


async def test_random_bytes_in_pieces_end_the_same_way(system: Running) -> None:
    chance = random.Random(1)
    noises = [[chance.randbytes(chance.randrange(1, 40)) for _ in range(5)] for _ in range(50)]
    heard = await asyncio.gather(*(exchanged(system.client, *noise, patience_s=SOON_S) for noise in noises))
    assert all(400 <= status < 500 for said in heard for status in statuses(said))
    assert (await system.client.call("GET", "/health/live")).status == 200
