"""Two processes: refused on one SQLite file; on MongoDB and Redis they serve the same citizens to one effect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from services.clock import SystemClock
from services.coordination.seat import SEATS
from services.database.engine import open_database
from services.database.sqlite import SqliteDatabase
from tests.support.live import serving
from tests.support.outside_platform import OutsidePlatform
from tests.support.outside_wechat import post, text_call
from tests.support.restarting import Restarting
from tests.support.system import Client

CITIZENS, MESSAGES = 10, 6
PETITION = {"kind": "complaint", "text": "路灯坏了三天没人修", "place": {"text": "崂山区中韩街道"}}


async def test_a_second_process_on_the_same_file_is_refused_by_name(tmp_path: Path) -> None:
    # Given a process that has the store open: this one
    store = SqliteDatabase(tmp_path / "live.db")
    await store.open()
    # When a server starts on it, then it ends and says why
    with pytest.raises(RuntimeError, match="is open in another process; one process at a time on SQLite"):
        await asyncio.to_thread(serving(tmp_path).__enter__)
    await store.ping()
    await store.close()


@pytest.mark.timeout(180)
async def test_two_processes_on_one_database_serve_one_conversation_to_one_effect(
    tmp_path: Path, mongodb_url: str, redis_url: str
) -> None:
    async with two_processes(tmp_path, mongodb_url, redis_url) as (one, other), ClientSession() as session:
        # When every message of ten followers comes to both processes at once
        async def follower(number: int) -> None:
            for count in range(MESSAGES):
                text = f"身份证丢了怎么补办 {number}-{count}"
                call = text_call(one.safe, f"oBoth{number:03d}", text, message_id=f"{number}{count:03d}")
                heard = await asyncio.gather(post(session, one.safe, call), post(session, other.safe, call))
                # Then both give the same answer
                assert {answer.status for answer in heard} == {200}
                assert heard[0].reply == heard[1].reply
                assert heard[0].reply

        await asyncio.gather(*(follower(number) for number in range(CITIZENS)))
        # And when a guest of the app writes to both, in turn and at once
        guest = await Client(one.url, session).guest()
        guest_there = Client(other.url, session, guest.token)
        for count in range(MESSAGES):
            said = {"client_id": f"m{count}", "parts": [{"type": "text", "body": f"第{count}句"}]}
            answers = await asyncio.gather(
                guest.call("POST", "/api/v1/messages", said), guest_there.call("POST", "/api/v1/messages", said)
            )
            assert answers[0].body == answers[1].body
        # Then everything stands there once, in order, without gaps
        messages = await _messages(guest_there)
        assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
        own = [message["parts"][0]["body"] for message in messages if message["from"] == "citizen"]
        assert own == [f"第{count}句" for count in range(MESSAGES)]
        # And when a petition is filed at both with the same key, then it is one petition
        headers = {"Idempotency-Key": "both"}
        filed = await asyncio.gather(
            *(
                client.call("POST", "/api/v1/petitions", PETITION, headers=headers)
                for client in (guest, guest_there) * 3
            )
        )
        assert {answer.status for answer in filed} == {201}
        assert len({answer.body["number"] for answer in filed}) == 1
        # And each process shows what the other did
        number = filed[0].body["number"]
        assert (await guest_there.call("GET", f"/api/v1/petitions/{number}")).status == 200
        # And what happens to it is told once, though both relays look
        clerk = await Client(one.url, session).staff("clerk1")
        assert (await clerk.call("POST", f"/desk/api/v1/petitions/{number}/accept", {})).status == 200
        assert (await clerk.call("POST", f"/desk/api/v1/petitions/{number}/dispatch", {"to": "cgj"})).status == 200
        await _until_said(guest_there, "已转交")
        told = [str(message["parts"]) for message in await _messages(guest_there) if number in str(message["parts"])]
        assert [sum(word in text for text in told) for word in ("已受理", "已转交")] == [1, 1]


async def test_a_process_on_mongodb_without_redis_holds_the_only_seat_while_it_runs(
    tmp_path: Path, mongodb_url: str
) -> None:
    # Given one process on MongoDB, and no Redis
    url = f"{mongodb_url}/seat{uuid4().hex[:8]}"
    database = open_database(url)
    seats = database.collection(SEATS)
    await database.open()
    with serving(tmp_path, QD_STORE__URL=url, QD_PRIVACY__SEALING_KEY="ab" * 32):
        # Then it holds the seat, which keeps another one out (tests/services/coordination/test_seat.py)
        (seat,) = [seat async for seat in seats.scan()]
        assert seat.until > SystemClock().now()
    # And leaves it when it stops
    assert [seat async for seat in seats.scan()] == []
    await database.close()


@asynccontextmanager
async def two_processes(folder: Path, mongodb_url: str, redis_url: str) -> AsyncIterator[tuple[Restarting, Restarting]]:
    """Run two processes on a fresh database, as two units of one installation."""
    settings = {
        "QD_STORE__URL": f"{mongodb_url}/two{uuid4().hex[:8]}",
        "QD_REDIS__URL": redis_url,
        "QD_PRIVACY__SEALING_KEY": "ab" * 32,
        "QD_SERVER__PUBLIC_URL": "https://12345.example.test",
    }
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(OutsidePlatform().serving())
        both = []
        for name in ("one", "other"):
            (folder / name).mkdir()
            both.append(Restarting(folder / name, platform_url=platform.url, **settings))
        for process in both:
            _ = stack.push_async_callback(process.stop)
        await asyncio.gather(*(process.start() for process in both))
        yield both[0], both[1]


async def _messages(client: Client) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await client.call("GET", "/api/v1/messages?after=0")).body["messages"]
    return messages


async def _until_said(client: Client, word: str) -> None:
    async with asyncio.timeout(10):
        while not any(word in str(message["parts"]) for message in await _messages(client)):
            pass
