"""Drive an attached platform as outsiders do: the API and the controls over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sanic import Sanic

from services.tasks import Tasks
from simulators.wiring import Plan, Simulators, attach
from tests.simulators.stage import APP_ID, SECRET, Developer, HandClock, an_account, serving


class Outside:
    """Call an attached platform over HTTP."""

    def __init__(self, base: str, session: aiohttp.ClientSession, simulators: Simulators) -> None:
        self.base = f"{base}/simulators/wechat"
        self.session = session
        self.simulators = simulators

    async def post(self, path: str, body: object) -> dict[str, Any]:
        async with self.session.post(f"{self.base}{path}", json=body) as response:
            return dict(await response.json(content_type=None)) | {"status": response.status}

    async def get(self, path: str) -> dict[str, Any]:
        async with self.session.get(f"{self.base}{path}") as response:
            return dict(await response.json(content_type=None)) | {"status": response.status}


@pytest.fixture
async def outside(developer: Developer, clock: HandClock) -> AsyncIterator[Outside]:
    """Give a running application with the platform attached."""
    app: Sanic[Any, Any] = Sanic(f"simulated_{uuid4().hex}")
    tasks = Tasks()
    plan = Plan(
        accounts=(an_account(callback_url=developer.url),),
        public_base="http://127.0.0.1",
        patience=timedelta(seconds=0.25),
    )
    simulators = attach(app, plan, clock=clock, tasks=tasks)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        yield Outside(base, session, simulators)
    await tasks.stop()
    await simulators.close()


async def _token(outside: Outside) -> str:
    asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    return str((await outside.post("/cgi-bin/stable_token", asked))["access_token"])


async def test_a_customer_message_and_a_template_message_reach_the_phone(outside: Outside) -> None:
    # Given a follower, found and set following through the controls, and an access token
    openid = outside.simulators.wechat.phone("main").follower.openid
    await outside.post(f"/phones/{openid}/follow", {})
    token = await _token(outside)
    # When the developer's server sends both kinds
    spoken = {"touser": openid, "msgtype": "text", "text": {"content": "您好"}}
    pushed = {"touser": openid, "template_id": "progress", "data": {"phrase2": {"value": "已转办"}}}
    answers = [
        await outside.post(f"/cgi-bin/message/custom/send?access_token={token}", spoken),
        await outside.post(f"/cgi-bin/message/template/send?access_token={token}", pushed),
    ]
    # Then both are accepted and stand on the phone as the controls show it
    assert [answer["errcode"] for answer in answers] == [0, 0]
    shown = (await outside.get(f"/phones/{openid}/entries?after=1"))["entries"]
    assert [entry["origin"] for entry in shown] == ["customer", "template"]
    assert shown[1]["content"]["rows"][1] == {"label": "当前进度", "text": "已转办"}


async def test_the_stable_token_stays_the_same_and_a_wrong_token_is_told_in_a_200(outside: Outside) -> None:
    assert await _token(outside) == await _token(outside)
    answer = await outside.post("/cgi-bin/message/custom/send?access_token=rubbish", {})
    assert (answer["status"], answer["errcode"]) == (200, 40014)
