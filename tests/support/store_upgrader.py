"""Open a store by a release whose documents look different, and stop half-way until killed.

Run as a program: ``python -m tests.support.store_upgrader FILE``. It prints ``half`` when half of the documents are done.
"""

import asyncio
import itertools
import sys
import threading
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from services.database.collection import Index
from services.database.sqlite import SqliteDatabase
from tests.support.store_writer import ENTRIES

DOCUMENTS = 5_000


def marked(old: dict[str, Any], shape: int) -> dict[str, Any]:
    """Return the document with a mark that it went through here once."""
    return old | {"check": f"{old['check']}, shape {shape + 1}"}


UPGRADED = replace(ENTRIES, indexes=(Index("check", ("check",)),), shape=2, upgrade=marked)


async def stop_half_way(path: Path) -> None:
    """Begin to upgrade and never come to the end."""
    count = itertools.count(1)

    def upgrade(old: dict[str, Any], shape: int) -> dict[str, Any]:
        if next(count) == DOCUMENTS // 2:
            print("half", flush=True)  # noqa: T201 - tells the test that it is time
            threading.Event().wait(60)
        return marked(old, shape)

    store = SqliteDatabase(path)
    store.collection(replace(UPGRADED, upgrade=upgrade))
    await store.open()


if __name__ == "__main__":
    asyncio.run(stop_half_way(Path(sys.argv[1])))
