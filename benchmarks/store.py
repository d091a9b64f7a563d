"""Measure the SQLite store: ``python -m benchmarks.store [--seconds N] [--folder DIR]``.

Writes at synchronous=FULL by 1, 8 and 64 callers, by group commit and by a commit each (in a thread, so that the event
loop stays free, as a server must), interleaved; then the same load at fixed rates with a busy loop; then reads. Only
ratios travel from one machine to another.
"""

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvloop

from services.database.collection import Collection, Document, Index, Schema
from services.database.sqlite import SqliteDatabase
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_files import connect_writer
from services.database.sqlite_schema import prepare

CALLERS = (1, 8, 64)
ROUNDS = 3
RATES = (500, 2_000, 5_000)


class Message(Document, frozen=True, kw_only=True):
    """About 480 bytes of JSON, found by its citizen."""

    citizen: str
    text: str = "市" * 130


MESSAGES = Schema(name="messages", document=Message, indexes=(Index("citizen", ("citizen",)),))

Add = Callable[[Message], Awaitable[object]]


def main() -> None:
    """Measure everything and print one table after the other."""
    parser = argparse.ArgumentParser(description="Measure the SQLite store.")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--folder", type=Path, help="where the files are written: the disk to be measured")
    wishes = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=wishes.folder) as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        measure_disk(Path(folder))
        runner.run(measure_writes(Path(folder), wishes.seconds))
        runner.run(measure_rates(Path(folder), wishes.seconds))
        runner.run(measure_reads(Path(folder)))


def measure_disk(folder: Path) -> None:
    """Show what one fsync costs here, for all figures of writes hang on it."""
    with (folder / "disk").open("wb", buffering=0) as file:
        times = []
        for _ in range(200):
            file.write(bytes(4_096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    p50, p99 = _percentiles(times)
    print(f"fdatasync of 4 KB: p50 {p50:.2f} ms, p99 {p99:.2f} ms\n")


async def measure_writes(folder: Path, seconds: float) -> None:
    """Compare group commit with a commit for each write."""
    print(f"{'callers':>8} {'group commit/s':>15} {'p50 ms':>8} {'p99 ms':>8} {'commit each/s':>15} {'ratio':>6}")
    for callers in CALLERS:
        grouped: list[float] = []
        single: list[float] = []
        waits: list[float] = []
        for number in range(ROUNDS):
            store = SqliteDatabase(folder / f"grouped-{callers}-{number}.db")
            messages = store.collection(MESSAGES)
            await store.open()
            grouped.append(await _flood(messages.add, callers, seconds=seconds, waits=waits))
            await store.close()
            each = CommitEach(folder / f"single-{callers}-{number}.db")
            single.append(await _flood(each.add, callers, seconds=seconds, waits=[]))
            each.close()
        median, other = statistics.median(grouped), statistics.median(single)
        p50, p99 = _percentiles(waits)
        print(f"{callers:>8} {median:>15,.0f} {p50:>8.2f} {p99:>8.2f} {other:>15,.0f} {median / other:>6.1f}")


async def measure_rates(folder: Path, seconds: float) -> None:
    """Give the loop work at a fixed rate, 90 us of Python and two writes each, and see how long a write makes it wait."""
    print(
        f"\n{'requests/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8}   (each: 90 us of Python, one add, one save)"
    )
    store = SqliteDatabase(folder / "rates.db")
    messages = store.collection(MESSAGES)
    await store.open()
    for rate in RATES:
        waits = await _at_rate(messages, rate, seconds=seconds)
        p50, p99 = _percentiles(waits)
        print(f"{rate:>10} {p50:>8.2f} {p99:>8.2f} {max(waits) * 1_000:>8.2f}")
    await store.close()


async def measure_reads(folder: Path, count: int = 100_000) -> None:
    """Show what reading on the loop costs, one at a time."""
    store = SqliteDatabase(folder / "reads.db")
    messages = store.collection(MESSAGES)
    await store.open()
    for start in range(0, count, 500):
        await asyncio.gather(
            *(
                messages.add(Message(id=f"message-{n * 7_919 % count:06}", citizen=f"citizen-{n % 5_000}"))
                for n in range(start, start + 500)
            )
        )
    size_mb = (folder / "reads.db").stat().st_size / 1e6
    print(f"\nreads among {count:,} documents ({size_mb:,.0f} MB), us each")
    by_id = await _each(lambda n: messages.get(f"message-{n * 7_919 % count:06}"))
    latest = await _each(
        lambda n: messages.query("citizen", {"citizen": f"citizen-{n % 5_000}"}, descending=True, limit=20)
    )
    first = await _each(lambda n: messages.query("citizen", {"citizen": f"citizen-{n % 5_000}"}, limit=1))
    print(f"  by id {by_id:.1f}   latest 20 of a citizen {latest:.1f}   first of a citizen {first:.1f}")
    began = time.perf_counter()
    found = sum([1 async for _ in messages.scan()])
    print(f"  scan, off the loop: {found / (time.perf_counter() - began):,.0f} documents/s")
    await store.close()


class CommitEach:
    """Write the same rows by the same statements, one transaction each, in a thread."""

    def __init__(self, path: Path) -> None:
        self._collection = SqliteCollection(MESSAGES)
        self._connection = connect_writer(path, waits=True)
        prepare(self._connection, [self._collection])
        self._thread = ThreadPoolExecutor(1)

    async def add(self, message: Message) -> None:
        """Store a message in a transaction of its own."""
        codec = self._collection.codec
        row = (message.id, 1, *codec.columns(message), codec.encode(message.at_version(1)))
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, row)

    def close(self) -> None:
        """Release thread and file."""
        self._thread.shutdown()
        self._connection.close()

    def _write(self, row: tuple[str | int | bytes | None, ...]) -> sqlite3.Cursor:
        return self._connection.execute(self._collection.statements.add, row)  # autocommit


async def _flood(add: Add, callers: int, *, seconds: float, waits: list[float]) -> float:
    """Let callers write as fast as they are answered; return writes a second."""
    end = time.perf_counter() + seconds

    async def write(name: str) -> int:
        count = 0
        while (began := time.perf_counter()) < end:
            await add(Message(id=f"{name}-{count}", citizen=f"citizen-{count % 1_000}"))
            waits.append(time.perf_counter() - began)
            count += 1
        return count

    began = time.perf_counter()
    counts = await asyncio.gather(*(write(f"caller-{number}") for number in range(callers)))
    return sum(counts) / (time.perf_counter() - began)


async def _at_rate(messages: Collection[Message], rate: int, *, seconds: float) -> list[float]:
    """Start requests at fixed moments, whatever happened to those before; return how long each took."""
    waits: list[float] = []

    async def request(number: int, due: float) -> None:
        _work(70e-6)
        message = await messages.add(Message(id=f"{rate}-{number}", citizen=f"citizen-{number % 1_000}"))
        await messages.save(message)
        _work(20e-6)
        waits.append(time.perf_counter() - due)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as requests:
        for number in range(int(rate * seconds)):
            due = start + number / rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            requests.create_task(request(number, due))
    return waits


async def _each(read: Callable[[int], Awaitable[object]], count: int = 20_000) -> float:
    """Return the median microseconds of one read."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        await read(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def _work(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def _percentiles(waits: list[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(waits, n=100)
    return cuts[49] * 1_000, cuts[98] * 1_000


if __name__ == "__main__":
    main()
