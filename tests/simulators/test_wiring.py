"""Drive an attached platform as outsiders do: its API, its controls and its page over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sanic import Sanic

from services.tasks import Tasks
from simulators.wechat.content import Origin, Text
from simulators.wechat.delivery import Result
from simulators.wechat.remote import ControlRefused, RemotePhone
from simulators.wiring import Plan, Simulators, attach
from tests.simulators.stage import APP_ID, SECRET, Developer, an_account, replying
from tests.support.running import running
from tests.support.set_clock import SetClock

PNG = b"\x89PNG\r\n\x1a\npicture"


class Outside:
    """Call an attached platform over HTTP."""

    def __init__(self, base: str, session: aiohttp.ClientSession, simulators: Simulators) -> None:
        self.base = f"{base}/simulators/wechat"
        self.session = session
        self.openid = simulators.wechat.phone("main").follower.openid

    async def post(self, path: str, body: object = None) -> dict[str, Any]:
        async with self.session.post(f"{self.base}{path}", json={} if body is None else body) as response:
            return dict(await response.json(content_type=None)) | {"status": response.status}

    async def get(self, path: str) -> dict[str, Any]:
        async with self.session.get(f"{self.base}{path}") as response:
            return dict(await response.json(content_type=None)) | {"status": response.status}

    async def act(self, action: str, body: object = None) -> dict[str, Any]:
        """Use the phone, wait for the delivery and return its outcome."""
        begun = await self.post(f"/phones/{self.openid}/{action}", body)
        if begun["status"] != 202 or begun["delivery"] is None:
            return begun
        return await self.get(f"/accounts/main/deliveries/{begun['delivery']}")

    async def entries(self) -> list[dict[str, Any]]:
        return list((await self.get(f"/phones/{self.openid}/entries"))["entries"])

    async def token(self) -> str:
        asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        return str((await self.post("/cgi-bin/stable_token", asked))["access_token"])


@pytest.fixture
async def outside(developer: Developer, clock: SetClock) -> AsyncIterator[Outside]:
    """Give a running application with the platform attached."""
    app: Sanic[Any, Any] = Sanic(f"simulated_{uuid4().hex}")
    tasks = Tasks()
    plan = Plan(
        accounts=(an_account(callback_url=developer.url),),
        public_base="http://127.0.0.1",
        patience=timedelta(seconds=0.25),
    )
    simulators = attach(app, plan, clock=clock, tasks=tasks)
    async with running(app) as base, aiohttp.ClientSession() as session:
        yield Outside(base, session, simulators)
    await tasks.stop()
    await simulators.close()


async def test_nothing_is_sent_until_somebody_uses_a_phone(outside: Outside, developer: Developer) -> None:
    async with outside.session.get(f"{outside.base}/accounts") as response:
        assert [account["name"] for account in await response.json()] == ["main"]
    await outside.get(f"/phones/{outside.openid}")
    assert developer.received == []


async def test_a_customer_message_and_a_template_message_reach_the_phone(outside: Outside) -> None:
    # Given a follower, and an access token
    await outside.act("follow")
    token = await outside.token()
    # When the developer's server sends both kinds
    spoken = {"touser": outside.openid, "msgtype": "text", "text": {"content": "您好"}}
    pushed = {"touser": outside.openid, "template_id": "progress", "data": {"phrase2": {"value": "已转办"}}}
    answers = [
        await outside.post(f"/cgi-bin/message/custom/send?access_token={token}", spoken),
        await outside.post(f"/cgi-bin/message/template/send?access_token={token}", pushed),
    ]
    # Then both are accepted and stand on the phone as the controls show it
    assert [answer["errcode"] for answer in answers] == [0, 0]
    shown = (await outside.get(f"/phones/{outside.openid}/entries?after=1"))["entries"]
    assert [entry["origin"] for entry in shown] == ["customer", "template"]
    assert shown[1]["content"]["rows"][1] == {"label": "当前进度", "text": "已转办"}


async def test_every_action_of_a_phone_has_its_control(outside: Outside, developer: Developer) -> None:
    # Given a menu
    token = await outside.token()
    menu = {"button": [{"name": "我要诉求", "type": "click", "key": "petition"}]}
    await outside.post(f"/cgi-bin/menu/create?access_token={token}", menu)
    # When a phone does whatever a phone can do
    place = {"latitude": 36.0671, "longitude": 120.3826, "label": "香港中路"}
    actions: list[tuple[str, object]] = [
        ("follow", {"scene": "hall-3"}),
        ("text", {"body": "在吗"}),
        ("voice", {"recognition": "我要投诉"}),
        ("location", place),
        ("link", {"title": "题", "url": "https://example.org/"}),
        ("tap", {"name": "我要诉求"}),
        ("choose", {"id": "1", "content": "一"}),
        ("scan", {"scene": "hall-4"}),
        ("position", {"latitude": 36.0, "longitude": 120.0}),
        ("consent", {"template_id": "answered"}),
        ("withdraw-consent", {"template_id": "answered"}),
        ("unfollow", {}),
    ]
    outcomes = [await outside.act(action, body) for action, body in actions]
    # Then each was delivered, in order
    assert [outcome["result"] for outcome in outcomes] == ["silent"] * len(actions)
    assert [outcome["name"] for outcome in outcomes] == [
        "subscribe",
        "text",
        "voice",
        "location",
        "link",
        "CLICK",
        "text",
        "SCAN",
        "LOCATION",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "unsubscribe",
    ]
    assert len(developer.received) == len(actions)


async def test_a_picture_is_sent_and_can_be_fetched_without_a_token(outside: Outside) -> None:
    await outside.act("follow")
    url = f"{outside.base}/phones/{outside.openid}/picture"
    async with outside.session.post(url, data=PNG, headers={"Content-Type": "image/png"}) as response:
        assert response.status == 202
    media_id = (await outside.entries())[-1]["content"]["media_id"]
    async with outside.session.get(f"{outside.base}/media/main/{media_id}") as response:
        assert (await response.read(), response.content_type) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [("text/plain", PNG, 415), ("image/png", b"<svg/>", 422), ("image/png", b"", 422)],
)
async def test_a_picture_that_is_none_is_refused(
    outside: Outside, *, content_type: str, body: bytes, status: int
) -> None:
    await outside.act("follow")
    url = f"{outside.base}/phones/{outside.openid}/picture"
    async with outside.session.post(url, data=body, headers={"Content-Type": content_type}) as response:
        assert response.status == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/phones/oNobody/text", {"body": "在吗"}, 404),
        ("/phones/{openid}/fly", {}, 404),
        ("/phones/{openid}/text", {"body": "没有关注"}, 409),
        ("/phones/{openid}/tap", {"name": "没有"}, 409),
        ("/phones/{openid}/consent", {"template_id": "progress"}, 409),
        ("/phones/{openid}/text", {"body": ""}, 400),
        ("/phones/{openid}/text", {"words": "在吗"}, 400),
        ("/phones/{openid}/location", {"latitude": 91, "longitude": 0}, 400),
        ("/accounts/other/people", {"nickname": "市民丁"}, 404),
        ("/accounts/main/people", {"nickname": " "}, 400),
        ("/accounts/main/faults/api", {"kind": "explode"}, 400),
        ("/accounts/main/faults/tokens", {"kind": "steal"}, 400),
    ],
)
async def test_a_wrong_control_call_is_refused_with_words(
    outside: Outside, *, path: str, body: object, status: int
) -> None:
    answer = await outside.post(path.format(openid=outside.openid), body)
    assert answer["status"] == status
    assert answer["error"]


async def test_a_control_call_from_a_form_of_another_page_is_refused(outside: Outside) -> None:
    url = f"{outside.base}/phones/{outside.openid}/follow"
    async with outside.session.post(url, data={"scene": ""}) as response:
        assert response.status == 415


async def test_a_new_person_gets_a_phone(outside: Outside) -> None:
    person = await outside.post("/accounts/main/people", {"nickname": "市民丁"})
    shown = await outside.get(f"/phones/{person['openid']}")
    assert (person["status"], shown["state"]["nickname"], shown["state"]["following"]) == (201, "市民丁", False)


async def test_a_phone_shows_its_state_and_what_may_be_consented_to(outside: Outside) -> None:
    await outside.act("follow")
    await outside.act("block-templates", {"blocked": True})
    shown = await outside.get(f"/phones/{outside.openid}")
    assert shown["state"]["messages_left"] == 3
    assert shown["state"]["is_blocking_templates"] is True
    assert [template["template_id"] for template in shown["templates"]] == ["progress", "answered", "reminder"]


async def test_watching_a_phone_returns_at_once_when_something_is_there(outside: Outside) -> None:
    await outside.act("follow")
    answer = await outside.get(f"/phones/{outside.openid}/entries?after=0&wait=3")
    assert answer["entries"][0]["content"]["type"] == "notice"
    assert (await outside.get(f"/phones/{outside.openid}/entries?after=x"))["status"] == 400
    assert (await outside.get(f"/phones/{outside.openid}/entries?after=9&wait=0"))["entries"] == []


async def test_faults_are_planned_shown_and_cleared_over_http(outside: Outside, developer: Developer) -> None:
    # Given a planned refusal, a lost answer, dead tokens and a spent quota
    token = await outside.token()
    await outside.post("/accounts/main/faults/api", {"kind": "refuse", "errcode": -1, "times": 3})
    planned = await outside.post("/accounts/main/faults/callback", {"kind": "answer_lost"})
    assert planned["faults"] == {"refuse *": 3, "callback answer_lost": 1}
    # When they happen
    answer = await outside.post(f"/cgi-bin/message/custom/send?access_token={token}", {})
    await outside.act("follow")
    async with outside.session.delete(f"{outside.base}/accounts/main/faults") as response:
        cleared = await response.json()
    # Then the rest is gone after clearing
    assert (answer["errcode"], len(developer.received), cleared["faults"]) == (-1, 2, {})
    # And tokens and quotas are broken by their own controls
    await outside.post("/accounts/main/faults/tokens", {"kind": "expire"})
    assert (await outside.get(f"/cgi-bin/menu/get?access_token={token}"))["errcode"] == 42001
    await outside.post("/accounts/main/faults/tokens", {"kind": "invalidate"})
    assert (await outside.get(f"/cgi-bin/menu/get?access_token={token}"))["errcode"] == 40001
    await outside.post("/accounts/main/faults/quota", {"path": "/cgi-bin/menu/get"})
    token = await outside.token()
    assert (await outside.get(f"/cgi-bin/menu/get?access_token={token}"))["errcode"] == 45009


async def test_bad_answers_are_listed_as_problems(outside: Outside, developer: Developer) -> None:
    await outside.act("follow")
    developer.answers(b'{"json": true}')
    outcome = await outside.act("text", {"body": "在吗"})
    account = await outside.get("/accounts/main")
    assert outcome["result"] == "malformed"
    assert [problem["id"] for problem in account["problems"]] == [outcome["id"]]
    assert SECRET not in str(account)


async def test_the_callback_address_is_checked_over_http(outside: Outside, developer: Developer) -> None:
    developer.answers(b"not the echo")
    answer = await outside.post("/accounts/main/check-url")
    assert (answer["accepted"], "echostr" in answer["reason"]) == (False, True)


async def test_a_journey_drives_a_phone_over_http(outside: Outside, developer: Developer) -> None:
    # Given the remote phone of a new person, and a server that repeats what it hears after a lost answer
    phone = await RemotePhone.of(outside.session, outside.base, nickname="市民丁")
    await phone.act("follow")
    developer.answer = replying(lambda message: f"收到：{message.content}")
    await outside.post("/accounts/main/faults/callback", {"kind": "answer_lost"})
    # When it writes
    outcome = await phone.act("text", body="在吗")
    # Then the second try was answered, and the answer is found on the phone
    assert outcome is not None
    assert (outcome.result, len(outcome.tries)) == (Result.ANSWERED, 2)
    assert (await phone.next(Origin.PASSIVE, after=0)).content == Text("收到：在吗")
    assert [entry.origin for entry in await phone.shown(1)] == [Origin.FOLLOWER, Origin.PASSIVE]
    assert await phone.act("block-templates", blocked=True) is None
    with pytest.raises(ControlRefused, match="409"):
        await phone.act("follow")


async def test_an_unknown_delivery_or_file_is_not_found(outside: Outside) -> None:
    assert (await outside.get("/accounts/main/deliveries/99"))["status"] == 404
    assert (await outside.get("/media/main/none"))["status"] == 404
    assert (await outside.get("/media/other/none"))["status"] == 404
