"""The interface with units' systems, played by the simulated system over HTTP with the whole server behind it."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from simulators.departments.desk import Desk
from simulators.departments.signature import Message, signed_headers
from simulators.departments.system import Event
from tests.support.pictures import a_picture
from tests.support.system import Answer, Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = "/departments/api/v1"
UNIT, OTHER = "cgj", "gsqy"
_COUNT = itertools.count(1)


class Office:
    """The centre's clerk, two units' systems, and petitions between them."""

    def __init__(self, running: Running, clerk: Client, supervisor: Client) -> None:
        self.running = running
        self.clerk = clerk
        self.supervisor = supervisor

    def unit(self, name: str = UNIT) -> Desk:
        """Return the simulated system of a unit."""
        simulators = self.running.system.simulators
        assert simulators is not None
        return simulators.departments[name]

    async def dispatched(self, *, anonymous: bool = False, media: tuple[str, ...] = ()) -> str:
        """File, accept and dispatch a petition; return its number."""
        guest = await self.running.client.guest()
        body = {
            "kind": "complaint",
            "text": f"路灯坏了三天没人修 {next(_COUNT)}",
            "place": {"text": "市南区"},
            "anonymous": anonymous,
            "contact": {"name": "示例", "phone": "13000000000"},
        }
        if media:
            uploaded = await guest.call("POST", "/api/v1/media", data=a_picture())
            body["media"] = [uploaded.body["media_id"]]
        number = str((await guest.call("POST", "/api/v1/petitions", body)).body["number"])
        assert (await self.move(number, "accept")).status == 200
        assert (await self.move(number, "dispatch", {"to": UNIT, "joint": [OTHER], "note": "加急"})).status == 200
        return number

    async def move(self, number: str, action: str, body: dict[str, Any] | None = None) -> Answer:
        """Act as the centre."""
        staff = self.supervisor if action in {"approve-extension", "supervise"} else self.clerk
        return await staff.call("POST", f"/desk/api/v1/petitions/{number}/{action}", body or {})

    async def pushed(self, number: str, *, count: int, unit: str = UNIT) -> list[Event]:
        """Wait until a unit's system was told so many things about a petition and return them."""

        def events() -> list[Event] | None:
            found = [event for event in self.unit(unit).system.events if event.number == number]
            return found if len(found) >= count else None

        return await asyncio.to_thread(eventually, events)

    async def signed(self, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
        """Make a signed call as the unit's system would."""
        settings = self.unit().system.settings
        message = Message(method=method, target=target, body=body)
        now = self.running.system.ground.clock.now()
        own = signed_headers(message, settings.key, secret=settings.secret, at=now)
        return await self.running.client.call(method, target, data=body or None, headers={**own, **headers})


@pytest_asyncio.fixture(loop_scope="session")
async def office(system: Running) -> AsyncIterator[Office]:
    yield Office(system, await system.client.staff("clerk1"), await system.client.staff("supervisor1"))


async def test_a_dispatch_is_pushed_with_the_petition_and_the_assistant_is_asked_in(office: Office) -> None:
    number = await office.dispatched()
    event = (await office.pushed(number, count=1))[0]
    assert (event.event, event.version, event.text) == ("dispatched", 3, "加急")
    assert (event.petition or {})["contact"] == {"name": "示例", "phone": "13000000000"}
    assert (event.petition or {})["text"].startswith("路灯坏了三天")
    assert event.due is not None
    joined = (await office.pushed(number, count=1, unit=OTHER))[0]
    assert joined.event == "joined"


async def test_who_files_anonymously_stays_unknown_to_the_unit(office: Office) -> None:
    number = await office.dispatched(anonymous=True)
    event = (await office.pushed(number, count=1))[0]
    assert ((event.petition or {})["anonymous"], (event.petition or {})["contact"]) == (True, None)
    refused = await office.signed(
        "POST", f"{API}/petitions/{number}/contact", b'{"purpose": "\xe4\xb8\x8a\xe9\x97\xa8"}'
    )
    assert (refused.status, refused.body["code"]) == (403, "petition.contact_withheld")


async def test_a_unit_signs_extends_and_answers_and_each_repeat_changes_nothing(office: Office) -> None:
    number = await office.dispatched()
    unit = office.unit()
    for action, body in (
        ("sign", {"version": 3}),
        ("start", {}),
        ("request-extension", {"days": 3, "reason": "待料"}),
    ):
        first, *repeats = await unit.act(number, action, body=body, times=3)
        assert first.status == 200, first.body
        assert [repeat.body for repeat in repeats] == [first.body] * 2
    assert (await office.move(number, "approve-extension")).status == 200
    approved = (await office.pushed(number, count=2))[-1]
    assert approved.event == "extension-approved"
    evidence = [{"at": "2026-01-05T10:00:00+08:00", "way": "phone", "note": "已电话说明"}]
    answered = await unit.act(
        number, "answer", body={"public_text": "已修好", "internal_text": "换灯泡", "evidence": evidence}, times=2
    )
    assert [reply.status for reply in answered] == [200, 200]
    seen = (await unit.look(number)).body
    assert (seen["status"], seen["lead"]) == ("answered", True)
    assert [step["action"] for step in seen["steps"]][-1] == "answer"
    assert "petition" in seen
    shown = await office.clerk.call("GET", f"/desk/api/v1/petitions/{number}")
    actions = [event["action"] for event in shown.body["history"]]
    assert len(actions) == len(set(actions)), "every action stands once in the history"


async def test_actions_out_of_order_are_refused_and_change_nothing(office: Office) -> None:
    number = await office.dispatched()
    unit = office.unit()
    before = (await unit.look(number)).body
    for action, body in (("start", {}), ("answer", {"public_text": "已修好"}), ("resume", {})):
        (refused,) = await unit.act(number, action, body=body)
        assert (refused.status, refused.body["code"]) == (409, "petition.transition_refused")
    (stale,) = await unit.act(number, "sign", body={"version": 1})
    assert (stale.status, stale.body["code"]) == (409, "store.stale_version")
    (missing,) = await unit.act(number, "return", body={})
    assert missing.status == 400
    assert (await unit.look(number)).body == before


async def test_a_unit_that_it_was_not_given_to_finds_nothing(office: Office) -> None:
    number = await office.dispatched()
    assistant = office.unit(OTHER)
    assert (await assistant.look(number)).body["lead"] is False
    (refused,) = await assistant.act(number, "sign")
    assert refused.status == 404, "an assistant contributes and nothing else"
    (contributed,) = await assistant.act(number, "contribute", body={"text": "管线在我方"})
    assert contributed.status == 200
    returned = await office.unit().act(number, "return", body={"reason": "非我单位"})
    assert returned[0].status == 200
    assert (await office.move(number, "dispatch", {"to": OTHER})).status == 200
    assert (await office.unit().look(number)).status == 404


async def test_a_system_that_is_slow_or_loses_its_answer_is_told_once(office: Office) -> None:
    unit = office.unit()
    await unit_fault(office, {"kind": "answer_lost"})
    await unit_fault(office, {"kind": "refuse", "status": 503})
    number = await office.dispatched()
    events = await office.pushed(number, count=1)
    await unit.act(number, "sign")
    guest_urged = await office.move(number, "supervise", {"note": "重点"})
    assert guest_urged.status == 200
    events = await office.pushed(number, count=2)
    assert sorted(event.event for event in events) == ["dispatched", "supervised"]


async def test_pictures_go_both_ways(office: Office) -> None:
    number = await office.dispatched(media=("one",))
    event = (await office.pushed(number, count=1))[0]
    media_id = (event.petition or {})["media"][0]["media_id"]
    shown = await office.signed("GET", f"{API}/petitions/{number}/media/{media_id}")
    assert (shown.status, shown.data[:2]) == (200, b"\xff\xd8")
    assert (await office.signed("GET", f"{API}/petitions/{number}/media/media_other")).status == 404
    uploaded = await office.signed("POST", f"{API}/media", a_picture())
    assert uploaded.status == 201
    await office.unit().act(number, "sign")
    body = {"public_text": "已修好", "media": [uploaded.body["media_id"]]}
    (stolen,) = await office.unit().act(number, "answer", body=body | {"media": [media_id]})
    assert stolen.status == 404, "a citizen's picture is not the unit's evidence"
    (answered,) = await office.unit().act(number, "answer", body=body)
    assert answered.status == 200


async def test_the_contact_is_opened_for_a_recorded_purpose(office: Office) -> None:
    number = await office.dispatched()
    opened = await office.signed("POST", f"{API}/petitions/{number}/contact", '{"purpose": "上门核实"}'.encode())
    assert opened.body == {"name": "示例", "phone": "13000000000"}
    shown = await office.clerk.call("GET", f"/desk/api/v1/petitions/{number}")
    last = shown.body["history"][-1]
    assert (last["action"], last["internal"], last["by"]) == ("reveal", "上门核实", f"demo-{UNIT}")


async def test_a_unit_without_an_address_pulls_its_petitions(office: Office) -> None:
    number = await office.dispatched()
    listed = await office.signed("GET", f"{API}/petitions?status=dispatched&limit=200")
    assert number in [line["number"] for line in listed.body["petitions"]]
    first = await office.signed("GET", f"{API}/petitions?limit=1")
    assert first.body["next"]
    second = await office.signed("GET", f"{API}/petitions?limit=1&cursor={first.body['next']}")
    assert second.body["petitions"] != first.body["petitions"]


async def test_without_a_signature_nothing_is_shown_or_done(office: Office) -> None:
    number = await office.dispatched()
    for method, path in (
        ("GET", f"{API}/petitions"),
        ("GET", f"{API}/petitions/{number}"),
        ("POST", f"{API}/petitions/{number}/sign"),
        ("POST", f"{API}/media"),
        ("GET", f"{API}/petitions/{number}/media/media_1"),
    ):
        refused = await office.running.client.call(method, path)
        assert (refused.status, refused.body["code"]) == (401, "department.not_signed"), path


async def test_an_action_needs_a_key_and_a_key_stands_for_one_action(office: Office) -> None:
    number = await office.dispatched()
    path = f"{API}/petitions/{number}"
    assert (await office.signed("POST", f"{path}/sign", b"{}")).status == 422
    assert (await office.signed("POST", f"{path}/fly", b"{}", **{"Idempotency-Key": "k" * 8})).status == 404
    assert (await office.signed("POST", f"{path}/sign", b"{}", **{"Idempotency-Key": "k" * 8})).status == 200
    again = await office.signed("POST", f"{path}/start", b"{}", **{"Idempotency-Key": "k" * 8})
    assert (again.status, again.body["code"]) == (409, "petition.action_key_used_again")


async def unit_fault(office: Office, fault: dict[str, Any]) -> None:
    """Let the next push to the unit go wrong."""
    planned = await office.running.client.call("POST", f"/simulators/departments/{UNIT}/faults", fault)
    assert planned.status == 201
