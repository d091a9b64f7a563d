"""Petitions of the desk API, against the whole running system."""

import asyncio
from typing import Any

import pytest

from tests.support.system import DEPARTMENT, DEPARTMENT_ACCOUNT, Client, Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = "/desk/api/v1/petitions"
PHONE = "13000000000"


async def filed(system: Running, **fields: object) -> str:
    """File a petition as a new guest and return its number."""
    body = {
        "kind": "complaint",
        "text": "路灯坏了三天没人修\n晚上很黑",
        "place": {"text": "崂山区中韩街道"},
        "contact": {"name": "示例", "phone": PHONE},
        **fields,
    }
    answer = await (await system.client.guest()).call("POST", "/api/v1/petitions", body)
    assert answer.status == 201, answer.body
    number: str = answer.body["number"]
    return number


async def act(client: Client, number: str, action: str, body: object = None) -> tuple[int, Any]:
    answer = await client.call("POST", f"{DESK}/{number}/{action}", body or {})
    return answer.status, answer.body


async def test_a_petition_is_shown_with_its_proposal_and_without_its_reporter(system: Running) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    shown = await clerk.call("GET", f"{DESK}/{number}")
    assert shown.status == 200
    assert (shown.body["version"], shown.body["status"], shown.body["kind"]) == (1, "filed", "complaint")
    assert shown.body["title"] == "路灯坏了三天没人修"
    assert len(shown.body["proposal"]["categories"]) >= 1
    assert shown.body["proposal"]["department_name"]
    assert shown.body["has_contact"]
    assert PHONE.encode() not in shown.data
    assert [event["action"] for event in shown.body["history"]] == ["file"]


async def test_the_contact_opens_for_a_purpose_that_stands_in_the_history(system: Running) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    assert await act(clerk, number, "contact", {"purpose": "核实情况"}) == (200, {"name": "示例", "phone": PHONE})
    history = (await clerk.call("GET", f"{DESK}/{number}")).body["history"]
    assert (history[-1]["by"], "核实情况" in str(history[-1])) == ("clerk1", True)
    # And the citizen's own timeline says nothing of it
    assert (await act(clerk, number, "contact", {"purpose": ""}))[0] == 400
    assert (await act(clerk, number, "contact", {}))[0] == 400


async def test_a_petition_goes_from_hand_to_hand_and_each_answer_says_where_it_stands(system: Running) -> None:
    number = await filed(system)
    clerk, department = await system.client.staff("clerk1"), await system.client.staff(DEPARTMENT_ACCOUNT)
    # Given what is not theirs yet
    assert (await department.call("GET", f"{DESK}/{number}")).status == 404
    # When it is accepted and dispatched, then it is
    assert (await act(clerk, number, "accept", {"version": 1}))[1]["status"] == "accepted"
    status, moved = await act(clerk, number, "dispatch", {"to": DEPARTMENT})
    assert (status, moved["status"]) == (200, "dispatched")
    assert moved.keys() == {"status", "due", "version"}
    assert (await department.call("GET", f"{DESK}/{number}")).body["version"] == moved["version"]
    listed = (await department.call("GET", f"{DESK}?status=dispatched&limit=200")).body["petitions"]
    assert number in {line["number"] for line in listed}
    for action, body, after in (
        ("sign", {}, "signed"),
        ("wait", {"question": "哪一盏灯？"}, "waiting"),
        ("resume", {}, None),
        ("answer", {"public_text": "已修好", "internal_text": "换灯泡"}, "answered"),
    ):
        status, moved = await act(department, number, action, body)
        assert status == 200, moved
        assert after in {None, moved["status"]}


async def test_of_two_who_act_on_the_same_screen_one_is_told_to_look_again(system: Running) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    outcomes = await asyncio.gather(*(act(clerk, number, "accept", {"version": 1}) for _ in range(4)))
    assert sorted(status for status, _ in outcomes) == [200, 409, 409, 409]
    assert {body["code"] for status, body in outcomes if status == 409} <= {
        "store.stale_version",
        "petition.transition_refused",
    }


@pytest.mark.parametrize(
    ("action", "body", "status", "code"),
    [
        ("close", {}, 409, "petition.transition_refused"),
        ("dispatch", {"to": DEPARTMENT}, 409, "petition.transition_refused"),
        ("accept", {"version": 7}, 409, "store.stale_version"),
        ("accept", {"version": "1"}, 400, "request.malformed"),
        ("accept", {"version": 1.5}, 400, "request.malformed"),
        ("accept", {"stauts": "closed"}, 400, "request.malformed"),
        ("dispatch", {}, 400, "request.malformed"),
        ("dispatch", {"to": 3}, 400, "request.malformed"),
        ("answer", {"public_text": "x"}, 409, "petition.transition_refused"),
        ("abolish", {}, 404, "petition.unknown_action"),
    ],
)
async def test_a_move_that_is_not_possible_is_refused_and_changes_nothing(
    system: Running, action: str, body: dict[str, Any], status: int, code: str
) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    got, refused = await act(clerk, number, action, body)
    assert (got, refused["code"]) == (status, code), refused
    shown = (await clerk.call("GET", f"{DESK}/{number}")).body
    assert (shown["status"], shown["version"]) == ("filed", 1)


@pytest.mark.parametrize("data", [b"[]", b"null", b"1", b'{"version":null'])
async def test_a_body_of_an_action_that_is_no_object_is_refused(system: Running, data: bytes) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    assert (await clerk.call("POST", f"{DESK}/{number}/accept", data=data)).status == 400


async def test_a_version_of_null_is_as_good_as_none(system: Running) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    assert (await act(clerk, number, "accept", {"version": None}))[0] == 200


async def test_pages_of_the_list_follow_one_another_and_hold_every_petition_once(system: Running) -> None:
    mine, clerk = [await filed(system) for _ in range(5)], await system.client.staff("clerk1")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await clerk.call("GET", f"{DESK}?status=filed&limit=2&cursor={cursor}")).body
        assert len(page["petitions"]) <= 2
        seen += [line["number"] for line in page["petitions"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen))
    assert [number for number in seen if number in mine] == mine


async def test_a_list_shows_a_line_each_and_nothing_of_the_reporter(system: Running) -> None:
    number, clerk = await filed(system), await system.client.staff("clerk1")
    answer = await clerk.call("GET", f"{DESK}?status=filed&limit=200")
    line = next(line for line in answer.body["petitions"] if line["number"] == number)
    assert (line["title"], line["status_name"]) == ("路灯坏了三天没人修", "等待受理")
    assert PHONE.encode() not in answer.data


@pytest.mark.parametrize("query", ["status=gone", "limit=0", "limit=201", "limit=x"])
async def test_a_list_that_is_none_is_refused(system: Running, query: str) -> None:
    clerk = await system.client.staff("clerk1")
    assert (await clerk.call("GET", f"{DESK}?{query}")).status == 400


async def test_nobody_is_found_under_a_number_that_is_none(system: Running) -> None:
    clerk = await system.client.staff("clerk1")
    for number in ("none", "QD20261124-000000", "%00", "x" * 500):
        assert (await clerk.call("GET", f"{DESK}/{number}")).status == 404
