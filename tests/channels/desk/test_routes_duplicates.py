"""Likely duplicates with their reasons, and grouping them, over HTTP."""

import pytest

from tests.support.system import Running
from tests.support.system import system as system  # noqa: PLC0414 - a fixture, imported by name

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXTS = (
    "香港中路地铁站出口旁边的路灯从周一开始不亮，晚上走路很危险",
    "香港中路地铁站出口旁边路灯不亮好几天了，晚上走路很危险，希望修理",
)
OF_ONE_TEST = (
    "登州路啤酒街入口的窨井盖坏了，晚上走路会绊倒",
    "登州路啤酒街入口的窨井盖坏了好几天，晚上走路会绊倒，希望更换",
)
"""Three are shown, and other tests file the texts above into the same store."""


async def filed(system: Running, text: str) -> str:
    guest = await system.client.guest()
    body = {"kind": "complaint", "text": text, "place": {"text": "市南区"}}
    return str((await guest.call("POST", "/api/v1/petitions", body)).body["number"])


async def test_likely_duplicates_are_shown_with_reasons_and_grouped_and_taken_apart(system: Running) -> None:
    lead, other = [await filed(system, text) for text in OF_ONE_TEST]
    clerk = await system.client.staff("clerk1")
    similar = (await clerk.call("GET", f"/desk/api/v1/petitions/{other}/similar")).body["similar"]
    found = next(one for one in similar if one["number"] == lead)
    assert found["likeness"] >= 0.3
    assert any("登州路啤酒街" in words for words in found["words"])
    path = f"/desk/api/v1/petitions/{other}"
    before = (await clerk.call("GET", path)).body
    for _ in range(2):
        merged = await clerk.call("POST", f"{path}/merge", {"lead": lead})
        assert (merged.status, merged.body["status"]) == (200, "merged")
    refused = await clerk.call("POST", f"{path}/accept", {})
    assert (refused.status, refused.body["code"]) == (409, "petition.transition_refused")
    apart = await clerk.call("POST", f"{path}/unmerge", {"note": "不是同一盏"})
    assert (apart.status, apart.body["status"]) == (200, "filed")
    shown = (await clerk.call("GET", path)).body
    assert {**shown, "history": [], "version": 0} == {**before, "history": [], "version": 0}


async def test_grouping_is_the_centres_and_names_what_is_wrong(system: Running) -> None:
    lead, other = [await filed(system, text) for text in TEXTS]
    clerk = await system.client.staff("clerk1")
    operator = await system.client.staff("operator1")
    path = f"/desk/api/v1/petitions/{other}"
    assert (await operator.call("POST", f"{path}/merge", {"lead": lead})).status == 403
    assert (await operator.call("GET", f"{path}/similar")).status == 403
    assert (await clerk.call("POST", f"{path}/merge", {"lead": "QD20261124-000000"})).status == 404
    assert (await clerk.call("POST", f"{path}/merge", {"lead": other})).status == 422
    assert (await clerk.call("POST", f"{path}/merge", {})).status == 400
    assert (await clerk.call("POST", f"{path}/unmerge", {})).status == 409
    untouched = (await clerk.call("GET", f"/desk/api/v1/petitions/{lead}")).body
    assert untouched["version"] == 1, "a refused call changes the lead neither"


async def test_the_reporter_of_a_merged_petition_is_told_of_the_leads_answer(system: Running) -> None:
    lead, other = [await filed(system, text) for text in TEXTS]
    clerk = await system.client.staff("clerk1")
    await clerk.call("POST", f"/desk/api/v1/petitions/{other}/merge", {"lead": lead})
    await clerk.call("POST", f"/desk/api/v1/petitions/{lead}/accept", {})
    answer = {"public_text": "路灯已修复", "internal_text": "更换镇流器"}
    assert (await clerk.call("POST", f"/desk/api/v1/petitions/{lead}/answer", answer)).status == 200
    _ = await system.system.services.clockwork.step()
    shown = (await clerk.call("GET", f"/desk/api/v1/petitions/{other}")).body
    assert shown["status"] == "answered"
    assert shown["history"][-1]["public"]["text"] == "路灯已修复"
