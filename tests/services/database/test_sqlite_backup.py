"""A backup is one moment of the store, whole or not there at all."""

import asyncio
import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest

from services.database.collection import Document, Index, Schema, StoreUnavailable
from services.database.sqlite import SqliteDatabase
from services.database.sqlite_backup import back_up


class Ticket(Document, frozen=True, kw_only=True):
    rank: int | None = None
    text: str = ""


TICKETS = Schema(name="tickets", document=Ticket, indexes=(Index("rank", ("rank",)),))


async def test_a_backup_under_load_has_everything_acknowledged_before_it(tmp_path: Path) -> None:
    # Given a store that is written to all the time
    store = SqliteDatabase(tmp_path / "store.db")
    tickets = store.collection(TICKETS)
    await store.open()
    before = [await tickets.add(Ticket(id=f"before-{number}", rank=number % 4)) for number in range(50)]
    target = tmp_path / "copies" / "store.db"
    target.parent.mkdir()
    target.write_bytes(b"an older copy")
    is_done = False

    async def write() -> None:
        number = 0
        while not is_done:
            await tickets.add(Ticket(id=f"during-{number}"))
            number += 1

    # When it is backed up meanwhile
    writing = asyncio.gather(*(write() for _ in range(1)))
    await store.backup(target)
    is_done = True
    await writing
    await store.close()
    # Then the copy is a whole store
    copy = SqliteDatabase(target)
    copied = copy.collection(TICKETS)
    await copy.open()
    assert [await copied.get(ticket.id) for ticket in before] == before
    assert len((await copied.query("rank")).documents) == 50
    await copy.close()
    with contextlib.closing(sqlite3.connect(target)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [path.name for path in target.parent.iterdir() if "partial" in path.name] == []
    assert (target.stat().st_mode & 0o077) == 0


async def test_a_backup_that_cannot_be_written_is_an_error_and_the_store_goes_on(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "store.db")
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.backup(tmp_path / "copy.db")
    await store.open()
    with pytest.raises(StoreUnavailable, match="nowhere"):
        await store.backup(tmp_path / "nowhere" / "copy.db")
    await store.ping()
    await store.close()


async def test_a_backup_ends_although_it_takes_many_steps_and_every_step_sees_a_write(tmp_path: Path) -> None:
    # Given a store of several steps (8 MB each), written to all the time
    store = SqliteDatabase(tmp_path / "store.db")
    tickets = store.collection(TICKETS)
    await store.open()
    await asyncio.gather(*(tickets.add(Ticket(id=f"large-{n:03}", rank=n, text="x" * 100_000)) for n in range(300)))
    is_done = False

    async def write() -> int:
        number = 0
        while not is_done:
            await tickets.add(Ticket(id=f"during-{number}"))
            number += 1
        return number

    writing = asyncio.gather(write())
    # When it is backed up
    await store.backup(tmp_path / "copy.db")
    is_done = True
    (written,) = await writing
    await store.close()
    # Then the copy shows one moment: of the writes meanwhile the first ones, without a gap
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT count(*) FROM tickets WHERE id LIKE 'large%'").fetchone() == (300,)
        copied = {int(row[0][7:]) for row in file.execute("SELECT id FROM tickets WHERE id LIKE 'during%'")}
    assert copied == set(range(len(copied)))
    assert len(copied) < written


async def test_a_backup_of_a_store_that_closes_leaves_the_older_copy(tmp_path: Path) -> None:
    store = SqliteDatabase(tmp_path / "store.db")
    await store.open()
    target = tmp_path / "copy.db"
    target.write_bytes(b"an older copy")
    is_over = threading.Event()
    is_over.set()
    with pytest.raises(sqlite3.OperationalError, match="being closed"):
        await asyncio.to_thread(back_up, tmp_path / "store.db", target, is_over=is_over)
    assert target.read_bytes() == b"an older copy"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
    await store.close()
