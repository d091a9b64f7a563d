"""Write to a store until killed, telling each acknowledged write on standard output.

Run as a program: ``python -m tests.support.store_writer FILE ROUND``. A line reads ``id version``.
"""

import asyncio
import os
import sys
from pathlib import Path

from msgspec.structs import replace

from services.database.collection import Collection, Document, Index, Schema
from services.database.sqlite import SqliteDatabase

WRITERS = 32


class Entry(Document, frozen=True, kw_only=True):
    """What is written; ``check`` repeats id and version, so that a torn document shows."""

    rank: int = 0
    check: str = ""
    text: str = "x" * 300


ENTRIES = Schema(name="entries", document=Entry, indexes=(Index("rank", ("rank",)),))


async def write_for_ever(path: Path, round_name: str) -> None:
    """Let all writers add a document and change it three times, again and again."""
    store = SqliteDatabase(path)
    entries = store.collection(ENTRIES)
    await store.open()
    await asyncio.gather(*(_write(entries, f"{round_name}-{number}") for number in range(WRITERS)))


async def _write(entries: Collection[Entry], name: str) -> None:
    number = 0
    while True:
        entry = await entries.add(Entry(id=f"{name}-{number}", check=f"{name}-{number} 1"))
        _tell(entry)
        for _ in range(3):
            entry = await entries.save(replace(entry, rank=number, check=f"{entry.id} {entry.version + 1}"))
            _tell(entry)
        number += 1


def _tell(entry: Entry) -> None:
    os.write(sys.stdout.fileno(), f"{entry.id} {entry.version}\n".encode())


if __name__ == "__main__":
    asyncio.run(write_for_ever(Path(sys.argv[1]), sys.argv[2]))
