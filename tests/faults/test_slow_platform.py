"""A platform that is slow, broken or against us costs nobody but its own followers, and nothing grows without end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from services.clock import SystemClock
from services.conversations.message import Channel, ContactPoint, Inbound, MessageKey, Text
from services.conversations.model import Response
from services.database.collection import StaleVersion
from services.outbox.delivery import DELIVERIES, Delivery, DeliveryStatus
from tests.support.measured import keep_figures
from tests.support.outside_platform import Fault, OutsidePlatform, errcode
from tests.support.outside_system import Town, outside_town
from tests.support.system import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLLOWERS = 100
IN_FLIGHT = 16
CALLS = 30
ROOM_MS = 150.0
"""What a busy machine adds: client, server and platform share one loop here, and a hundred failures come at once."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    settings = {"QD_PUSH__IN_FLIGHT": str(IN_FLIGHT), "QD_PUSH__POLL_S": "0.2"}
    folder: Path = tmp_path_factory.mktemp("slow")
    async with OutsidePlatform().serving() as platform, outside_town(folder, platform, **settings) as town:
        yield town


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _calm_afterwards(town: Town) -> AsyncIterator[None]:
    yield
    await _calm(town)


async def hangs(_: web.Request) -> None:
    """Answer after ten seconds."""
    await asyncio.sleep(10)


async def resets(request: web.Request) -> None:
    """Cut the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()


async def answers_half(request: web.Request) -> web.StreamResponse:
    """Promise a body and cut it in the middle."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"errcode"')
    assert request.transport is not None
    request.transport.close()
    return response


async def fails(_: web.Request) -> web.Response:
    """Answer 500."""
    return web.Response(status=500)


@pytest.mark.parametrize("fault", [hangs, resets, answers_half, fails, errcode(45009)])
async def test_the_app_does_not_notice_what_happens_to_another_channel(town: Town, fault: Fault) -> None:
    # Given how quickly the app is answered
    guest = await town.client.guest()
    await _p99_ms(guest, "warm")
    before = await _p99_ms(guest, "before")
    # When a hundred followers of the account must be told something and the platform is in trouble
    tasks = len(asyncio.all_tasks())
    town.platform.fault = fault
    fetched = town.platform.tokens_fetched
    town.platform.open_most = 0
    calls = town.platform.calls
    await _promise(town, f"{getattr(fault, '__qualname__', '')}{id(fault)}")
    await town.platform.until(lambda: town.platform.calls > calls)
    during = await _p99_ms(guest, "during")
    # Then the app is answered as quickly as before, and told what it must be told
    assert during < 2 * before + ROOM_MS, f"{before:.1f} ms before, {during:.1f} ms during"
    assert await _told_in_the_app(town) < 2.0
    # And no more is under way than may be, and nothing of it stays
    assert town.platform.open_most <= IN_FLIGHT
    # And the token is fetched at most once
    assert town.platform.tokens_fetched - fetched <= 1
    keep_figures("slow platform", fault=fault.__qualname__, before_ms=round(before, 1), during_ms=round(during, 1))
    await _calm(town)
    assert len(asyncio.all_tasks()) < tasks + 3 * IN_FLIGHT


async def test_a_storm_of_refused_tokens_renews_the_token_once(town: Town) -> None:
    # Given a token that the platform has replaced, and a hundred followers who must be told something
    town.platform.token = "token-2"
    fetched, shown = town.platform.tokens_fetched, len(town.platform.customer)
    await _promise(town, "storm")
    # Then everybody is told
    await town.platform.until(lambda: len(town.platform.customer) >= shown + FOLLOWERS)
    assert len(town.platform.customer) == shown + FOLLOWERS
    # And one fetch served all of them
    assert town.platform.tokens_fetched == fetched + 1


@pytest.mark.parametrize(("code", "status"), [(45015, DeliveryStatus.REFUSED), (45047, DeliveryStatus.REFUSED)])
async def test_a_window_that_is_closed_ends_a_delivery_with_its_reason(
    town: Town, code: int, status: DeliveryStatus
) -> None:
    # Given a platform that says the window is closed
    town.platform.fault = errcode(code)
    calls = town.platform.calls
    await _promise(town, f"closed{code}", count=20)
    # Then each is tried once and settled as refused
    deliveries = town.running.system.ground.database.collection(DELIVERIES)
    found: list[Delivery] = []
    async with asyncio.timeout(10):
        while len(found) < 20:
            await asyncio.sleep(0.1)
            everything = [one async for one in deliveries.scan() if one.contact.address.startswith(f"oclosed{code}")]
            found = [one for one in everything if one.due is None]
    assert town.platform.calls == calls + 20
    assert {(one.status, one.attempts[-1].reason) for one in found} == {
        (status, {45015: "outside_window", 45047: "window_spent"}[code])
    }


async def _promise(town: Town, name: str, *, count: int = FOLLOWERS) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            contact = ContactPoint(channel=Channel.WECHAT, account="main", address=f"o{name}{number:05d}")
            _ = group.create_task(_promise_one(town, contact))


async def _promise_one(town: Town, contact: ContactPoint) -> None:
    conversations = town.running.system.services.conversations
    inbound = Inbound(contact=contact, key=MessageKey("m1"), part=Text("问"), at=SystemClock().now())
    response = Response(replies=(Text("答"),))
    await conversations.record(await conversations.open(contact), inbound, response=response, push=True)


async def _told_in_the_app(town: Town) -> float:
    """Let somebody in the app be told something and return how long that took, in seconds."""
    began = time.monotonic()
    contact = ContactPoint(channel=Channel.APP, account="main", address=f"guest-{began}")
    await _promise_one(town, contact)
    deliveries = town.running.system.ground.database.collection(DELIVERIES)
    async with asyncio.timeout(5):
        while True:
            found = [one async for one in deliveries.scan() if one.contact == contact]
            if found and found[0].status is DeliveryStatus.SENT:
                return time.monotonic() - began
            await asyncio.sleep(0.02)


async def _p99_ms(guest: Client, name: str) -> float:
    """Return the slowest but one of some calls of the app, in milliseconds."""
    took = []
    for number in range(CALLS):
        began = time.perf_counter()
        body = {"client_id": f"{name}{number}{began}", "parts": [{"type": "text", "body": "公积金怎么提取"}]}
        assert (await guest.call("POST", "/api/v1/messages", body)).status == 200
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[-2]


async def _calm(town: Town) -> None:
    """Take the fault and everything still due away, and wait until nothing is under way."""
    town.platform.fault = None
    town.running.system.wechat.clients["main"]._spent.clear()
    deliveries = town.running.system.ground.database.collection(DELIVERIES)
    async with asyncio.timeout(15):
        while due := [one async for one in deliveries.scan() if one.due is not None]:
            for one in due:
                with contextlib.suppress(StaleVersion):
                    await deliveries.delete(one)
            await asyncio.sleep(0.05)
        while town.running.system.relay._lanes[Channel.WECHAT].busy:  # noqa: ASYNC110 - those cut off by their time limit
            await asyncio.sleep(0.05)
        await town.platform.until(lambda: not town.platform.open_now)
