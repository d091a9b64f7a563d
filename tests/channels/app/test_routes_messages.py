"""Guests, messages and tickets of the client API, against the whole running system."""

import asyncio
from datetime import timedelta

import pytest

from channels.app.routes_messages import GUESTS_PER_MINUTE
from services.coordination.in_process import InProcessLimiter
from tests.channels.app.streaming import streaming
from tests.support.pictures import a_picture
from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

MESSAGES = "/api/v1/messages"


def a_message(*texts: str, client_id: str = "m1") -> dict[str, object]:
    return {"client_id": client_id, "parts": [{"type": "text", "body": text} for text in texts]}


async def test_a_guest_is_given_a_token_and_an_id_of_their_own(system: Running) -> None:
    one, other = [await system.client.call("POST", "/api/v1/guests", {}) for _ in range(2)]
    assert one.status == 201
    assert one.body.keys() == {"token", "citizen_id"}
    assert not set(one.body.values()) & set(other.body.values())
    assert (await system.client.call("POST", "/api/v1/guests", data=b"")).status == 201


async def test_a_question_is_answered_at_once_and_stands_in_the_conversation(system: Running) -> None:
    guest = await system.client.guest()
    answer = await guest.call("POST", MESSAGES, a_message("身份证丢了怎么补办"))
    assert (answer.status, answer.body["seq"]) == (200, 1)
    reply = answer.body["replies"][0]
    assert (reply["seq"], reply["from"]) == (2, "bot")
    said = (await guest.call("GET", f"{MESSAGES}?after=0")).body["messages"]
    assert [(one["seq"], one["from"]) for one in said] == [(1, "citizen"), (2, "bot")]
    assert said[1]["parts"] == reply["parts"]
    assert "provenance" not in said[1]
    assert (await guest.call("GET", f"{MESSAGES}?after=1")).body["messages"] == said[1:]
    assert (await guest.call("GET", f"{MESSAGES}?after=99")).body["messages"] == []


async def test_a_repeat_gets_the_first_answer_also_when_it_comes_at_the_same_time(system: Running) -> None:
    guest = await system.client.guest()
    answers = await asyncio.gather(*(guest.call("POST", MESSAGES, a_message("你好", "在吗")) for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    said = (await guest.call("GET", MESSAGES)).body["messages"]
    assert [one["from"] for one in said].count("citizen") == 2


async def test_no_client_id_can_pass_for_a_part_of_another_message(system: Running) -> None:
    guest = await system.client.guest()
    await guest.call("POST", MESSAGES, a_message("一", "二", client_id="a"))
    later = await guest.call("POST", MESSAGES, a_message("三", client_id="a#1"))
    said = (await guest.call("GET", MESSAGES)).body["messages"]
    assert said[later.body["seq"] - 1]["parts"] == [{"type": "text", "body": "三"}]


async def test_every_part_comes_back_under_the_name_its_client_gave_the_message(system: Running) -> None:
    guest = await system.client.guest()
    parts = [{"type": "text", "body": "你好"}, {"type": "text", "body": "居民身份证换领"}]
    assert (await guest.call("POST", MESSAGES, {"client_id": "two", "parts": parts})).status == 200
    said = (await guest.call("GET", MESSAGES)).body["messages"]
    assert [one.get("client_id") for one in said if one["from"] == "citizen"] == ["two", "two"]
    assert not any("client_id" in one for one in said if one["from"] != "citizen")


async def test_two_guests_never_see_one_another(system: Running) -> None:
    one, other = await system.client.guest(), await system.client.guest()
    await one.call("POST", MESSAGES, a_message("你好"))
    assert (await other.call("GET", MESSAGES)).body == {"messages": []}


async def test_a_picture_may_be_sent_by_its_owner_alone(system: Running) -> None:
    owner, stranger = await system.client.guest(), await system.client.guest()
    media_id = (await owner.call("POST", "/api/v1/media", data=a_picture())).body["media_id"]
    body = {"client_id": "p1", "parts": [{"type": "image", "media_id": media_id}]}
    assert (await owner.call("POST", MESSAGES, body)).status == 200
    refusal = await stranger.call("POST", MESSAGES, body)
    assert (refusal.status, refusal.body["code"]) == (404, "media.not_found")
    assert (await stranger.call("GET", MESSAGES)).body == {"messages": []}


async def test_more_messages_than_one_person_writes_are_a_429() -> None:
    async with streaming(per_minute=2) as world:
        guest = await world.guest()
        statuses = [(await guest.say(f"m{number}", "好"))["status"] for number in (1, 2, 3, 1)]
        assert statuses == [200, 200, 429, 200]


async def test_a_late_answer_is_acknowledged_without_a_place_and_comes_later() -> None:
    async with streaming() as world:
        world.echo.gate.clear()
        guest = await world.guest()
        late = await guest.say("m1", "慢")
        assert (late["status"], late["seq"], late["replies"]) == (200, 0, [])
        world.echo.gate.set()
        async with guest.line() as line:
            assert [frame["seq"] for frame in await line.until("message", 2)] == [1, 2]
        assert (await guest.say("m1", "慢"))["seq"] == 1


async def test_a_fault_of_ours_is_a_503_and_says_when_to_come_again() -> None:
    async with streaming() as world:
        world.echo.error = RuntimeError("bug")
        answer = await (await world.guest()).say("m1", "好")
        assert (answer["status"], answer["code"]) == (503, "request.unavailable")


async def test_more_guests_from_one_address_than_a_neighbourhood_are_a_429() -> None:
    async with streaming() as world:
        limiter: InProcessLimiter = world.limiter
        for _ in range(GUESTS_PER_MINUTE):
            await limiter.allow("guests:127.0.0.1", limit=GUESTS_PER_MINUTE, per=timedelta(minutes=1))
        async with world.session.post(world.url + "/guests", json={}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (429, "guests.too_many")
