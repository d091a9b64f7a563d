"""Measure the bot without a network: ``python -m benchmarks.bot [--turns N] [--rate N]``; a part of ``make bench``.

Every part runs in a process of its own: what loading the understanding takes; turns over catalogues of 500 and 5,000 items
(every message another one, so that nothing is remembered); turns while the catalogue is published again and again.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct

TIME_LIMIT_S = 240
"""For each part."""
_Part = TypeVar("_Part", bound=Struct)


class Loaded(Struct, frozen=True, kw_only=True):
    """What loading the understanding over a catalogue takes, libraries and dictionary included."""

    items: int
    seconds: float
    megabytes: float


class Turns(Struct, frozen=True, kw_only=True):
    """How long the router needs for a message, by the clock and in processor time.

    A turn waits for nothing, so the two differ only by what else wants the processor: goals are held by the latter.
    """

    items: int
    turns: int
    p50_ms: float
    p99_ms: float
    p50_cpu_ms: float
    p99_cpu_ms: float


class Published(Struct, frozen=True, kw_only=True):
    """What messages notice of publications; a stall is how late a task wakes that asks to every two milliseconds."""

    items: int
    publications: int
    median_s: float
    stall_ms: float
    stall_between_ms: float
    """The worst stall under the same load while nothing is published: the machine's and the turns' own."""
    turns: int
    failed: int


class Figures(Struct, frozen=True, kw_only=True):
    """Everything that was measured of the bot."""

    loaded: Loaded
    small: Turns
    large: Turns
    published: Published


class Goal(Struct, frozen=True, kw_only=True):
    """What a figure must not exceed. Source: reference on the bot, section 6, goals 15, 16, 18 and 19."""

    goal: str
    figure: float
    most: float

    @property
    def is_met(self) -> bool:
        """Tell whether it is held."""
        return self.figure <= self.most


def goals(found: Figures) -> list[Goal]:
    """Return every goal with what was measured."""
    return [
        Goal(goal="500 items, a turn, p50 ms", figure=found.small.p50_cpu_ms, most=1.5),
        Goal(goal="500 items, a turn, p99 ms", figure=found.small.p99_cpu_ms, most=8.0),
        Goal(goal="5,000 items, a turn, p99 ms", figure=found.large.p99_cpu_ms, most=20.0),
        Goal(goal="20 publications under load, worst stall ms", figure=found.published.stall_ms, most=30.0),
        Goal(goal="20 publications under load, failed turns", figure=found.published.failed, most=0),
        Goal(goal="understanding of 100 items, MB", figure=found.loaded.megabytes, most=150.0),
        Goal(goal="understanding of 100 items loaded, s", figure=found.loaded.seconds, most=2.0),
    ]


def measure(*, turns: int = 2_000, rate: int = 100) -> Figures:
    """Measure everything, each part in a new process."""
    return Figures(
        loaded=_part(["loading", "--items", "100"], Loaded),
        small=_part(["turns", "--items", "500", "--turns", str(turns)], Turns),
        large=_part(["turns", "--items", "5000", "--turns", str(turns)], Turns),
        published=_part(["publishing", "--items", "500", "--rate", str(rate)], Published),
    )


def table(found: Figures) -> Iterator[str]:
    """Yield the lines of the table, then those of the goals."""
    yield f"understanding of {found.loaded.items} items: {found.loaded.megabytes:.0f} MB, {found.loaded.seconds:.2f} s"
    for one in (found.small, found.large):
        yield (
            f"turn over {one.items:,} items: p50 {one.p50_ms:.2f} p99 {one.p99_ms:.2f} ms, "
            f"processor p50 {one.p50_cpu_ms:.2f} p99 {one.p99_cpu_ms:.2f} ms ({one.turns:,} turns)"
        )
    shown = found.published
    yield (
        f"{shown.publications} publications of {shown.items} items, each after {shown.median_s:.2f} s: worst stall "
        f"{shown.stall_ms:.1f} ms ({shown.stall_between_ms:.1f} without), {shown.failed} of {shown.turns:,} turns failed"
    )
    for goal in goals(found):
        yield f"{goal.goal:52} {goal.figure:6.2f}  must be <= {goal.most:.2f}  {'ok' if goal.is_met else 'MISSED'}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bot", description=__doc__)
    parser.add_argument("--turns", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=100, help="messages a second while publishing")
    asked = parser.parse_args()
    print("\n".join(table(measure(turns=asked.turns, rate=asked.rate))))
    return 0


def _part(arguments: list[str], kind: type[_Part]) -> _Part:
    command = [sys.executable, "-m", "benchmarks.bot_parts", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=TIME_LIMIT_S)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=kind)


if __name__ == "__main__":
    raise SystemExit(main())
