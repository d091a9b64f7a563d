"""The parts of `benchmarks.bot`, each in a process of its own; prints one JSON object.

``python -m benchmarks.bot_parts loading|turns|publishing --items N [--turns N] [--rate N]``. Imports of the product stand
inside the functions: what they and their dictionaries take is one of the figures.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import uvloop

from benchmarks.bot import Loaded, Published, Turns
from benchmarks.catalogues import write_catalogue

if TYPE_CHECKING:
    from benchmarks.bot_wired import WiredBot

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "evaluation" / "data"
PUBLICATIONS = 20
TICK_S = 0.002
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Measure one part and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bot_parts")
    parser.add_argument("part", choices=("loading", "turns", "publishing"))
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--turns", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-bot-") as name:
        folder = Path(name)
        write_catalogue(folder / "items.json", items=asked.items)
        match asked.part:
            case "loading":
                found: Loaded | Turns | Published = loading(folder, items=asked.items)
            case "turns":
                found = uvloop.run(turns(folder, items=asked.items, count=asked.turns))
            case _:
                found = uvloop.run(publishing(folder, items=asked.items, rate=asked.rate))
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    return 0


def loading(folder: Path, *, items: int) -> Loaded:
    """Load what understands messages, and nothing else."""
    # What reading the catalogue's file leaves behind must not be there already: the file is written above.
    gc.collect()
    before, began = _resident_bytes(), time.perf_counter()
    from bots.understanding.loader import load_pipeline  # noqa: PLC0415 - part of what is measured
    from services.items.search.settings import SearchSettings  # noqa: PLC0415 - as above
    from services.items.service import ItemService  # noqa: PLC0415 - as above
    from services.petitions.doors import Doors  # noqa: PLC0415 - as above

    data, settings = ROOT / "data", SearchSettings()
    service = ItemService.load((folder / "items.json",), settings=settings, data=data, cache=folder)
    pipeline = load_pipeline(data, service.matcher, settings=settings, doors=Doors(()))
    seconds = time.perf_counter() - began
    for text in messages(500):
        _ = pipeline.understand(text)
    gc.collect()
    taken = (_resident_bytes() - before) / 1024**2
    return Loaded(items=items, seconds=round(seconds, 2), megabytes=round(taken, 1))


async def turns(folder: Path, *, items: int, count: int) -> Turns:
    """Answer different messages one after another."""
    from benchmarks.bot_wired import wired_bot  # noqa: PLC0415 - not part of loading

    texts, times, worked = messages(count), list[float](), list[float]()
    async with wired_bot(folder) as bot:
        for text in texts:
            began, began_work = time.perf_counter(), time.thread_time()
            parts = await bot.say(text)
            worked.append(time.thread_time() - began_work)
            times.append(time.perf_counter() - began)
            if not parts:
                raise RuntimeError("a message was not answered")
    cuts, cpu = statistics.quantiles(times, n=100), statistics.quantiles(worked, n=100)
    return Turns(
        items=items,
        turns=len(times),
        p50_ms=_ms(cuts[49]),
        p99_ms=_ms(cuts[98]),
        p50_cpu_ms=_ms(cpu[49]),
        p99_cpu_ms=_ms(cpu[98]),
    )


async def publishing(folder: Path, *, items: int, rate: int) -> Published:
    """Publish again and again while messages come at a fixed rate."""
    from benchmarks.bot_wired import wired_bot  # noqa: PLC0415 - not part of loading

    async with wired_bot(folder) as bot, asyncio.TaskGroup() as group:
        stalls, load = Stalls(), Load(bot, rate=rate)
        ticking, speaking = group.create_task(stalls.watch()), group.create_task(load.run())
        # The first seconds only warm up.
        await asyncio.sleep(1)
        stalls.worst_s = 0.0
        await asyncio.sleep(3)
        between, stalls.worst_s = stalls.worst_s, 0.0
        took = [await _published(bot) for _ in range(PUBLICATIONS)]
        worst = stalls.worst_s
        ticking.cancel()
        speaking.cancel()
    return Published(
        items=items,
        publications=PUBLICATIONS,
        median_s=round(statistics.median(took), 2),
        stall_ms=_ms(worst),
        stall_between_ms=_ms(between),
        turns=load.turns,
        failed=load.failed,
    )


class Stalls:
    """How late the loop woke us at worst."""

    def __init__(self) -> None:
        """Begin with none."""
        self.worst_s = 0.0

    async def watch(self) -> None:
        """Ask to be woken, for ever."""
        while True:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            self.worst_s = max(self.worst_s, time.perf_counter() - due)


class Load:
    """Messages at a fixed rate, each another one."""

    def __init__(self, bot: "WiredBot", *, rate: int) -> None:
        """Take whom to ask and how often a second."""
        self._bot = bot
        self._pause_s = 1 / rate
        self.turns = 0
        self.failed = 0

    async def run(self) -> None:
        """Ask, for ever."""
        texts, due = messages(20_000), time.perf_counter()
        while True:
            due += self._pause_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.turns += 1
            try:
                self.failed += not await self._bot.say(texts[self.turns % len(texts)])
            except Exception as error:  # noqa: BLE001 - counting what fails is the purpose
                print(f"failed: {error!r}", file=sys.stderr)
                self.failed += 1


async def _published(bot: "WiredBot") -> float:
    """Change the catalogue's file and return after how long the change was in force."""
    before, began = bot.version, time.perf_counter()
    os.utime(bot.file)
    if not await bot.check() or bot.version == before:
        raise RuntimeError("nothing was published")
    return time.perf_counter() - began


def messages(count: int) -> list[str]:
    """Return so many different messages, worded as citizens word them."""
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    said = list(dict.fromkeys(json.loads(line)["text"] for line in lines))
    random.Random(20261124).shuffle(said)
    far = [*said[7:], *said[:7]]
    more = (f"{one},{other}" for one, other in zip(said, far, strict=True))
    again = (f"{one}{number}" for number in range(count // len(said) + 1) for one in said)
    return list(dict.fromkeys((*said, *more, *again)))[:count]


def _ms(seconds: float) -> float:
    return round(seconds * 1_000, 2)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_BYTES


if __name__ == "__main__":
    raise SystemExit(main())
