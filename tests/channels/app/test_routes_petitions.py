"""Petitions of the client API, against the whole running system."""

import asyncio
from typing import Any

import pytest

from services.petitions.commands import REASON_LIMIT
from tests.support.pictures import a_picture
from tests.support.system import DEPARTMENT, DEPARTMENT_ACCOUNT, Answer, Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

PETITIONS = "/api/v1/petitions"


def a_body(**fields: object) -> dict[str, Any]:
    return {"kind": "help", "text": "路灯坏了三天没人修", "place": {"text": "崂山区中韩街道"}, **fields}


async def filed(guest: Client, **fields: object) -> dict[str, Any]:
    answer = await guest.call("POST", PETITIONS, a_body(**fields))
    assert answer.status == 201, answer.body
    body: dict[str, Any] = answer.body
    return body


async def moved(client: Client, number: str, *actions: tuple[str, dict[str, Any]]) -> None:
    for action, body in actions:
        answer = await client.call("POST", f"/desk/api/v1/petitions/{number}/{action}", body)
        assert answer.status == 200, answer.body


async def answered(system: Running, number: str) -> None:
    """Bring a petition to its answer."""
    await moved(await system.client.staff("clerk1"), number, ("accept", {}), ("dispatch", {"to": DEPARTMENT}))
    department = await system.client.staff(DEPARTMENT_ACCOUNT)
    await moved(department, number, ("sign", {}), ("answer", {"public_text": "已修好", "internal_text": "换灯泡"}))


async def test_who_files_is_given_number_key_status_and_day(system: Running) -> None:
    body = await filed(await system.client.guest())
    assert body.keys() == {"number", "query_key", "status", "due"}
    assert (len(body["number"]), len(body["query_key"]), body["status"]) == (17, 16, "filed")


async def test_the_number_alone_opens_nothing_and_says_no_more_than_a_wrong_one(system: Running) -> None:
    body, stranger = await filed(await system.client.guest()), await system.client.guest()
    path = f"{PETITIONS}/{body['number']}"
    refusals = [
        await system.client.call("GET", path),
        await stranger.call("GET", path),
        await system.client.call("GET", f"{path}?key=0000000000000000"),
        await system.client.call("GET", f"{path}?key="),
        await system.client.call("GET", f"{PETITIONS}/QD20261124-000000?key={body['query_key']}"),
        await stranger.call("POST", f"{path}/withdraw", {}),
        await stranger.call("POST", f"{path}/urge", {}),
        await stranger.call("POST", f"{path}/supplement", {"text": "x"}),
        await stranger.call("POST", f"{path}/rating", {"solved": True, "result": 5, "process": 5}),
    ]
    assert {(one.status, one.body["code"]) for one in refusals} == {(404, "petition.not_found")}
    assert (await system.client.call("GET", f"{path}?key={body['query_key']}")).status == 200


async def test_a_token_that_is_none_is_refused_even_beside_the_right_key(system: Running) -> None:
    body = await filed(await system.client.guest())
    answer = await system.client.holding("nobody's").call(
        "GET", f"{PETITIONS}/{body['number']}?key={body['query_key']}"
    )
    assert answer.status == 401


async def test_the_same_key_files_once_also_when_it_comes_ten_times_at_once(system: Running) -> None:
    guest, headers = await system.client.guest(), {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(guest.call("POST", PETITIONS, a_body(), headers=headers) for _ in range(10)))
    assert {one.status for one in answers} == {201}
    assert len({one.data for one in answers}) == 1


async def test_a_key_that_came_with_another_petition_is_a_conflict_and_files_nothing(system: Running) -> None:
    guest, headers = await system.client.guest(), {"Idempotency-Key": "k1"}
    first = await guest.call("POST", PETITIONS, a_body(), headers=headers)
    spaced = await guest.call("POST", PETITIONS, a_body(text="  路灯坏了三天没人修\n"), headers=headers)
    assert spaced.body == first.body
    for other in (a_body(text="另一件事情的描述"), a_body(kind="complaint")):
        refusal = await guest.call("POST", PETITIONS, other, headers=headers)
        assert (refusal.status, refusal.body["code"]) == (409, "petition.key_used_again")
    # And somebody else's same key is another petition
    stranger = await system.client.guest()
    assert (await stranger.call("POST", PETITIONS, a_body(), headers=headers)).body["number"] != first.body["number"]


async def test_without_a_key_every_call_is_a_petition_of_its_own(system: Running) -> None:
    guest = await system.client.guest()
    assert (await filed(guest))["number"] != (await filed(guest))["number"]


@pytest.mark.parametrize("key", ["x" * 129, "with space", "ключ"])
async def test_a_key_that_is_none_is_refused(system: Running, key: str) -> None:
    guest = await system.client.guest()
    answer = await guest.call("POST", PETITIONS, a_body(), headers={"Idempotency-Key": key})
    assert (answer.status, list(answer.body["fields"])) == (422, ["Idempotency-Key"])


@pytest.mark.parametrize(
    ("fields", "status", "place"),
    [
        ({"text": "   "}, 422, "text"),
        ({"text": ""}, 400, "text"),
        ({"text": "长" * 2_001}, 400, "text"),
        ({"kind": "rumour"}, 400, "kind"),
        ({"place": {"text": ""}}, 400, "place.text"),
        ({"place": {"text": "x", "lat": 91}}, 400, "place.lat"),
        ({"contact": {"phone": "not a number"}}, 422, "phone"),
        ({"contact": {"phone": "1" * 21}}, 400, "contact.phone"),
        ({"media": ["x"] * 10}, 400, "media"),
        ({"status": "closed"}, 400, "status"),
        ({"anonymous": "yes"}, 400, "anonymous"),
    ],
)
async def test_a_faulty_petition_is_refused_by_field(
    system: Running, fields: dict[str, Any], status: int, place: str
) -> None:
    answer = await (await system.client.guest()).call("POST", PETITIONS, a_body(**fields))
    assert (answer.status, list(answer.body["fields"])) == (status, [place])


@pytest.mark.parametrize(
    "occurred",
    ["昨晚", "", "2026-11-24T10:00:00+08:00", "2026-11-24", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
)
async def test_when_it_occurred_may_be_words_or_any_time(system: Running, occurred: str) -> None:
    body = await filed(await system.client.guest(), occurred=occurred)
    shown = await (await system.client.staff("clerk1")).call("GET", f"/desk/api/v1/petitions/{body['number']}")
    assert shown.body["occurred"] == occurred


async def test_pictures_of_others_are_refused_when_filing_and_when_supplementing(system: Running) -> None:
    owner, stranger = await system.client.guest(), await system.client.guest()
    picture = (await owner.call("POST", "/api/v1/media", data=a_picture())).body["media_id"]
    assert (await stranger.call("POST", PETITIONS, a_body(media=[picture]))).status == 404
    theirs, own = await filed(stranger), await filed(owner, media=[picture])
    path = f"{PETITIONS}/{theirs['number']}/supplement"
    for client, suffix in ((stranger, ""), (system.client, f"?key={theirs['query_key']}")):
        refusal = await client.call("POST", path + suffix, {"text": "x", "media": [picture]})
        assert (refusal.status, refusal.body["code"]) == (404, "media.not_found")
    added = await owner.call("POST", f"{PETITIONS}/{own['number']}/supplement", {"media": [picture]})
    assert added.status == 200, added.body
    worded = await system.client.call("POST", f"{path}?key={theirs['query_key']}", {"text": "还有一盏"})
    assert worded.body["timeline"][-1]["step"] == "supplemented"


async def test_a_petition_goes_its_whole_way_and_the_citizen_sees_every_step(system: Running) -> None:
    guest = await system.client.guest()
    number = (await filed(guest))["number"]
    path = f"{PETITIONS}/{number}"
    urged = await guest.call("POST", f"{path}/urge", {})
    assert urged.status == 200, urged.body
    early = await guest.call("POST", f"{path}/rating", {"solved": True, "result": 5, "process": 5})
    assert (early.status, early.body["code"]) == (409, "petition.transition_refused")
    await answered(system, number)
    rating = {"solved": True, "result": 5, "process": 4, "text": "谢" * REASON_LIMIT}
    rated = await guest.call("POST", f"{path}/rating", rating)
    assert rated.status == 200, rated.body
    shown = (await guest.call("GET", path)).body
    assert shown["number"] == number
    steps = [line["step"] for line in shown["timeline"]]
    assert steps[0] == "filed"
    assert {"accepted", "dispatched", "signed", "answered"} <= set(steps)
    assert "换灯泡" not in str(shown)
    assert any("已修好" in line["text"] for line in shown["timeline"])


async def test_a_withdrawn_petition_stays_withdrawn(system: Running) -> None:
    guest = await system.client.guest()
    path = f"{PETITIONS}/{(await filed(guest))['number']}"
    assert (await guest.call("POST", f"{path}/withdraw", {"reason": "已自行解决"})).body["status"] == "withdrawn"
    again: Answer = await guest.call("POST", f"{path}/withdraw", {})
    assert (again.status, again.body["code"]) == (409, "petition.transition_refused")
    assert (await guest.call("POST", f"{path}/urge", {})).status == 409


@pytest.mark.parametrize(
    "rating",
    [
        {"solved": True, "result": 0, "process": 5},
        {"solved": True, "result": 5, "process": 6},
        {"solved": "yes", "result": 5, "process": 5},
        {"solved": True, "result": 5},
        {"solved": True, "result": 5, "process": 5, "text": "长" * (REASON_LIMIT + 1)},
    ],
)
async def test_a_rating_outside_the_scale_is_refused(system: Running, rating: dict[str, Any]) -> None:
    guest = await system.client.guest()
    path = f"{PETITIONS}/{(await filed(guest))['number']}"
    assert (await guest.call("POST", f"{path}/rating", rating)).status == 400


async def test_the_page_is_told_who_has_it_how_long_and_what_may_be_done(system: Running) -> None:
    guest = await system.client.guest()
    number = (await filed(guest))["number"]
    path = f"{PETITIONS}/{number}"
    shown = (await guest.call("GET", path)).body
    assert (shown["handler"], shown["reply"], shown["rating"], shown["question"]) == ("12345 热线中心", None, None, "")
    assert shown["actions"] == ["supplement", "urge", "withdraw"]
    assert shown["days_left"] >= 1
    assert shown["overdue"] is False
    assert [(line["name"], line["detail"]) for line in shown["timeline"]] == [("提交诉求", "")]
    # When the unit asks back
    await moved(await system.client.staff("clerk1"), number, ("accept", {}), ("dispatch", {"to": DEPARTMENT}))
    department = await system.client.staff(DEPARTMENT_ACCOUNT)
    await moved(department, number, ("sign", {}), ("wait", {"question": "哪一盏灯？"}))
    asked = (await guest.call("GET", path)).body
    assert (asked["question"], asked["days_left"], asked["due"]) == ("哪一盏灯？", None, None)
    assert asked["handler"] == asked["timeline"][-1]["detail"].split("：")[0] != ""
    assert asked["revision"] > shown["revision"]
    # When it is answered and rated
    told = await guest.call("POST", f"{path}/supplement", {"text": "东门那盏"})
    assert told.body["question"] == ""
    await moved(department, number, ("answer", {"public_text": "已修好", "internal_text": "换灯泡"}))
    answered_view = (await guest.call("GET", path)).body
    assert answered_view["reply"]["text"] == "已修好"
    assert answered_view["reply"]["department"] == asked["handler"]
    assert answered_view["actions"] == ["rate"]
    assert answered_view["rate_until"] > answered_view["reply"]["at"]
    rated = await guest.call("POST", f"{path}/rating", {"solved": False, "result": 2, "process": 3})
    assert rated.body["rating"] | {"at": None} == {"at": None, "solved": False, "result": 2, "process": 3}
    assert (rated.body["actions"], rated.body["rate_until"]) == ([], None)
    assert (rated.body["status"], rated.body["status_name"]) == ("heard", "已评价")


async def test_an_action_under_one_key_is_done_once_with_the_token_or_with_the_query_key(system: Running) -> None:
    guest = await system.client.guest()
    body = await filed(guest)
    path, by_key = f"{PETITIONS}/{body['number']}", f"?key={body['query_key']}"
    headers = {"Idempotency-Key": "supplement-1"}
    words = {"text": "还有一盏"}
    # When the same supplement comes five times at once, and again without the token
    answers = await asyncio.gather(
        *(guest.call("POST", f"{path}/supplement", words, headers=headers) for _ in range(5))
    )
    again = await system.client.call("POST", f"{path}/supplement{by_key}", words, headers=headers)
    # Then it was added once, and everybody is shown that
    assert {one.status for one in (*answers, again)} == {200}
    assert [line["step"] for line in again.body["timeline"]] == ["filed", "supplemented"]
    # And a withdrawal that is repeated is no conflict, while another action under its key is one
    once = {"Idempotency-Key": "withdraw-1"}
    for _ in range(2):
        withdrawn = await guest.call("POST", f"{path}/withdraw", {"reason": "已修好"}, headers=once)
        assert (withdrawn.status, withdrawn.body["status"]) == (200, "withdrawn")
    other = await guest.call("POST", f"{path}/withdraw", {"reason": "不办了"}, headers=once)
    assert (other.status, other.body["code"]) == (409, "petition.action_key_used_again")


async def test_a_key_opens_nothing_to_a_stranger_and_a_faulty_one_is_named(system: Running) -> None:
    body, stranger = await filed(await system.client.guest()), await system.client.guest()
    path = f"{PETITIONS}/{body['number']}"
    refused = await stranger.call("POST", f"{path}/urge", {}, headers={"Idempotency-Key": "u1"})
    assert (refused.status, refused.body["code"]) == (404, "petition.not_found")
    faulty = await stranger.call(
        "POST", f"{path}/urge?key={body['query_key']}", {}, headers={"Idempotency-Key": "x" * 129}
    )
    assert (faulty.status, list(faulty.body["fields"])) == (422, ["Idempotency-Key"])
