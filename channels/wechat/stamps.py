"""Carry the stamps of the last minutes over a restart, for a process whose memory is its own.

A proven stamp does not cover a plain body: what was seen with which message is all that tells a platform's retry from
somebody who uses the stamp again, and a new process would have seen nothing. So what is remembered is also written to a
file, once a second and not synced, by a thread: no message waits for it. A killed process loses its last second of
stamps, a power cut perhaps half a minute; within Redis's memory nothing is lost and this file is not used.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from channels.wechat.replay import REMEMBERED, Firsts
from services.clock import Clock

log = structlog.get_logger()

WRITE_EVERY_S = 1.0
LINES_MOST = 100_000
"""Of one file; then it becomes the older one, and the older one before it goes: 12 MB each."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """One line: when it was written (Unix seconds), and what the memory held."""

    at: float
    key: str
    value: str


class StampFile:
    """A memory of first values that survives the process; everything else about it is the memory's."""

    def __init__(self, memory: Firsts, *, path: Path, clock: Clock, lines_most: int = LINES_MOST) -> None:
        """Take the memory of this process, and where to write."""
        self._memory = memory
        self._path = path
        self._older = path.with_suffix(".older")
        self._clock = clock
        self._lines_most = lines_most
        self._fresh: list[tuple[str, str]] = []
        self._lines = 0

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        """Keep the value unless the key is taken; return the value that holds now."""
        holds = await self._memory.put_first(key, value, lasting=lasting)
        if holds == value:
            self._fresh.append((key, value))
        return holds

    async def load(self) -> int:
        """Remember what the last process saw and what still counts; return how much that was."""
        lines = await asyncio.to_thread(lambda: [*_read(self._older), *_read(self._path)])
        now = self._clock.now().timestamp()
        count = 0
        for seen in lines:
            left = REMEMBERED - timedelta(seconds=max(0.0, now - seen.at))
            if left > timedelta(0):
                _ = await self._memory.put_first(seen.key, seen.value, lasting=left)
                count += 1
        self._lines = len(lines)
        return count

    async def run(self) -> None:
        """Write down what is new once a second until cancelled, and then the rest."""
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                await self.write()
        finally:
            await self.write()

    async def write(self) -> None:
        """Write down what is new; a disk that takes nothing costs what a restart would have remembered."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        at = self._clock.now().timestamp()
        if self._lines + len(fresh) > self._lines_most:
            with contextlib.suppress(FileNotFoundError):
                await asyncio.to_thread(self._path.replace, self._older)
            self._lines = 0
        self._lines += len(fresh)
        data = b"".join(msgspec.json.encode(Seen(at, key, value)) + b"\n" for key, value in fresh)
        try:
            await asyncio.to_thread(_append, self._path, data)
        except OSError as error:
            log.warning("stamps not written down", error=str(error.strerror))


def _append(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        # A line that a crash cut short is never joined to the next one.
        _ = file.write(b"\n" + data)


def _read(path: Path) -> Iterator[Seen]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with contextlib.suppress(msgspec.MsgspecError):
            yield msgspec.json.decode(line, type=Seen)
