"""Every answer of the platform, and every silence, becomes one of four failures; no secret leaves by an error or a log."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from aiohttp import web

from channels.wechat.answers import WayClosed
from channels.wechat.client import DOWNLOAD_LIMIT, IMAGE_LIMIT, WeChatClient, clients_of
from channels.wechat.menu import DEFAULT, menu_body
from channels.wechat.token import SharedCache
from channels.wechat.transport import ANSWER_LIMIT, File
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused, SendUnknown
from services.secret import Secret
from tests.channels.contract import SendErrors
from tests.channels.wechat.api import OK, TOKEN_PATH, Drop, Hang, Reached, reaching
from tests.support.servers import free_port

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend"
MEDIA = "/cgi-bin/media/get"
UPLOAD = "/cgi-bin/media/upload"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100
HELLO: dict[str, object] = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}


@pytest.fixture
async def reached() -> AsyncIterator[Reached]:
    async with reaching() as found:
        yield found


class TestSendErrors(SendErrors):
    expected: ClassVar = {
        -1: SendDelayed,
        40003: SendRefused,
        46004: SendRefused,
        50005: SendRefused,
        43004: WayClosed,
        43019: SendRefused,
        43101: WayClosed,
        45015: WayClosed,
        45047: WayClosed,
        45009: SendDelayed,
        45011: SendDelayed,
        45002: SendMisconfigured,
        47003: SendMisconfigured,
        40037: SendMisconfigured,
        40164: SendMisconfigured,
        48001: SendMisconfigured,
        48004: SendMisconfigured,
        61450: SendDelayed,
        61451: SendMisconfigured,
        99999: SendDelayed,
    }

    @pytest.fixture
    def send(self) -> Callable[[object], Awaitable[None]]:
        async def once(code: object) -> None:
            # A fresh client for each code: a spent quota would stop the next call.
            async with reaching() as reached:
                reached.platform.script(CUSTOM, {"errcode": code, "errmsg": "in their words"})
                await reached.client.send_customer_message(HELLO)

        return once


async def test_a_message_is_posted_with_the_token_and_as_readable_utf8(reached: Reached) -> None:
    await reached.client.send_customer_message(HELLO)
    assert reached.platform.bodies(CUSTOM) == [HELLO]
    assert reached.platform.queries[-1] == {"access_token": "TOKEN-1"}


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_stale_token_is_renewed_once_and_the_message_sent(reached: Reached, code: int) -> None:
    reached.platform.script(CUSTOM, {"errcode": code, "errmsg": "stale"})
    await reached.client.send_customer_message(HELLO)
    assert reached.platform.fetches == 2
    assert reached.platform.count(CUSTOM) == 2


async def test_a_token_refused_for_ever_ends_after_two_tries(reached: Reached) -> None:
    reached.platform.refused = {f"TOKEN-{number}" for number in range(10)}
    with pytest.raises(SendMisconfigured, match="token_invalid"):
        await reached.client.send_customer_message(HELLO)
    assert reached.platform.count(CUSTOM) == 2
    assert reached.platform.fetches == 2


async def test_500_messages_on_a_token_that_just_died_make_one_fetch_more(reached: Reached) -> None:
    await reached.client.send_customer_message(HELLO)
    reached.platform.refused = {"TOKEN-1"}
    await asyncio.gather(*(reached.client.send_customer_message(HELLO) for _ in range(500)))
    assert reached.platform.fetches == 2


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (web.Response(status=500), SendDelayed),
        (web.Response(status=502, text="<html>"), SendDelayed),
        (web.Response(status=429), SendDelayed),
        (web.Response(status=404), SendMisconfigured),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1/"}), SendMisconfigured),
        (b"<html>not JSON</html>", SendUnknown),
        (b"", SendUnknown),
        (b'{"errcode":0', SendUnknown),
        (b'{"errcode":"0"}', SendUnknown),
        (b"[0]", SendUnknown),
        (b"\xff\xfe", SendUnknown),
        (b"[" * 100_000, SendUnknown),
        (b"[" + b"0," * ANSWER_LIMIT, SendUnknown),
        (Drop(), SendUnknown),
    ],
    ids=[
        "500",
        "502",
        "429",
        "404",
        "redirect",
        "html",
        "empty",
        "cut",
        "code_as_text",
        "array",
        "not_utf8",
        "deep",
        "huge",
        "dropped",
    ],
)
async def test_each_answer_that_is_none_says_whether_it_may_have_arrived(
    reached: Reached, answer: object, failure: type[SendFailed]
) -> None:
    reached.platform.script(CUSTOM, answer)
    with pytest.raises(SendFailed) as caught:
        await reached.client.send_customer_message(HELLO)
    assert isinstance(caught.value, failure)


async def test_a_platform_that_hangs_is_given_up_and_the_outcome_unknown() -> None:
    async with reaching(limit_s=0.2) as reached:
        reached.platform.script(CUSTOM, Hang())
        with pytest.raises(SendUnknown):
            await reached.client.send_customer_message(HELLO)


async def test_the_whole_call_has_one_limit_and_knows_what_was_sent(reached: Reached) -> None:
    quick = WeChatClient(
        transport=reached.transport(), tokens=reached.tokens, clock=reached.clock, limit=timedelta(seconds=0.2)
    )
    reached.platform.script(TOKEN_PATH, Hang())
    with pytest.raises(SendDelayed):
        await quick.send_customer_message(HELLO)
    reached.platform.script(CUSTOM, Hang())
    with pytest.raises(SendUnknown):
        await quick.send_customer_message(HELLO)


async def test_nobody_there_means_nothing_was_sent() -> None:
    async with reaching(api_base=f"http://127.0.0.1:{free_port()}") as reached:
        with pytest.raises(SendDelayed):
            await reached.client.send_customer_message(HELLO)


@pytest.mark.parametrize(("code", "wait"), [(45009, timedelta(hours=1)), (45011, timedelta(minutes=1))])
async def test_a_spent_quota_stops_its_interface_and_no_other(reached: Reached, code: int, wait: timedelta) -> None:
    # Given an interface whose quota the platform says is spent
    reached.platform.script(CUSTOM, {"errcode": code, "errmsg": "quota"})
    with pytest.raises(SendDelayed):
        await reached.client.send_customer_message(HELLO)
    # When more is sent, then the platform is not asked before the time
    with pytest.raises(SendDelayed) as caught:
        await reached.client.send_customer_message(HELLO)
    assert caught.value.retry_after == wait
    assert reached.platform.count(CUSTOM) == 1
    await reached.client.show_typing("o1")
    reached.clock.pass_by(wait)
    await reached.client.send_customer_message(HELLO)
    assert reached.platform.count(CUSTOM) == 2


async def test_a_templates_message_id_is_returned(reached: Reached) -> None:
    reached.platform.script(TEMPLATE, OK | {"msgid": 4_049_328_492_732_342_272})
    assert await reached.client.send_template({"touser": "o1", "client_msg_id": "d"}) == "4049328492732342272"
    assert reached.platform.bodies(TEMPLATE) == [{"touser": "o1", "client_msg_id": "d"}]


async def test_a_template_without_an_id_in_the_answer_is_unknown(reached: Reached) -> None:
    with pytest.raises(SendUnknown):
        await reached.client.send_template({"touser": "o1"})


@pytest.mark.parametrize(("answer", "message_id"), [(OK, ""), (OK | {"msgid": 7}, "7")])
async def test_a_subscription_may_come_without_an_id(
    reached: Reached, answer: dict[str, object], message_id: str
) -> None:
    reached.platform.script(SUBSCRIBE, answer)
    assert await reached.client.send_subscription({"touser": "o1"}) == message_id


async def test_typing_and_menu_reach_their_interfaces(reached: Reached) -> None:
    await reached.client.show_typing("o1")
    await reached.client.create_menu(menu_body(DEFAULT, public_url="https://qd.example.test"))
    assert reached.platform.bodies("/cgi-bin/message/custom/typing") == [{"touser": "o1", "command": "Typing"}]
    assert len(reached.platform.bodies("/cgi-bin/menu/create")[0]["button"]) == 3


async def test_a_picture_is_uploaded_as_a_form(reached: Reached) -> None:
    reached.platform.script(UPLOAD, {"type": "image", "media_id": "M1", "created_at": 1})
    assert await reached.client.upload_image(File(content=JPEG, content_type="image/jpeg")) == "M1"
    raw = reached.platform.bodies(UPLOAD)[0]["raw"]
    assert b'name="media"' in raw
    assert JPEG in raw
    assert reached.platform.queries[-1]["type"] == "image"


async def test_a_picture_too_large_for_the_platform_is_not_uploaded(reached: Reached) -> None:
    with pytest.raises(SendRefused):
        await reached.client.upload_image(File(content=b"x" * (IMAGE_LIMIT + 1), content_type="image/jpeg"))
    assert reached.platform.calls == []


@pytest.mark.parametrize("answer", [OK, {"media_id": 1.5}, {"media_id": True}, Drop()])
async def test_an_upload_of_unknown_outcome_may_be_repeated(reached: Reached, answer: object) -> None:
    reached.platform.script(UPLOAD, answer)
    with pytest.raises(SendDelayed):
        await reached.client.upload_image(File(content=JPEG, content_type="image/jpeg"))


@pytest.mark.parametrize(
    ("content", "found"),
    [(JPEG, "image/jpeg"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 9, "image/png"), (b"GIF89a" + b"\0" * 9, "image/gif")],
)
async def test_a_downloaded_pictures_type_is_what_its_bytes_say(reached: Reached, content: bytes, found: str) -> None:
    reached.platform.script(MEDIA, web.Response(body=content, content_type="application/octet-stream"))
    file = await reached.client.download_image("M1")
    assert (file.content, file.content_type) == (content, found)
    assert reached.platform.queries[-1] == {"access_token": "TOKEN-1", "media_id": "M1"}


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(body=b"<svg onload=alert(1)>", content_type="image/svg+xml"),
        web.Response(body=b"MZ\x90", content_type="image/jpeg"),
        web.json_response({"video_url": "http://127.0.0.1/v"}),
        web.json_response({"errcode": 40007, "errmsg": "invalid media_id"}),
    ],
)
async def test_what_is_no_picture_is_refused(reached: Reached, answer: web.Response) -> None:
    reached.platform.script(MEDIA, answer)
    with pytest.raises(SendRefused):
        await reached.client.download_image("M1")


async def test_a_picture_over_the_limit_is_not_read_to_its_end(reached: Reached) -> None:
    reached.platform.script(MEDIA, web.Response(body=JPEG + b"\0" * DOWNLOAD_LIMIT, content_type="image/jpeg"))
    with pytest.raises(SendRefused, match="too_large"):
        await reached.client.download_image("M1")


@pytest.mark.parametrize("answer", [Drop(), web.Response(body=b"<html>", content_type="text/plain")])
async def test_a_download_that_failed_may_be_repeated(reached: Reached, answer: object) -> None:
    # The HTTP client itself repeats a GET that was cut off.
    reached.platform.script(MEDIA, answer, answer)
    with pytest.raises(SendDelayed):
        await reached.client.download_image("M1")


async def test_a_download_of_a_stale_token_is_repeated(reached: Reached) -> None:
    picture = web.Response(body=JPEG, content_type="image/jpeg")
    reached.platform.script(MEDIA, {"errcode": 42001, "errmsg": "expired"}, picture)
    assert (await reached.client.download_image("M1")).content == JPEG


async def test_a_file_where_an_answer_belongs_is_unknown(reached: Reached) -> None:
    reached.platform.script(CUSTOM, web.Response(body=JPEG, content_type="image/jpeg"))
    with pytest.raises(SendUnknown):
        await reached.client.send_customer_message(HELLO)


async def test_every_account_gets_its_client(reached: Reached) -> None:
    shared = SharedCache(memory=reached.memory, leases=reached.leases)
    clients = clients_of({"main": reached.account}, session=reached.session, shared=shared, clock=reached.clock)
    await clients["main"].send_customer_message(HELLO)
    assert reached.platform.count(CUSTOM) == 1


async def test_no_secret_leaves_by_an_error_or_a_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a secret and a token that would be recognised
    caplog.set_level(logging.DEBUG)
    failures: list[BaseException] = []
    canaries = ("SECRET-CANARY", "TOKEN-CANARY", "o1-CANARY", "words-CANARY")
    async with reaching(limit_s=0.2, secret=Secret(canaries[0])) as reached:
        message: dict[str, object] = {"touser": canaries[2], "text": {"content": canaries[3]}}
        good_token = {"access_token": canaries[1], "expires_in": 7_200}
        in_their_words = {"errcode": 40125, "errmsg": f"invalid {canaries[0]}"}
        reached.platform.script(TOKEN_PATH, in_their_words, Drop(), Hang(), good_token)
        for answer in (None, None, None, Drop(), Hang(), b"<html>", {"errcode": 4242, "errmsg": canaries[3]}):
            if answer is not None:
                reached.platform.script(CUSTOM, answer)
            # When everything fails in turn
            with pytest.raises(SendFailed) as caught:
                await reached.client.send_customer_message(message)
            failures.append(caught.value)
        reached.platform.script(UPLOAD, Drop())
        with pytest.raises(SendFailed) as caught:
            await reached.client.upload_image(File(content=JPEG, content_type="image/jpeg"))
        failures.append(caught.value)
    # Then no error, none of its causes and no line names them
    told = "".join(f"{failure!r}{failure.__cause__!r}" for failure in failures)
    written = caplog.text + "".join(capsys.readouterr()) + told
    assert all(failure.__suppress_context__ or failure.__context__ is None for failure in failures)
    assert all(canary not in written for canary in canaries)
