"""The last resort for a message: a local file, when the store does not take it in time.

One JSON line a message, synced to disk before the message is acknowledged. Lines are read back at the next start and
by the sweeper; replaying a line twice changes nothing, because the message key is the same. A line that a crash or a full
disk cut short was never acknowledged: it is passed over, and never joined to the next one. Processes may share the file.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from services.conversations.message import Inbound

log = structlog.get_logger()


class SpillFile:
    """Append messages durably, take them back in order."""

    def __init__(self, path: Path) -> None:
        """Use a file beside the store; it exists only while it holds something (its lock file stays)."""
        self._path = path
        self._lock = asyncio.Lock()
        self._queue: list[_Waiting] = []

    async def keep(self, inbound: Inbound) -> None:
        """Write one message to disk; raises OSError, and leaves the file as it was, when even that fails.

        Messages that come at once share one sync: the file is needed when everybody is late, and has little time.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((_line(inbound), written))
        async with self._lock:
            if not written.done():
                await self._write_queue()
        await written

    async def _write_queue(self) -> None:
        """Write everything that waits, in one go."""
        batch, self._queue = self._queue, []
        try:
            await asyncio.to_thread(_append, self._path, b"".join(line for line, _ in batch))
        except OSError as error:
            for _, written in batch:
                if not written.done():
                    written.set_exception(error)
        except BaseException:
            # Cancelled while the thread goes on: the others write theirs again, which changes nothing.
            self._queue = batch + self._queue
            raise
        else:
            for _, written in batch:
                if not written.done():
                    written.set_result(None)

    async def take(self) -> tuple[Inbound, ...]:
        """Return what is kept, oldest first; it stays in the file until `clear`."""
        async with self._lock:
            return await asyncio.to_thread(_read, self._path)

    async def clear(self, handled: tuple[Inbound, ...]) -> None:
        """Forget messages after they were made safe elsewhere; what was kept since stays."""
        async with self._lock:
            await asyncio.to_thread(_drop, self._path, {_line(inbound) for inbound in handled})


_Waiting = tuple[bytes, "asyncio.Future[None]"]


def _line(inbound: Inbound) -> bytes:
    return msgspec.json.encode(inbound) + b"\n"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes away from the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _append(path: Path, line: bytes) -> None:
    with _alone(path):
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write(descriptor, line)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(path.parent)


def _write(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    try:
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _read(path: Path) -> tuple[Inbound, ...]:
    if not path.exists():
        return ()
    with _alone(path):
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return tuple(inbound for line in lines if (inbound := _decoded(line)) is not None)


def _decoded(line: bytes) -> Inbound | None:
    try:
        return msgspec.json.decode(line, type=Inbound)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("line cut short in the spill file", size=len(line))
        return None


def _drop(path: Path, handled: set[bytes]) -> None:
    with _alone(path):
        if not path.exists():
            return
        lines = path.read_bytes().split(b"\n")[:-1]
        rest = b"".join(line + b"\n" for line in lines if line + b"\n" not in handled and _decoded(line) is not None)
        if not rest:
            path.unlink()
            return
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(rest)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
