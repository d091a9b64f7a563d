"""A callback proves its caller, hands in what came and answers in the platform's form."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter

import pytest
from structlog.testing import capture_logs

from channels.ports import Busy, Late, Outcome, TooMany
from channels.wechat.progress import Stage, reply_key
from channels.wechat.wording import TOO_LONG, TOO_MANY
from services.conversations.message import Event, EventKind, Image, Inbound, Link, MediaId, Text
from services.secret import Secret
from tests.channels.contract import ChannelContract
from tests.channels.wechat import platform
from tests.channels.wechat.fakes import FakeInbox, an_account, answered
from tests.channels.wechat.serving import Served, serving
from tests.channels.wechat.test_wire import MALFORMED, a_bomb

PLAIN = {"mode": "plain"}


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """Give the channel with one account in plain mode."""
    async with serving(an_account(**PLAIN)) as found:
        yield found


def replying(*outcomes: Outcome) -> FakeInbox:
    """Return an inbox that gives these outcomes in turn."""
    left = list(outcomes)
    return FakeInbox(lambda _: left.pop(0))


class TestContract(ChannelContract):
    @pytest.fixture
    async def callee(self) -> AsyncIterator[Served]:
        async with serving() as found:
            yield found


async def test_the_address_check_echoes_byte_for_byte(served: Served) -> None:
    echo = "5837397520665436492&<b>签"
    async with served.session.get(served.url + platform.path(platform.query() | {"echostr": echo})) as response:
        assert (response.status, await response.text()) == (200, echo)
        assert response.content_type == "text/plain"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        (platform.query(token="another") | {"echostr": "1"}, 403),
        (platform.query(timestamp="1000000000") | {"echostr": "1"}, 403),
        (platform.query() | {"signature": "签名", "echostr": "1"}, 403),
        ({"echostr": "1"}, 403),
        (platform.query(), 400),
    ],
)
async def test_an_address_check_that_proves_nothing_is_refused(
    served: Served, parameters: dict[str, str], status: int
) -> None:
    async with served.session.get(served.url + platform.path(parameters)) as response:
        assert response.status == status
        assert parameters.get("echostr", "none") not in await response.text()


async def test_a_text_is_answered_to_its_sender(served: Served) -> None:
    status, answer = await served.plain(platform.body(Content="居住证"))
    assert status == 200
    assert platform.reply(answer.encode()) == {
        "ToUserName": platform.OPENID,
        "FromUserName": platform.ORIGINAL_ID,
        "CreateTime": str(platform.NOW),
        "MsgType": "text",
        "Content": "收到：居住证",
    }


async def test_safe_mode_answers_encrypted_and_success_in_plain() -> None:
    async with serving() as served:
        path, body = platform.sealed(platform.body(Content="居住证"))
        _, answer = await served.post(path, body)
        assert "居住证" not in answer
        assert platform.reply(answer.encode())["Content"] == "收到：居住证"
        path, body = platform.sealed(platform.event("unsubscribe"), nonce="other")
        assert await served.post(path, body) == (200, "success")


@pytest.mark.parametrize("nothing", [answered(), Late()])
async def test_without_an_answer_in_time_the_platform_is_told_success(nothing: Outcome) -> None:
    async with serving(an_account(**PLAIN), inbox=replying(nothing)) as served:
        assert await served.plain(platform.body()) == (200, "success")


async def test_who_sends_too_much_is_told_so() -> None:
    async with serving(an_account(**PLAIN), inbox=replying(TooMany())) as served:
        _, answer = await served.plain(platform.body())
        assert platform.reply(answer.encode())["Content"] == TOO_MANY


async def test_a_message_that_was_not_kept_makes_the_platform_come_again() -> None:
    async with serving(an_account(**PLAIN), inbox=replying(Busy(), answered(Text("好")))) as served:
        assert (await served.plain(platform.body()))[0] == 503
    async with serving(an_account(**PLAIN), inbox=replying(Busy())) as served:
        assert (await served.plain(platform.event("VIEW", EventKey="x")))[0] == 503


async def test_a_fault_of_ours_is_logged_and_not_shown() -> None:
    def broken(_: Inbound) -> Outcome:
        raise RuntimeError("a secret detail")

    with capture_logs() as logs:
        async with serving(an_account(**PLAIN), inbox=FakeInbox(broken)) as served:
            status, answer = await served.plain(platform.body())
    assert (status, answer) == (503, "request.unavailable")
    assert [entry["log_level"] for entry in logs] == ["error", "info"]


async def test_too_long_a_text_is_answered_politely_and_goes_no_further(served: Served) -> None:
    _, answer = await served.plain(platform.body(Content="字" * 2_001))
    assert platform.reply(answer.encode())["Content"] == TOO_LONG
    assert served.received == []


@pytest.mark.parametrize("name", ["unsubscribe", "VIEW", "LOCATION", "kf_create_session"])
async def test_an_event_that_allows_no_reply_gets_none(name: str) -> None:
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(Text("再见")))) as served:
        body = platform.event(name, Latitude="1", Longitude="1")
        assert await served.plain(body) == (200, "success")
        assert len(served.received) == 1


async def test_following_and_menu_clicks_are_answered() -> None:
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(Text("欢迎")))) as served:
        for nonce, body in enumerate((platform.event("subscribe"), platform.event("CLICK", EventKey="guide"))):
            _, answer = await served.plain(body, nonce=str(nonce))
            assert platform.reply(answer.encode())["Content"] == "欢迎"


async def test_send_reports_go_to_the_record_and_not_to_the_bot(served: Served) -> None:
    body = platform.event("TEMPLATESENDJOBFINISH", MsgID="42", Status="failed:user block")
    assert await served.plain(body) == (200, "success")
    assert served.ports.reports == [("wechat:main:42", False, "user_blocked")]
    assert served.received == []


async def test_a_popups_consents_are_all_handed_in(served: Served) -> None:
    items = "".join(
        f"<List><TemplateId>{name}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString></List>"
        for name, status in (("a", "accept"), ("b", "reject"))
    )
    body = platform.event("subscribe_msg_popup_event").decode()
    body = body.replace("</xml>", f"<SubscribeMsgPopupEvent>{items}</SubscribeMsgPopupEvent></xml>")
    assert await served.plain(body.encode()) == (200, "success")
    assert [inbound.part for inbound in served.received] == [
        Event(kind=EventKind.CONSENTED, key="a"),
        Event(kind=EventKind.DECLINED, key="b"),
    ]


async def test_a_picture_is_fetched_under_the_id_the_bot_sees(served: Served) -> None:
    await served.plain(platform.body("image", MediaId="M1", PicUrl="http://127.0.0.1/", MsgId="1"))
    (media,) = served.ports.media
    assert media.platform_id == "M1"
    assert served.received[0].part == Image(media.media_id)


async def test_what_one_reply_cannot_carry_follows() -> None:
    long = "甲" * 600 + "\n" + "乙" * 600
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(Text(long)))) as served:
        _, answer = await served.plain(platform.body(MsgId="7"))
        assert platform.reply(answer.encode())["Content"] == "甲" * 600
        assert served.ports.promised == ["7"]
        # Then the sender will begin with the second piece
        assert await served.progress.of(reply_key(served.received[0].contact, 2)) == Stage(1, 1)


async def test_the_first_piece_answers_even_when_the_rest_cannot_be_promised() -> None:
    long = Text("甲" * 600 + "\n" + "乙" * 600)
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(long))) as served:
        served.ports.is_down = True
        with capture_logs() as logs:
            _, answer = await served.plain(platform.body(MsgId="7"))
        assert platform.reply(answer.encode())["Content"] == "甲" * 600
        assert [entry["log_level"] for entry in logs] == ["error"]


async def test_a_picture_answers_at_once_only_when_the_platform_has_it() -> None:
    picture = MediaId("md_1")
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(Image(picture)))) as served:
        assert await served.plain(platform.body(MsgId="1")) == (200, "success")
        assert served.ports.promised == ["1"]
        assert await served.progress.of(reply_key(served.received[0].contact, 2)) == Stage(0, 0)
        served.ports.platform_ids[picture] = "PLATFORM-1"
        _, answer = await served.plain(platform.body(MsgId="2"), nonce="2")
        assert platform.reply(answer.encode())["MediaId"] == "PLATFORM-1"


async def test_a_link_leads_to_our_own_page() -> None:
    async with serving(an_account(**PLAIN), inbox=FakeInbox(lambda _: answered(Link("指南", "/g/A")))) as served:
        _, answer = await served.plain(platform.body())
        assert platform.reply(answer.encode())["Url"] == "https://qd.example.test/g/A"


async def test_a_stamp_used_again_for_another_message_is_refused(served: Served) -> None:
    # Given a message, its retry, and its stamp under another body
    first = await served.plain(platform.body(MsgId="1", Content="甲"))
    assert await served.plain(platform.body(MsgId="1", Content="甲")) == first
    # When the stamp comes with another message or another person, then it is refused
    assert (await served.plain(platform.body(MsgId="2", Content="甲")))[0] == 403
    assert (await served.plain(platform.body(MsgId="1", Content="甲", sender="oOther")))[0] == 403
    assert len(served.received) == 1


async def test_an_old_stamp_is_refused(served: Served) -> None:
    served.clock.pass_by(timedelta(seconds=301))
    assert (await served.plain(platform.body()))[0] == 403


async def test_each_account_has_its_own_door() -> None:
    # Given two accounts with their own tokens and app ids
    shinan = an_account("shinan", token=Secret("shinantoken"), app_id="wxshinan")
    async with serving(an_account(), shinan) as served:
        # When a call for one comes to the other or to none, then it is refused
        path, body = platform.sealed(platform.body())
        assert (await served.post(path.replace("/main", "/shinan"), body))[0] == 403
        assert (await served.post(path.replace("/main", "/laoshan"), body))[0] == 404
        assert (await served.post(path, body))[0] == 200
        assert {inbound.contact.account for inbound in served.received} == {"main"}


async def test_accounts_that_share_token_and_key_are_told_apart_by_the_app_id() -> None:
    async with serving(an_account(), an_account("shinan", app_id="wxshinan")) as served:
        path, body = platform.sealed(platform.body())
        assert (await served.post(path.replace("/main", "/shinan"), body))[0] == 403
        assert served.received == []


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_plain_body_is_a_client_error(served: Served, name: str) -> None:
    status, answer = await served.plain(MALFORMED[name])
    assert (status, answer) == (400, "wechat.malformed")


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_message_inside_the_encryption_is_a_client_error(name: str) -> None:
    async with serving() as served:
        status, _ = await served.post(*platform.sealed(MALFORMED[name]))
        assert status == 400


@pytest.mark.parametrize(
    "vector", platform.vectors("wechat_safe_mode_decrypt")["reject"], ids=lambda vector: vector["name"]
)
async def test_published_forgeries_are_client_errors(vector: dict[str, str]) -> None:
    account = an_account(token=Secret(vector["token"]), app_id=vector["appid"])
    async with serving(account) as served:
        parameters = platform.query(token=vector["token"], encrypted=vector["encrypt"])
        if vector["name"] == "signature_wrong":
            parameters["msg_signature"] = vector["msg_signature"]
        body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>"
        status, _ = await served.post(platform.path(parameters), body.encode())
        assert status == (400 if vector["name"] in {"invalid_utf8", "entity_bomb_inside"} else 403)


@pytest.mark.parametrize(
    "body", [a_bomb(9), MALFORMED["nesting_bomb"], MALFORMED["too_many"], b"<xml " + b"a='1' " * 10_000 + b"/>"]
)
async def test_a_bomb_is_refused_at_once(served: Served, body: bytes) -> None:
    await served.plain(platform.body())
    begun = perf_counter()
    status, _ = await served.plain(body, nonce="bomb")
    took = perf_counter() - begun
    assert status == 400
    # The house rule is 10 ms; a shared machine gets room, for the harm would be seconds.
    assert took < 0.5


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000])
async def test_one_byte_over_64_kb_is_too_large_announced_or_not(served: Served, size: int) -> None:
    path = platform.path(platform.query())

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(0, size, 8_192):
            yield b" " * 8_192

    async with served.session.post(served.url + path, data=b" " * size) as response:
        assert response.status == 413
    async with served.session.post(served.url + path, data=chunks()) as response:
        assert response.status == 413


async def test_64_kb_are_read(served: Served) -> None:
    body = platform.body(Content="好")
    status, _ = await served.plain(body + b" " * (64 * 1024 - len(body)))
    assert status == 200


async def test_the_signature_is_checked_before_the_body(served: Served) -> None:
    status, _ = await served.post(platform.path(platform.query(token="another")), b"<xml" + b"x" * 60_000)
    assert status == 403


@pytest.mark.parametrize(
    "tail", ["&signature=0", "&timestamp=1", "&nonce=other", "&msg_signature=a&msg_signature=b", "&=&="]
)
async def test_a_parameter_given_twice_is_refused(served: Served, tail: str) -> None:
    status, _ = await served.post(platform.path(platform.query()) + tail, platform.body())
    assert status == 400


@pytest.mark.parametrize("query", ["", "signature=%E7%AD%BE%E5%90%8D", "%00%FF=%ED%A0%80", "&&&", "signature"])
async def test_any_query_is_only_wrong(served: Served, query: str) -> None:
    assert 400 <= (await served.post(f"/wechat/main?{query}", platform.body()))[0] < 500


async def test_a_broken_transfer_encoding_is_a_client_error(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rpartition(":")[2]))
    path = platform.path(platform.query())
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode())
    head = await reader.readline()
    writer.close()
    assert head.split()[1] == b"400"


async def test_a_report_that_cannot_be_noted_makes_the_platform_come_again(served: Served) -> None:
    served.ports.is_down = True
    status, _ = await served.plain(platform.event("TEMPLATESENDJOBFINISH", MsgID="42", Status="success"))
    assert status == 503


async def test_nothing_of_a_call_is_logged(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given everything that is logged anywhere
    caplog.set_level(logging.DEBUG)
    async with serving(an_account(**PLAIN)) as served:
        parameters = platform.query(nonce="noncecanary")
        # When good, repeated, forged and broken calls come
        await served.post(platform.path(parameters), platform.body(Content="正文"))
        await served.post(platform.path(parameters), platform.body(MsgId="2"))
        await served.post(platform.path(parameters | {"signature": "0"}), platform.body())
        await served.post(platform.path(parameters), b"<xml>" + platform.OPENID.encode())
    # Then neither query nor person nor words are there
    written = caplog.text + "".join(capsys.readouterr())
    for canary in (parameters["signature"], "noncecanary", platform.OPENID, "正文", platform.TOKEN):
        assert canary not in written
