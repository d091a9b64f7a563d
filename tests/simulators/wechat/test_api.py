"""Call the platform's API over HTTP: tokens, methods, quotas, media, faults."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from msgspec import structs
from sanic import Sanic

from simulators.wechat.api import Api
from simulators.wechat.exchange import Exchange
from simulators.wechat.faults import ApiFault, ApiFaultKind
from simulators.wechat.media import LARGEST, SILENT_AMR, MediaKind
from tests.simulators.stage import APP_ID, SECRET
from tests.support.running import running
from tests.support.set_clock import SetClock

PNG = b"\x89PNG\r\n\x1a\n--boundary\r\n\r\npicture\r\n"
CREDENTIAL = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
SEND = "/cgi-bin/message/custom/send"


class Server:
    """Be the developer's server that calls the API."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base
        self.session = session
        self.token = ""

    async def post(self, path: str, body: object, **query: str) -> dict[str, Any]:
        async with self.session.post(f"{self.base}{path}", json=body, params=self._query(query)) as response:
            assert response.status == 200
            assert response.headers["content-type"] == "application/json; encoding=utf-8"
            return dict(await response.json(content_type=None))

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(f"{self.base}{path}", params=self._query(query)) as response:
            return dict(await response.json(content_type=None))

    async def upload(self, content: bytes, *, kind: str, name: str = "media") -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field("title", "a field before it")
        form.add_field(name, BytesIO(content), filename="照片.png", content_type="image/png")
        query = self._query({"type": kind})
        async with self.session.post(f"{self.base}/cgi-bin/media/upload", data=form, params=query) as response:
            return dict(await response.json(content_type=None))

    def _query(self, query: dict[str, str]) -> dict[str, str]:
        return {"access_token": self.token} | query


@pytest.fixture
async def server(exchange: Exchange) -> AsyncIterator[Server]:
    """Give a developer's server that has fetched its token."""
    app: Sanic[Any, Any] = Sanic(f"api_{uuid4().hex}")
    app.blueprint(Api(exchange.platform, exchange.caller).blueprint("api", ""))
    async with running(app) as base, aiohttp.ClientSession() as session:
        made = Server(base, session)
        made.token = (await made.post("/cgi-bin/stable_token", CREDENTIAL))["access_token"]
        yield made


async def test_both_tokens_are_fetched_and_work(server: Server, exchange: Exchange) -> None:
    plain = await server.get("/cgi-bin/token", **CREDENTIAL)
    assert plain["expires_in"] == 7200
    openid = exchange.phone("main").follower.openid
    for token in (plain["access_token"], server.token):
        assert (await server.get("/cgi-bin/user/info", openid=openid, access_token=token))["subscribe"] == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"grant_type": "password"}, 40002), ({"appid": "wx0"}, 40013), ({"secret": "guess"}, 40125)],
)
async def test_a_token_is_refused_to_strangers(server: Server, wrong: dict[str, str], code: int) -> None:
    assert (await server.post("/cgi-bin/stable_token", CREDENTIAL | wrong))["errcode"] == code
    assert (await server.get("/cgi-bin/token", **(CREDENTIAL | wrong)))["errcode"] == code


async def test_forced_refreshes_replace_the_stable_token(server: Server) -> None:
    forced = await server.post("/cgi-bin/stable_token", CREDENTIAL | {"force_refresh": True})
    assert forced["access_token"] != server.token
    assert (await server.get("/cgi-bin/menu/get"))["errcode"] == 40001


async def test_missing_malformed_wrong_and_expired_tokens_have_their_codes(server: Server, exchange: Exchange) -> None:
    codes = [
        (await server.get("/cgi-bin/menu/get", access_token=token))["errcode"] for token in ("", "x", "1_" + "a" * 99)
    ]
    exchange.account("main").tokens.expire()
    codes.append((await server.get("/cgi-bin/menu/get"))["errcode"])
    assert codes == [41001, 40014, 40001, 42001]


async def test_the_wrong_method_is_told_in_a_200(server: Server) -> None:
    assert (await server.get(SEND))["errcode"] == 43002
    assert (await server.post("/cgi-bin/menu/get", {}))["errcode"] == 43001


async def test_an_error_carries_a_request_id_that_differs(server: Server) -> None:
    first, second = [await server.post(SEND, {"touser": "oNobody"}) for _ in range(2)]
    assert first["errmsg"].startswith("invalid openid rid: ")
    assert first["errmsg"] != second["errmsg"]


async def test_the_menu_is_kept_shown_and_deleted(server: Server) -> None:
    # Given no menu, and a wrong one that changes nothing
    assert (await server.get("/cgi-bin/menu/get"))["errcode"] == 46003
    assert (await server.post("/cgi-bin/menu/create", {"button": []}))["errcode"] == 40016
    # When a good one is made, then it is returned until it is deleted
    menu = {"button": [{"name": "我要诉求", "type": "click", "key": "petition"}]}
    assert await server.post("/cgi-bin/menu/create", menu) == {"errcode": 0, "errmsg": "ok"}
    assert await server.get("/cgi-bin/menu/get") == {"menu": menu}
    assert (await server.get("/cgi-bin/menu/delete"))["errcode"] == 0
    assert (await server.get("/cgi-bin/menu/get"))["errcode"] == 46003


async def test_what_is_known_of_a_person_depends_on_following(server: Server, exchange: Exchange) -> None:
    phone = exchange.phone("main")
    before = await server.get("/cgi-bin/user/info", openid=phone.follower.openid)
    await phone.follow("hall-3").settled()
    after = await server.get("/cgi-bin/user/info", openid=phone.follower.openid)
    assert (before["subscribe"], "subscribe_time" in before) == (0, False)
    assert (after["subscribe"], after["qr_scene_str"], after["unionid"]) == (1, "hall-3", before["unionid"])
    assert (await server.get("/cgi-bin/user/info", openid="oNobody"))["errcode"] == 40003


async def test_the_quota_is_counted_told_and_cleared(server: Server, exchange: Exchange) -> None:
    # Given three calls, refused ones included
    for _ in range(3):
        await server.post(SEND, {"touser": "oNobody"})
    asked = {"cgi_path": SEND}
    standing = await server.post("/cgi-bin/openapi/quota/get", asked)
    assert standing["quota"] == {"daily_limit": 500_000, "used": 3, "remain": 499_997}
    # When it is used up, then calls are refused until the counts are cleared
    exchange.account("main").quotas.exhaust(SEND)
    assert (await server.post(SEND, {"touser": "oNobody"}))["errcode"] == 45009
    assert (await server.post("/cgi-bin/clear_quota", {"appid": "wx0"}))["errcode"] == 40013
    assert (await server.post("/cgi-bin/clear_quota", {"appid": APP_ID}))["errcode"] == 0
    assert (await server.post(SEND, {"touser": "oNobody"}))["errcode"] == 40003


async def test_the_minute_quota_bites_over_http(server: Server, exchange: Exchange, clock: SetClock) -> None:
    account = exchange.account("main")
    settings = structs.replace(account.settings, minute_quotas={SEND: 1})
    narrow = type(account)(settings, clock=clock)
    exchange.platform.accounts["main"] = narrow
    server.token, _ = narrow.tokens.stable(force=False)
    codes = [(await server.post(SEND, {"touser": "oNobody"}))["errcode"] for _ in range(2)]
    assert codes == [40003, 45011]


async def test_an_uploaded_file_comes_back_byte_for_byte(server: Server) -> None:
    # Given a picture whose bytes look like a form's boundary
    answer = await server.upload(PNG, kind="image")
    assert answer["type"] == "image"
    # When it is fetched
    query = {"access_token": server.token, "media_id": answer["media_id"]}
    async with server.session.get(f"{server.base}/cgi-bin/media/get", params=query) as response:
        body = await response.read()
    # Then it is the same, with its type and a name
    assert (body, response.content_type) == (PNG, "image/png")
    assert response.headers["content-disposition"].endswith('.png"')


async def test_uploads_the_platform_does_not_take_are_refused(server: Server) -> None:
    answers = [
        await server.upload(PNG, kind="sticker"),
        await server.upload(PNG, kind="image", name="file"),
        await server.upload(b"", kind="image"),
        await server.upload(b"<svg/>", kind="image"),
        await server.upload(SILENT_AMR + bytes(LARGEST[MediaKind.VOICE]), kind="voice"),
        await server.upload(PNG + bytes(LARGEST[MediaKind.IMAGE] + (1 << 20)), kind="image"),
        await server.post("/cgi-bin/media/upload", {"media": "no form"}, type="image"),
    ]
    assert [answer["errcode"] for answer in answers] == [40004, 41005, 44001, 40005, 40006, 40006, 41005]


async def test_a_media_id_nobody_has_is_told_as_json(server: Server) -> None:
    assert (await server.get("/cgi-bin/media/get", media_id="none"))["errcode"] == 40007


async def test_a_refusal_on_command_comes_as_often_as_planned_and_does_nothing(
    server: Server, exchange: Exchange
) -> None:
    # Given a follower and a busy platform, twice, then a code nobody has heard of
    phone = exchange.phone("main")
    await phone.follow().settled()
    faults = exchange.account("main").faults
    faults.plan_api(ApiFault(kind=ApiFaultKind.REFUSE, errcode=-1, times=2))
    faults.plan_api(ApiFault(kind=ApiFaultKind.REFUSE, errcode=99_999))
    # When messages are sent, then three are refused and the fourth is shown
    message = {"touser": phone.follower.openid, "msgtype": "text", "text": {"content": "您好"}}
    codes = [(await server.post(SEND, message))["errcode"] for _ in range(4)]
    assert codes == [-1, -1, 99_999, 0]
    assert len(phone.shown(1)) == 1


async def test_a_gateway_error_is_a_page_with_a_status(server: Server, exchange: Exchange) -> None:
    exchange.account("main").faults.plan_api(ApiFault(kind=ApiFaultKind.HTTP_ERROR, status=502))
    query = {"access_token": server.token}
    async with server.session.post(f"{server.base}{SEND}", json={}, params=query) as response:
        assert (response.status, response.content_type) == (502, "text/html")


@pytest.mark.parametrize(
    ("kind", "is_done"),
    [(ApiFaultKind.SLOW, False), (ApiFaultKind.ANSWER_LATE, True), (ApiFaultKind.ANSWER_LOST, True)],
)
async def test_slow_late_and_lost_answers_differ_in_what_was_done(
    server: Server, exchange: Exchange, *, kind: ApiFaultKind, is_done: bool
) -> None:
    # Given a fault and a caller that waits less than it lasts
    phone = exchange.phone("main")
    await phone.follow().settled()
    exchange.account("main").faults.plan_api(ApiFault(kind=kind, delay_s=30))
    message = {"touser": phone.follower.openid, "msgtype": "text", "text": {"content": "您好"}}
    # When it calls, then it has no answer, and the message is shown or not
    with pytest.raises((TimeoutError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        async with asyncio.timeout(0.3):
            await server.post(SEND, message)
    assert bool(phone.shown(1)) is is_done


async def test_what_a_call_causes_is_pushed_after_it(server: Server, exchange: Exchange) -> None:
    # Given a follower
    phone = exchange.phone("main")
    await phone.follow().settled()
    # When a template message is sent over HTTP, then its result is pushed without anybody asking
    message = {"touser": phone.follower.openid, "template_id": "progress", "data": {"phrase2": {"value": "已转办"}}}
    assert (await server.post("/cgi-bin/message/template/send", message))["errcode"] == 0
    outcome = await phone.account.deliveries[-1].settled()
    assert outcome.name == "TEMPLATESENDJOBFINISH"
