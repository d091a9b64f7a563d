"""Push petitions to a simulated department and let it act."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_answer
from sanic.response import text

from services.tasks import Tasks
from simulators.departments.desk import Desk
from simulators.departments.routes import DepartmentRoutes
from simulators.departments.signature import Message, SignatureCheck, signed_headers
from simulators.departments.system import DepartmentSettings, DepartmentSystem
from tests.support.running import running
from tests.support.set_clock import SetClock

SECRET = "a-shared-secret-of-32-characters"
PUSH = "/simulators/departments/gaj/petitions"
EVENT = {
    "event_id": "e1",
    "event": "dispatched",
    "at": "2026-11-24T10:00:00+08:00",
    "number": "QD20261124-7K3M9P",
    "due": "2026-12-01",
    "version": 3,
    "petition": {"kind": "complaint", "text": "路灯不亮"},
    "of_tomorrow": 1,
}


class City:
    """Be the city: check what the department signs, and push to it."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.check = SignatureCheck({"sandbox": SECRET}, clock=clock)
        self.calls: list[tuple[str, str, object]] = []
        self.keys: list[str | None] = []
        self.base = ""

    async def take(self, request: Request, **_path: str) -> HTTPResponse:
        self.check.check(Message(method=request.method, target=request.path, body=request.body), request.headers)
        body = json.loads(request.body) if request.body else None
        self.calls.append((request.method, request.path.removeprefix("/departments/api/v1/petitions/"), body))
        self.keys.append(request.headers.get("Idempotency-Key"))
        if request.path.endswith("/return"):
            return text("bad gateway", status=502)
        return json_answer({"status": "signed", "due": "2026-12-01", "version": 4})

    async def push(self, event: object, *, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
        """Push an event as the document says and return status and body."""
        body = json.dumps(event).encode()
        message = Message(method="POST", target=PUSH, body=body)
        headers = signed_headers(message, "sandbox", secret=secret, at=self.clock.now())
        return await self.call("POST", PUSH, body=body, headers=headers)

    async def call(
        self, method: str, path: str, *, body: bytes = b"{}", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        named = {"Content-Type": "application/json"} | (headers or {})
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.base}{path}", data=body, headers=named) as response,
        ):
            return response.status, dict(await response.json())


@pytest.fixture
async def city(clock: SetClock) -> AsyncIterator[City]:
    """Give the city beside one simulated department."""
    made, tasks = City(clock), Tasks()
    interface: Sanic[Any, Any] = Sanic(f"city_{uuid4().hex}")
    interface.add_route(made.take, "/departments/api/v1/petitions/<number:str>", name="look")
    interface.add_route(
        made.take, "/departments/api/v1/petitions/<number:str>/<action:str>", methods=["POST"], name="a"
    )
    async with running(interface) as interface_base:
        settings = DepartmentSettings(
            id="gaj", name="单位", key="sandbox", secret=SECRET, city_base=f"{interface_base}/departments/api/v1"
        )
        desk = Desk(DepartmentSystem(settings, clock=clock))
        app: Sanic[Any, Any] = Sanic(f"department_{uuid4().hex}")
        app.blueprint(DepartmentRoutes({"gaj": desk}, tasks=tasks).blueprint())
        async with running(app) as made.base:
            yield made
            await tasks.drain(timedelta(seconds=5))
        await desk.close()


async def test_a_push_is_kept_once_however_often_it_comes(city: City) -> None:
    assert await city.push(EVENT) == (200, {"received": True, "repeated": False})
    assert await city.push(EVENT) == (200, {"received": True, "repeated": True})
    _, kept = await city.call("GET", "/simulators/departments/gaj/events")
    assert [(event["event"], event["number"]) for event in kept["events"]] == [("dispatched", "QD20261124-7K3M9P")]


async def test_a_push_that_is_not_signed_or_not_readable_is_refused(city: City) -> None:
    assert (await city.push(EVENT, secret="guessed"))[0] == 401
    assert (await city.call("POST", PUSH))[0] == 401
    assert (await city.push({"event": "dispatched"}))[0] == 400
    assert (await city.push(EVENT | {"event": "exploded"}))[0] == 400
    assert (await city.call("GET", "/simulators/departments/gaj/events"))[1]["events"] == []


async def test_planned_faults_happen_in_order_and_only_a_refused_push_is_lost(city: City) -> None:
    # Given a refusal, then a slow answer, then a lost one
    for fault in ({"kind": "refuse", "status": 503}, {"kind": "slow", "delay_s": 0.01}, {"kind": "answer_lost"}):
        planned = await city.call("POST", "/simulators/departments/gaj/faults", body=json.dumps(fault).encode())
        assert planned[0] == 201
    # When three events are pushed
    statuses = [(await city.push(EVENT | {"event_id": f"e{number}"}))[0] for number in (1, 2)]
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await city.push(EVENT | {"event_id": "e3"})
    # Then the refused one was not kept, and the one whose answer was lost was
    _, kept = await city.call("GET", "/simulators/departments/gaj/events")
    assert statuses == [503, 200]
    assert [event["event_id"] for event in kept["events"]] == ["e2", "e3"]


async def test_actions_are_signed_and_a_repeat_keeps_its_idempotency_key(city: City) -> None:
    # When the department answers before it has signed for anything, twice, and then looks
    answered = {"body": {"public_text": "已修复", "internal_text": ""}, "times": 2}
    path = "/simulators/departments/gaj/petitions/QD1/answer"
    status, replies = await city.call("POST", path, body=json.dumps(answered).encode())
    await city.call("GET", "/simulators/departments/gaj/petitions/QD1")
    # Then the city has checked three signatures, two of them under one key
    assert status == 200
    assert [reply["body"]["version"] for reply in replies["replies"]] == [4, 4]
    assert city.calls == [("POST", "QD1/answer", answered["body"])] * 2 + [("GET", "QD1", None)]
    assert city.keys[0] == city.keys[1] is not None


async def test_an_answer_that_is_no_json_and_a_city_that_is_away_are_told(city: City, clock: SetClock) -> None:
    _, replies = await city.call("POST", "/simulators/departments/gaj/petitions/QD1/return")
    assert replies["replies"] == [{"status": 502, "body": {"text": "bad gateway"}}]
    settings = DepartmentSettings(id="x", name="", key="k", secret=SECRET, city_base="http://127.0.0.1:1")
    desk = Desk(DepartmentSystem(settings, clock=clock))
    assert (await desk.look("QD1")).status == 0
    await desk.close()


async def test_a_routine_follows_every_new_dispatch_and_no_other_event(city: City) -> None:
    # Given a department that signs for what comes and answers it
    steps = {"steps": [{"action": "sign"}, {"action": "answer", "body": {"public_text": "已修复"}}]}
    await city.call("PUT", "/simulators/departments/gaj/routine", body=json.dumps(steps).encode())
    # When a petition comes twice and is urged
    for event in (EVENT, EVENT, EVENT | {"event_id": "e2", "event": "urged"}):
        await city.push(event)
    # Then it was signed for and answered once
    while len(city.calls) < 2:
        await city.call("GET", "/simulators/departments/gaj/events")
    assert [path for _, path, _ in city.calls] == ["QD20261124-7K3M9P/sign", "QD20261124-7K3M9P/answer"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/simulators/departments/other/events", "{}", 404),
        ("POST", "/simulators/departments/gaj/petitions/QD1/explode", "{}", 404),
        ("POST", "/simulators/departments/gaj/petitions/QD1/sign", '{"times": 0}', 400),
        ("POST", "/simulators/departments/gaj/faults", '{"kind": "explode"}', 400),
        ("PUT", "/simulators/departments/gaj/routine", "[]", 400),
    ],
)
async def test_a_wrong_control_call_is_refused(city: City, *, method: str, path: str, body: str, status: int) -> None:
    assert (await city.call(method, path, body=body.encode()))[0] == status
