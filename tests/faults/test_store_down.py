"""The whole server while its store takes nothing: it says so, goes on reading, keeps what it acknowledges, and recovers."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio

from services.database.sql import Sql, sql
from tests.support.database import fast_folder
from tests.support.faulty_store import FaultyConnection
from tests.support.kill_checker import Store
from tests.support.outside_platform import OutsidePlatform
from tests.support.outside_system import Town, outside_town
from tests.support.system import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECOVERED_WITHIN_S = 5.0
PETITION = {"kind": "help", "text": "楼道灯坏了很久", "place": {"text": "市北区"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    with fast_folder() as folder:
        async with OutsidePlatform().serving() as platform, outside_town(folder, platform) as town:
            yield town


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Hold the file's write lock, as somebody's shell might."""
    path = town.running.folder / "system.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(town: Town) -> Iterator[None]:
    """Let no transaction find room, as on a full disk (tests/faults/test_store_disk.py fills a real one)."""
    writer = town.running.system.ground.database._parts.writer  # type: ignore[attr-defined]  # SQLite's
    real = writer._connection
    faulty = FaultyConnection(real)

    def refuse(statement: Sql) -> None:
        if statement == sql("COMMIT"):
            raise sqlite3.OperationalError("database or disk is full")

    faulty.before = refuse
    writer._connection = faulty
    yield
    writer._connection = real


Trouble = Callable[[Town], contextlib.AbstractContextManager[None]]


@pytest.mark.parametrize("trouble", [locked, full])
async def test_while_the_store_takes_nothing_the_server_says_so_reads_on_and_recovers(
    town: Town, trouble: Trouble
) -> None:
    # Given a guest with a petition
    name = trouble.__name__
    guest = await town.client.guest()
    filed = (
        await guest.call("POST", "/api/v1/petitions", PETITION, headers={"Idempotency-Key": f"before-{name}"})
    ).body
    with trouble(town):
        # When the store takes nothing, then writes are refused with a time to come again, and quickly
        began = time.monotonic()
        refused = await guest.call("POST", "/api/v1/petitions", PETITION, headers={"Idempotency-Key": f"during-{name}"})
        assert (refused.status, refused.body["code"]) == (503, "store.unavailable")
        assert int(refused.headers["retry-after"]) >= 1
        said = {"client_id": f"during-{name}", "parts": [{"type": "text", "body": "在吗"}]}
        assert (await guest.call("POST", "/api/v1/messages", said)).status == 503
        assert time.monotonic() - began < 4
        # And the platform's message is kept in the file and acknowledged
        heard = await town.say(f"oDown{name}", f"医保卡怎么办 {name}", message_id=f"1{len(name)}")
        assert (heard.status, heard.reply) == (200, "")
        # And reading goes on
        assert (await guest.call("GET", f"/api/v1/petitions/{filed['number']}")).status == 200
        assert (await guest.call("GET", "/api/v1/items?q=%E8%BA%AB%E4%BB%BD%E8%AF%81")).status == 200
        # And nobody is told "ready"
        assert (await guest.call("GET", "/health/ready")).status == 503
        assert (await guest.call("GET", "/health/live")).status == 200
    # When it works again, then so does everything, without a restart
    async with asyncio.timeout(RECOVERED_WITHIN_S):
        await _ready(guest)
    again = await guest.call("POST", "/api/v1/petitions", PETITION, headers={"Idempotency-Key": f"during-{name}"})
    assert again.status == 201
    assert (await guest.call("POST", "/api/v1/messages", said)).status == 200
    # And the kept message is answered, once, as a customer message
    await town.platform.until(lambda: bool(town.platform.customer_to(f"oDown{name}")), within_s=10)
    await asyncio.sleep(0.3)
    assert len(town.platform.customer_to(f"oDown{name}")) == 1
    # And what was refused stands there once
    store = Store(town.running.folder / "system.db")
    said_once = [
        message
        for conversation in store.conversations
        for message in store.transcript(conversation)
        if message["from"] == "citizen" and message["parts"][0].get("body") == f"医保卡怎么办 {name}"
    ]
    assert len(said_once) == 1


async def _ready(client: Client) -> None:
    while (await client.call("GET", "/health/ready")).status != 200:
        pass
