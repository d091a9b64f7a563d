"""The last resort for a message: a local file, when the store does not take it in time.

One JSON line a message, synced to disk before the message is acknowledged. Lines are read back at the next start and
by the sweeper; replaying a line twice changes nothing, because the message key is the same.
"""

import asyncio
import os
from pathlib import Path

import msgspec

from services.conversations.message import Inbound


class SpillFile:
    """Append messages durably, take them back in order."""

    def __init__(self, path: Path) -> None:
        """Use a file beside the store; it exists only while it holds something."""
        self._path = path
        self._lock = asyncio.Lock()

    async def keep(self, inbound: Inbound) -> None:
        """Write one message to disk; raises OSError when even that fails."""
        line = msgspec.json.encode(inbound) + b"\n"
        async with self._lock:
            await asyncio.to_thread(_append, self._path, line)

    async def take(self) -> tuple[Inbound, ...]:
        """Return what is kept, oldest first; a torn last line (a crash while writing) was never acknowledged."""
        async with self._lock:
            return await asyncio.to_thread(_read, self._path)

    async def clear(self, count: int) -> None:
        """Forget the first ``count`` messages, after they were handled."""
        async with self._lock:
            await asyncio.to_thread(_drop, self._path, count)


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> tuple[Inbound, ...]:
    if not path.exists():
        return ()
    lines = path.read_bytes().split(b"\n")[:-1]
    return tuple(msgspec.json.decode(line, type=Inbound) for line in lines)


def _drop(path: Path, count: int) -> None:
    rest = b"\n".join(path.read_bytes().split(b"\n")[count:])
    if not rest:
        path.unlink()
        return
    temporary = path.with_suffix(".new")
    temporary.write_bytes(rest)
    temporary.replace(path)
