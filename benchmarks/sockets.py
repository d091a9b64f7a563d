"""Measure what an open stream costs: ``python -m benchmarks.sockets``; the goal is 40 KB a socket (design 7).

Guests are made and tickets drawn by HTTP, then raw sockets do the handshake and stay open. Memory is the server's resident
set before and after; the clients cost nothing there, for they live in this process.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from aiohttp import ClientSession
from msgspec import Struct

from benchmarks.processes import HOST, Running, python, running

GOAL_KB = 40.0
AT_ONCE = 50
ENVIRONMENT = {
    "QD_SERVER__DEMO": "true",
    "QD_SERVER__PORT": "{port}",
    "QD_STORE__URL": "sqlite:///{folder}/bench.db",
    "QD_STORE__FILES": "{folder}",
    "QD_LOG__ACCESS": "false",
}


class Opened(Struct, frozen=True, kw_only=True):
    """What so many sockets cost."""

    sockets: int
    kb_each: float
    opened_per_second: float
    idle_cpu_percent: float


T = TypeVar("T")
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def measured(server: Running, count: int) -> Opened:
    """Open so many streams, look at the memory, and close them."""
    url = f"http://{HOST}:{server.port}"
    async with ClientSession() as session:
        tickets = await _tickets(session, url, count=count)
        before, began = server.resident_mb(), time.monotonic()
        lines = await _in_portions([_opened(server.port, ticket) for ticket in tickets])
        took = time.monotonic() - began
        # Long enough for every socket's first ping
        busy, since = server.cpu_seconds(), time.monotonic()
        await asyncio.sleep(20)
        idle = (server.cpu_seconds() - busy) / (time.monotonic() - since)
        each = (server.resident_mb() - before) * 1024 / count
    for _, writer in lines:
        writer.close()
    return Opened(
        sockets=count,
        kb_each=round(each, 1),
        opened_per_second=round(count / took, 1),
        idle_cpu_percent=round(100 * idle, 1),
    )


async def _tickets(session: ClientSession, url: str, *, count: int) -> list[str]:
    """Draw a ticket for each socket; one guest may hold many of them."""
    async with session.post(f"{url}/api/v1/guests", json={}) as answer:
        auth = {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def draw() -> str:
        async with session.post(f"{url}/api/v1/stream/tickets", headers=auth) as answer:
            return str((await answer.json())["ticket"])

    return await _in_portions([draw() for _ in range(count)])


async def _opened(port: int, ticket: str) -> Line:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(
        f"GET /api/v1/stream?ticket={ticket} HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    if not answer.startswith(b"HTTP/1.1 101 "):
        raise RuntimeError(answer.decode())
    return reader, writer


async def _in_portions(work: Sequence[Coroutine[None, None, T]]) -> list[T]:
    results: list[T] = []
    for start in range(0, len(work), AT_ONCE):
        results += await asyncio.gather(*work[start : start + AT_ONCE])
    return results


def main() -> int:
    """Measure and print; 1 when a socket costs more than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=2_000)
    count: int = parser.parse_args().sockets
    with running([python(), "server.py"], environment=ENVIRONMENT) as server:
        opened = asyncio.run(measured(server, count))
    print(json.dumps({**{name: getattr(opened, name) for name in opened.__struct_fields__}, "goal_kb": GOAL_KB}))
    return int(opened.kb_each > GOAL_KB)


if __name__ == "__main__":
    sys.exit(main())
