"""Service items of the client API, against the whole running system."""

import pytest

from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

ITEMS = "/api/v1/items"


async def test_pages_follow_one_another_and_hold_every_item_once(system: Running) -> None:
    whole = (await system.client.call("GET", f"{ITEMS}?limit=100")).body
    codes: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await system.client.call("GET", f"{ITEMS}?limit=7&cursor={cursor}")).body
        assert len(page["items"]) <= 7
        codes += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert codes[:100] == [item["code"] for item in whole["items"]]
    assert len(set(codes)) == len(codes) >= 50


async def test_a_question_finds_what_the_bot_would_answer(system: Running) -> None:
    answer = await system.client.call("GET", f"{ITEMS}?q=%E8%BA%AB%E4%BB%BD%E8%AF%81%E4%B8%A2%E4%BA%86&limit=3")
    assert answer.body["items"][0]["name"] == "居民身份证补领"
    assert answer.body["items"][0].keys() == {"code", "name", "department", "depth"}


async def test_a_filter_that_fits_nothing_is_an_empty_page(system: Running) -> None:
    assert (await system.client.call("GET", f"{ITEMS}?department=nobody")).body == {"items": [], "next": None}


async def test_a_guide_is_shown_whole_with_its_version_today_and_as_of_a_day(system: Running) -> None:
    code = (await system.client.call("GET", f"{ITEMS}?limit=1")).body["items"][0]["code"]
    today = await system.client.call("GET", f"{ITEMS}/{code}")
    assert (today.status, today.body["code"]) == (200, code)
    assert today.body["version"] >= 1
    before = await system.client.call("GET", f"{ITEMS}/{code}?as_of=1999-01-01")
    assert before.status in {200, 404}


async def test_an_item_nobody_published_is_not_found(system: Running) -> None:
    answer = await system.client.call("GET", f"{ITEMS}/none")
    assert (answer.status, answer.body["code"]) == (404, "items.not_found")


async def test_a_cursor_nobody_gave_out_is_refused(system: Running) -> None:
    answer = await system.client.call("GET", f"{ITEMS}?cursor=none")
    assert (answer.status, list(answer.body["fields"])) == (422, ["cursor"])
