"""A process that is killed at any moment loses nothing that it acknowledged."""

import asyncio
import contextlib
import random
import sqlite3
import sys
from pathlib import Path

import pytest

from services.database.sqlite import SqliteDatabase
from tests.support.source_tree import ROOT
from tests.support.store_writer import ENTRIES, Entry

ROUNDS = 12


@pytest.mark.timeout(120)
async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    # Given a process that writes with 32 tasks and tells what was acknowledged
    path = tmp_path / "store.db"
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    acknowledged: dict[str, int] = {}
    for number in range(ROUNDS):
        # When it is killed at a random moment
        told = await _write_and_kill(path, f"round-{number}", after=moments.uniform(0.0, 0.3))
        assert told, f"seed {seed}"
        acknowledged |= told
        # Then everything it acknowledged, in this round and before, is there at that version or a later one
        stored = await _read_everything(path)
        lost = {key: version for key, version in acknowledged.items() if key not in stored or stored[key] < version}
        assert lost == {}, f"seed {seed}"


async def _write_and_kill(path: Path, round_name: str, *, after: float) -> dict[str, int]:
    """Start the writer, kill it some time after its first acknowledgement, and return what it told."""
    command = [sys.executable, "-m", "tests.support.store_writer", str(path), round_name]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    told = [await process.stdout.readline()]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(after):
            while line := await process.stdout.readline():
                told.append(line)
    process.kill()
    told += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    acknowledged: dict[str, int] = {}
    for document_id, version in (line.decode().split() for line in told if line.endswith(b"\n")):
        assert int(version) == acknowledged.get(document_id, 0) + 1
        acknowledged[document_id] = int(version)
    return acknowledged


async def _read_everything(path: Path) -> dict[str, int]:
    """Return every stored document's version; each must be whole, and the file sound."""
    store = SqliteDatabase(path)
    entries = store.collection(ENTRIES)
    await store.open()
    found: list[Entry] = [entry async for entry in entries.scan()]
    by_index = {entry.id async for entry in entries.scan("rank")}
    await store.close()
    assert [entry for entry in found if entry.check != f"{entry.id} {entry.version}"] == []
    assert by_index == {entry.id for entry in found}
    with contextlib.closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute(
            "SELECT count(*) FROM entries WHERE version <> json_extract(CAST(body AS TEXT), '$.version')"
        ).fetchone() == (0,)
    return {entry.id: entry.version for entry in found}
