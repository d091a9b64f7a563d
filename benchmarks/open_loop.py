"""Send at a fixed rate whatever the server does, and take each latency from the moment it was due."""

import asyncio
import time
from pathlib import Path

from msgspec import Struct

CONNECTIONS = 256


class Latencies(Struct, frozen=True, kw_only=True):
    """What an open-loop run saw; milliseconds."""

    rate: int
    sent: int
    wrong: int
    p50_ms: float
    p99_ms: float
    max_ms: float


async def run(port: int, file: Path, *, rate: int, seconds: float) -> Latencies:
    """Send the callbacks of a file at a rate over kept-alive connections."""
    lines = file.read_bytes().splitlines()[: int(rate * seconds)]
    pool: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    latencies: list[float] = []
    wrong = 0
    began = time.perf_counter() + 0.1

    async def one(number: int, line: bytes) -> None:
        nonlocal wrong
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        connection = await pool.get()
        status = await _exchange(*connection, line=line)
        pool.put_nowait(connection)
        latencies.append((time.perf_counter() - due) * 1000)
        wrong += status != b"200"

    async with asyncio.TaskGroup() as group:
        for number, line in enumerate(lines):
            _ = group.create_task(one(number, line))
    while not pool.empty():
        pool.get_nowait()[1].close()
    latencies.sort()
    return Latencies(
        rate=rate,
        sent=len(lines),
        wrong=wrong,
        p50_ms=round(latencies[len(latencies) // 2], 2),
        p99_ms=round(latencies[int(len(latencies) * 0.99)], 2),
        max_ms=round(latencies[-1], 2),
    )


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, line: bytes) -> bytes:
    path, _, body = line.partition(b"\t")
    writer.write(
        b"POST " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head.split(b" ", 2)[1]
