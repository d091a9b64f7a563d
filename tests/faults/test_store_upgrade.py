"""An upgrade that is killed half-way changes nothing, and the next start does all of it."""

import asyncio
import signal
import sys
from pathlib import Path

from services.database.sqlite import SqliteDatabase
from tests.support.source_tree import ROOT
from tests.support.store_upgrader import DOCUMENTS, UPGRADED
from tests.support.store_writer import ENTRIES, Entry


async def test_an_upgrade_killed_half_way_begins_again_from_the_old_state(tmp_path: Path) -> None:
    # Given a store of an older release
    path = tmp_path / "store.db"
    store = SqliteDatabase(path)
    entries = store.collection(ENTRIES)
    await store.open()
    added = await asyncio.gather(*(entries.add(Entry(id=f"{n:05}", rank=n, check="a")) for n in range(DOCUMENTS)))
    await store.close()

    # When a newer one is killed in the middle of its upgrade
    command = [sys.executable, "-m", "tests.support.store_upgrader", str(path)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async for line in process.stdout:
        if line == b"half\n":
            process.kill()
    assert await process.wait() == -signal.SIGKILL

    # Then the older release finds everything as it was
    store = SqliteDatabase(path)
    entries = store.collection(ENTRIES)
    await store.open()
    assert [entry async for entry in entries.scan()] == added
    assert len((await entries.query("rank", limit=1_000)).documents) == 1_000
    await store.close()

    # And the newer one, started again, brings all of it to its shape, each document once
    store = SqliteDatabase(path)
    entries = store.collection(UPGRADED)
    await store.open()
    found = [entry async for entry in entries.scan("check")]
    assert [entry.id for entry in found] == [entry.id for entry in added]
    assert {entry.check for entry in found} == {"a, shape 2"}
    assert {entry.version for entry in found} == {1}
    await store.close()
