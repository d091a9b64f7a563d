"""Agents write down calls, platforms hand in petitions and fetch their answers."""

from channels.desk.routes_sources import SourceRoutes
from services.petitions.centre_commands import Accept
from tests.support.desk import a_desk
from tests.support.petitions import AGENT, CLERK
from tests.support.sources import Stage, a_source_stage

RECORD = {
    "kind": "complaint",
    "text": "路灯坏了三天",
    "place": "市南区示例路",
    "name": "示例",
    "phone": "13000000000",
}


def routes(stage: Stage) -> SourceRoutes:
    return SourceRoutes(
        sources=stage.sources, replies=stage.replies, audit=stage.ground.audit, clock=stage.ground.clock
    )


async def test_an_agent_writes_down_a_call_once_and_stands_in_the_audit_log() -> None:
    async with a_source_stage() as stage, a_desk(*routes(stage).endpoints()) as desk:
        headers = {"Idempotency-Key": "call-1"}
        first = await desk.call("POST", "/petitions", RECORD, by="agent1", headers=headers)
        assert first[0] == 201
        assert await desk.call("POST", "/petitions", RECORD, by="agent1", headers=headers) == first
        petition = await stage.ground.service.of(first[1]["number"], by=CLERK)
        assert (petition.source, petition.text) == ("phone", "路灯坏了三天")
        [entry] = [one async for one in stage.ground.audit.entries()]
        assert (entry.act.kind, entry.act.by, entry.act.subject) == ("petition.recorded", "agent1", petition.number)
        # Without a key every call is a petition of its own
        other = await desk.call("POST", "/petitions", RECORD, by="agent1")
        assert other[1]["number"] != petition.number


async def test_a_platform_hands_in_by_its_number_and_fetches_what_goes_back() -> None:
    async with a_source_stage() as stage, a_desk(*routes(stage).endpoints()) as desk:
        body = RECORD | {"source": "province", "external_number": "SD-9"}
        number = (await desk.call("POST", "/petitions", body, by="clerk1"))[1]["number"]
        await stage.ground.service.perform(number, Accept(), by=AGENT)
        await stage.maker().step()
        _, answer = await desk.call("GET", "/replies?source=province", by="clerk1")
        [reply] = answer["replies"]
        assert (reply["external_number"], reply["number"], reply["action"]) == ("SD-9", number, "accept")
        assert (await desk.call("POST", f"/replies/{reply['id']}/taken", {}, by="clerk1"))[0] == 200
        assert (await desk.call("GET", "/replies?source=province", by="clerk1"))[1]["replies"] == []


async def test_another_matter_under_a_used_number_is_a_409() -> None:
    async with a_source_stage() as stage, a_desk(*routes(stage).endpoints()) as desk:
        body = RECORD | {"source": "province", "external_number": "SD-9"}
        await desk.call("POST", "/petitions", body, by="clerk1")
        status, answer = await desk.call("POST", "/petitions", body | {"text": "别的事"}, by="clerk1")
        assert (status, answer["code"]) == (409, "source.number_used_again")


async def test_departments_operators_and_strangers_hand_in_nothing() -> None:
    async with a_source_stage() as stage, a_desk(*routes(stage).endpoints()) as desk:
        for name in ("lamps1", "operator1"):
            assert (await desk.call("POST", "/petitions", RECORD, by=name))[0] == 403
            assert (await desk.call("GET", "/replies?source=province", by=name))[0] == 403
        assert (await desk.call("POST", "/petitions", RECORD))[0] == 401
        assert (await desk.call("POST", "/petitions", {"kind": "help"}, by="agent1"))[0] == 400
        assert (await desk.call("POST", "/petitions", RECORD | {"phone": "x"}, by="agent1"))[0] == 422
