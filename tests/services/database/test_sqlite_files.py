"""One process at a time, files that nobody else reads, and no harm to what is not ours."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest

from services.database.collection import StoreInUse, StoreUnavailable
from services.database.sqlite import SqliteDatabase
from tests.support.source_tree import ROOT

OPEN_IT = """
import asyncio, sys
from pathlib import Path
from services.database.sqlite import SqliteDatabase
asyncio.run(SqliteDatabase(Path(sys.argv[1])).open())
"""


async def test_a_second_process_is_refused_with_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = SqliteDatabase(path)
    await first.open()
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPEN_IT, str(path), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await second.communicate()
    assert second.returncode != 0
    assert f"StoreInUse: {path} is open in another process" in complaint.decode()
    await first.ping()
    await first.close()


async def test_a_second_store_in_the_same_process_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    first, second = SqliteDatabase(tmp_path / "store.db"), SqliteDatabase(tmp_path / "store.db")
    await first.open()
    with pytest.raises(StoreInUse):
        await second.open()
    await first.close()
    await second.open()
    await second.ping()
    await second.close()


async def test_the_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "folder" / "store.db")
    await store.open()
    await store.ping()
    files = [path for path in (tmp_path / "folder").iterdir() if path.is_file()]
    assert {path.name for path in files} >= {"store.db", "store.db-wal"}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
    await store.close()


async def test_a_database_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.execute("CREATE TABLE notes (id TEXT)")
    theirs.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="another program"):
        await SqliteDatabase(path).open()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be one" * 100, b"SQLite format 3\x00" * 300]
)
async def test_a_broken_file_is_refused_and_left_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"broken\.db"):
        await SqliteDatabase(path).open()
    assert path.read_bytes() == content


async def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="file"):
        await SqliteDatabase(tmp_path / "file" / "store.db").open()
    with pytest.raises(StoreUnavailable, match=r"."):
        await SqliteDatabase(tmp_path).open()


async def test_a_store_that_could_not_be_opened_can_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    store = SqliteDatabase(tmp_path / "folder" / "store.db")
    with pytest.raises(StoreUnavailable):
        await store.open()
    (tmp_path / "folder").unlink()
    await store.open()
    await store.ping()
    await store.close()
