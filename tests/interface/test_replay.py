"""A message that was given up is found at the desk, replayed, and reaches its citizen once."""

from datetime import UTC, datetime

import pytest

from services.conversations.model import citizen_id, conversation_id
from services.ids import CitizenId
from services.outbox.delivery import DELIVERIES, Delivery, DeliveryStatus
from services.promises import Pending, Topic
from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DELIVERIES_PATH = "/desk/api/v1/deliveries"
NUMBER = "QD20261124-7K3M9P"


async def test_a_dead_letter_is_replayed_through_the_desk_and_arrives_once(system: Running) -> None:
    # Given a citizen whose message was given up
    guest = await system.client.guest()
    await guest.call("POST", "/api/v1/messages", {"client_id": "m1", "parts": [{"type": "text", "body": "你好"}]})
    contact = await system.system.services.guests.known(guest.token)
    key = conversation_id(contact)
    promise = Pending(
        id="pt_REPLAY:2",
        topic=Topic.PETITION_ACCEPTED,
        at=AT,
        citizen_id=citizen_id(contact),
        conversation_id=key,
        facts={"number": NUMBER, "due": "2026-12-01"},
    )
    dead = Delivery(
        id=f"{promise.id}@{key}",
        promise=promise,
        contact=contact,
        citizen_id=citizen_id(contact),
        status=DeliveryStatus.DEAD,
        due=None,
        created_at=AT,
        settled_at=AT,
    )
    await system.system.ground.database.collection(DELIVERIES).add(dead)
    # When an operator finds and replays it
    operator = await system.client.staff("operator1")
    listed = (await operator.call("GET", f"{DELIVERIES_PATH}?status=dead")).body["deliveries"]
    assert dead.id in {line["id"] for line in listed}
    replayed = await operator.call("POST", f"{DELIVERIES_PATH}/{dead.id}/replay", {})
    assert replayed.status == 200
    # Then the citizen has it, once, and it cannot be replayed again
    ticket = (await guest.call("POST", "/api/v1/stream/tickets")).body["ticket"]
    url = f"{system.client.url}/api/v1/stream?ticket={ticket}&after=2"
    async with guest.session.ws_connect(url) as socket:
        frame = await socket.receive_json(timeout=5)
    assert (frame["from"], NUMBER in frame["parts"][0]["body"]) == ("system", True)
    shown = (await operator.call("GET", f"{DELIVERIES_PATH}/{dead.id}")).body
    assert shown["attempts"][0]["outcome"] == "replayed"
    assert "13000000000" not in str(shown)
    mine = (await operator.call("GET", f"{DELIVERIES_PATH}?citizen_id={dead.citizen_id}")).body["deliveries"]
    assert [line["id"] for line in mine] == [dead.id]


async def test_what_was_sent_is_not_sent_again(system: Running) -> None:
    sent = Delivery(
        id="pt_SENT:1@cv_none",
        promise=Pending(id="pt_SENT:1", topic=Topic.PETITION_ACCEPTED, at=AT, citizen_id=citizen_id_of("x")),
        contact=await system.system.services.guests.known((await system.client.guest()).token),
        citizen_id=citizen_id_of("x"),
        status=DeliveryStatus.SENT,
        due=None,
        created_at=AT,
    )
    await system.system.ground.database.collection(DELIVERIES).add(sent)
    operator = await system.client.staff("operator1")
    refused = await operator.call("POST", f"{DELIVERIES_PATH}/{sent.id}/replay", {})
    assert (refused.status, refused.body["code"]) == (409, "push.not_replayable")


def citizen_id_of(name: str) -> CitizenId:
    return CitizenId(f"cz_{name}")
