"""Reports read in threads of their own, see what was acknowledged, and end when they take too long."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.database.collection import StoreUnavailable
from services.database.reports import ReaderPool
from services.database.sql import Connection, sql

ENDLESS = sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    file = sqlite3.connect(tmp_path / "store.db")
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("CREATE TABLE notes (id TEXT)")
    file.execute("INSERT INTO notes VALUES ('a')")
    file.commit()
    file.close()
    return tmp_path / "store.db"


@pytest.fixture
async def pool(path: Path) -> AsyncIterator[ReaderPool]:
    pool = ReaderPool(path, deadline=timedelta(milliseconds=50))
    yield pool
    await pool.close()


async def test_a_report_is_read_in_another_thread(pool: ReaderPool) -> None:
    def read(connection: Connection) -> tuple[int, list[tuple[str]]]:
        return threading.get_ident(), connection.execute(sql("SELECT id FROM notes")).fetchall()

    thread, rows = await pool.run(read)
    assert thread != threading.get_ident()
    assert rows == [("a",)]


async def test_a_report_that_takes_too_long_ends_and_the_next_goes_on(pool: ReaderPool) -> None:
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="interrupted"):
            await pool.run(lambda connection: connection.execute(ENDLESS).fetchall())
    assert await pool.run(lambda connection: connection.execute(sql("SELECT id FROM notes")).fetchall()) == [("a",)]


async def test_the_loop_goes_on_while_reports_run(pool: ReaderPool) -> None:
    reports = [
        asyncio.ensure_future(pool.run(lambda connection: connection.execute(ENDLESS).fetchall()))  # noqa: TID251 - awaited below
        for _ in range(2)
    ]
    turns = 0
    while not all(report.done() for report in reports):
        await asyncio.sleep(0)
        turns += 1
    results = await asyncio.gather(*reports, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 2
    assert turns > 100


async def test_a_report_cannot_write(pool: ReaderPool) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"):
        await pool.run(lambda connection: connection.execute(sql("DELETE FROM notes")))


async def test_a_pool_that_is_closed_refuses(path: Path) -> None:
    pool = ReaderPool(path)
    await pool.run(lambda connection: connection.execute(sql("SELECT id FROM notes")).fetchall())
    await pool.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await pool.run(lambda connection: connection.execute(sql("SELECT id FROM notes")).fetchall())


async def test_closing_ends_a_report_under_way(path: Path) -> None:
    pool = ReaderPool(path)
    is_reading = asyncio.Event()
    loop = asyncio.get_running_loop()

    def read(connection: Connection) -> None:
        loop.call_soon_threadsafe(is_reading.set)
        connection.execute(ENDLESS).fetchall()

    report = asyncio.gather(pool.run(read), return_exceptions=True)
    await is_reading.wait()
    async with asyncio.timeout(5):
        await pool.close()
        (result,) = await report
    assert isinstance(result, StoreUnavailable)


async def test_a_mistake_in_a_report_is_not_taken_for_a_closed_store(pool: ReaderPool) -> None:
    def read(_: Connection) -> None:
        raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        await pool.run(read)
