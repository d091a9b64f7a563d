"""Let a stranger's code (wechatpy) read every push of the platform."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulators.wechat import inbound
from simulators.wechat.inbound import Inbound
from tests.simulators.stage import fields_of, message_of

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OPENID = "oSixth_character-is-nothing1"


def read_by_a_stranger(pushed: Inbound) -> Any:  # noqa: ANN401 - wechatpy has no types
    """Return wechatpy's message object of a push."""
    message = message_of(pushed.xml(original_id="gh_0123456789ab", openid=OPENID, at=AT))
    assert (message.source, message.target) == (OPENID, "gh_0123456789ab")
    assert int(message.create_time.timestamp()) == int(AT.timestamp())
    return message


def test_a_text_has_its_words_and_a_number() -> None:
    message = read_by_a_stranger(inbound.text(23_000_000_001, "社保卡丢了怎么办 ]]> <b>"))
    assert (message.type, message.id, message.content) == ("text", 23_000_000_001, "社保卡丢了怎么办 ]]> <b>")


def test_a_tap_on_a_message_menu_is_a_text_with_the_options_id() -> None:
    pushed = inbound.text(7, "社会保障卡补领", option_id="101")
    read = fields_of(pushed.xml(original_id="gh", openid=OPENID, at=AT))
    assert (read["MsgType"], read["Content"], read["bizmsgmenuid"]) == ("text", "社会保障卡补领", "101")


def test_a_picture_has_an_address_and_a_media_id() -> None:
    message = read_by_a_stranger(inbound.image(7, "media-1", picture_url="http://127.0.0.1/media/main/media-1"))
    assert (message.type, message.media_id, message.image) == (
        "image",
        "media-1",
        "http://127.0.0.1/media/main/media-1",
    )


def test_a_voice_message_carries_what_was_heard() -> None:
    message = read_by_a_stranger(inbound.voice(7, "media-1", recognition="我要投诉"))
    assert (message.type, message.format, message.recognition) == ("voice", "amr", "我要投诉")


def test_a_voice_message_without_recognition_lacks_the_field() -> None:
    pushed = inbound.voice(7, "media-1", recognition=None)
    assert "Recognition" not in pushed.xml(original_id="gh", openid=OPENID, at=AT)


def test_a_location_has_degrees_and_a_label() -> None:
    message = read_by_a_stranger(inbound.location(7, latitude=36.0671, longitude=120.3826, label="市南区香港中路"))
    assert (message.type, message.location, message.label) == ("location", ("36.0671", "120.3826"), "市南区香港中路")


def test_a_link_has_title_description_and_address() -> None:
    message = read_by_a_stranger(inbound.link(7, title="题", description="述", url="https://example.org/?a=1&b=2"))
    assert (message.title, message.description, message.url) == ("题", "述", "https://example.org/?a=1&b=2")


@pytest.mark.parametrize(
    ("pushed", "event", "expected"),
    [
        (inbound.subscribe("", ""), "subscribe", {}),
        (inbound.subscribe("hall-3", "ticket"), "subscribe_scan", {"scene_id": "hall-3", "ticket": "ticket"}),
        (inbound.unsubscribe(), "unsubscribe", {}),
        (inbound.scan("hall-3", "ticket"), "scan", {"scene_id": "hall-3", "ticket": "ticket"}),
        (inbound.click("petition"), "click", {"key": "petition"}),
        (inbound.view("https://example.org/h5/"), "view", {"url": "https://example.org/h5/"}),
        (
            inbound.position(latitude=36.06, longitude=120.38, precision=30.0),
            "location",
            {"latitude": 36.06, "longitude": 120.38, "precision": 30.0},
        ),
        (inbound.template_sent(42, "failed:user block"), "templatesendjobfinish", {"id": 42}),
    ],
)
def test_an_event_is_what_a_stranger_takes_it_for(pushed: Inbound, event: str, expected: dict[str, object]) -> None:
    message = read_by_a_stranger(pushed)
    assert message.event == event
    assert {name: getattr(message, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("pushed", "holder", "listed"),
    [
        (
            inbound.consent_asked("t1", accepted=True),
            "SubscribeMsgPopupEvent",
            {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "1"},
        ),
        (
            inbound.consent_withdrawn("t1"),
            "SubscribeMsgChangeEvent",
            {"TemplateId": "t1", "SubscribeStatusString": "reject"},
        ),
        (
            inbound.notification_sent("t1", 42, errcode=0, status="success"),
            "SubscribeMsgSentEvent",
            {"TemplateId": "t1", "MsgID": "42", "ErrorCode": "0", "ErrorStatus": "success"},
        ),
    ],
)
def test_events_of_subscribe_notifications_hold_a_list(pushed: Inbound, holder: str, listed: dict[str, str]) -> None:
    read = fields_of(pushed.xml(original_id="gh", openid=OPENID, at=AT))
    assert (read["MsgType"], read[holder]["List"]) == ("event", listed)
