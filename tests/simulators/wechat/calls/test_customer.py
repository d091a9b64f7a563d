"""Send customer messages and typing through the documented errors."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from simulators.wechat.calls import customer
from simulators.wechat.calls.asked import Asked
from simulators.wechat.content import Article, MessageMenu, News, Option, Origin, Picture, Text, Voice
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.exchange import Exchange
from simulators.wechat.handset import Handset
from simulators.wechat.media import SILENT_AMR, MediaKind
from tests.support.set_clock import SetClock


@pytest.fixture
async def phone(exchange: Exchange) -> Handset:
    """Give the phone of a follower who has just written."""
    handset = exchange.phone("main")
    await handset.follow().settled()
    handset.account.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]  # the clock of these tests
    await handset.say("在吗").settled()
    return handset


def send(phone: Handset, **message: object) -> dict[str, object]:
    body = {"touser": phone.follower.openid, "msgtype": "text", "text": {"content": "您好"}} | message
    return customer.send(phone.account, Asked({}, msgspec.json.encode(body)))


def typing(phone: Handset, command: str = "Typing", touser: str | None = None) -> dict[str, object]:
    body = {"touser": touser or phone.follower.openid, "command": command}
    return customer.typing(phone.account, Asked({}, msgspec.json.encode(body)))


def refusal(phone: Handset, **message: object) -> Errcode:
    with pytest.raises(ApiRefused) as refused:
        send(phone, **message)
    return refused.value.code


async def test_each_kind_is_shown_as_it_was_sent(phone: Handset) -> None:
    # Given an uploaded picture and voice
    picture = phone.account.media.put(MediaKind.IMAGE, b"GIF89a...").media_id
    voice = phone.account.media.put(MediaKind.VOICE, SILENT_AMR).media_id
    article = {"title": "题", "description": "述", "url": "https://example.org/", "picurl": "https://example.org/a.png"}
    options = [{"id": 101, "content": "满意"}, {"id": "102", "content": "不满意"}]
    # When each kind is sent
    send(phone)
    send(phone, msgtype="image", image={"media_id": picture})
    send(phone, msgtype="voice", voice={"media_id": voice})
    send(phone, msgtype="news", news={"articles": [article]})
    send(phone, msgtype="msgmenu", msgmenu={"head_content": "请评价", "list": options, "tail_content": "谢谢"})
    # Then the phone shows them as customer messages
    shown = [entry for entry in phone.shown() if entry.origin is Origin.CUSTOMER]
    assert [entry.content for entry in shown] == [
        Text("您好"),
        Picture(picture),
        Voice(voice),
        News(
            (
                Article(
                    title="题", description="述", url="https://example.org/", picture_url="https://example.org/a.png"
                ),
            )
        ),
        MessageMenu(head="请评价", options=(Option("101", "满意"), Option("102", "不满意")), tail="谢谢"),
    ]


async def test_five_are_allowed_and_the_sixth_is_over_the_count(phone: Handset) -> None:
    for _ in range(5):
        assert send(phone) == {"errcode": 0, "errmsg": "ok"}
    assert refusal(phone) is Errcode.OUT_OF_COUNT


async def test_after_48_hours_the_window_is_closed(phone: Handset, clock: SetClock) -> None:
    clock.advance(timedelta(hours=48))
    assert refusal(phone) is Errcode.OUT_OF_WINDOW


async def test_a_person_who_left_gets_nothing(phone: Handset) -> None:
    await phone.unfollow().settled()
    assert refusal(phone) is Errcode.OUT_OF_WINDOW


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"touser": "oNobody"}, Errcode.OPENID_INVALID),
        ({"msgtype": "mpnews"}, Errcode.MESSAGE_TYPE_INVALID),
        ({"text": {"content": ""}}, Errcode.TEXT_EMPTY),
        ({"text": {"content": "字" * 683}}, Errcode.CONTENT_TOO_LONG),
        ({"text": "您好"}, Errcode.FORMAT_ERROR),
        ({"msgtype": "image", "image": {"media_id": "none"}}, Errcode.MEDIA_ID_INVALID),
        ({"msgtype": "news", "news": {"articles": []}}, Errcode.ARTICLE_COUNT_EXCEEDED),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}, Errcode.ARTICLE_COUNT_EXCEEDED),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, Errcode.FORMAT_ERROR),
    ],
)
async def test_a_wrong_message_is_refused_and_costs_nothing(
    phone: Handset, message: dict[str, Any], code: Errcode
) -> None:
    assert refusal(phone, **message) is code
    assert phone.state().messages_left == 5


@pytest.mark.parametrize(
    ("body", "code"), [(b"", Errcode.POST_EMPTY), (b"touser=o1", Errcode.FORMAT_ERROR), (b"\xff", Errcode.FORMAT_ERROR)]
)
async def test_a_body_that_is_no_json_is_refused(phone: Handset, body: bytes, code: Errcode) -> None:
    with pytest.raises(ApiRefused) as refused:
        customer.send(phone.account, Asked({}, body))
    assert refused.value.code is code


async def test_typing_is_shown_until_a_message_or_a_cancel(phone: Handset) -> None:
    typing(phone)
    assert phone.state().is_typing_shown
    send(phone)
    assert not phone.state().is_typing_shown
    typing(phone)
    typing(phone, "CancelTyping")
    assert not phone.state().is_typing_shown


async def test_typing_is_refused_when_it_is_shown_already_unknown_or_late(phone: Handset, clock: SetClock) -> None:
    typing(phone)
    for arguments, code in (
        (("Typing",), Errcode.TYPING_ALREADY),
        (("Dancing",), Errcode.TYPING_COMMAND_INVALID),
        (("Typing", "oNobody"), Errcode.OPENID_INVALID),
    ):
        with pytest.raises(ApiRefused) as refused:
            typing(phone, *arguments)
        assert refused.value.code is code
    typing(phone, "CancelTyping")
    clock.advance(timedelta(seconds=31))
    with pytest.raises(ApiRefused) as late:
        typing(phone)
    assert late.value.code is Errcode.TYPING_WITHOUT_MESSAGE
