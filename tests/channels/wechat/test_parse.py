"""Every documented message and event is read as what it means to us."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.parse import Parsed, parse
from channels.wechat.wire import Malformed, read
from services.conversations.message import (
    TEXT_LIMIT,
    Channel,
    Event,
    EventKind,
    Image,
    InboundPart,
    Location,
    Text,
    Unsupported,
    Voice,
)
from tests.channels.wechat import platform
from tests.channels.wechat.fakes import an_account

ACCOUNT = an_account()


def parsed(body: bytes) -> Parsed:
    return parse(read(body), ACCOUNT)


def part_of(body: bytes) -> InboundPart:
    (inbound,) = parsed(body).inbounds
    return inbound.part


def a_popup(*statuses: str) -> bytes:
    items = "".join(
        f"<List><TemplateId>t{n}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString></List>"
        for n, status in enumerate(statuses)
    )
    body = platform.event("subscribe_msg_popup_event").decode()
    return body.replace("</xml>", f"<SubscribeMsgPopupEvent>{items}</SubscribeMsgPopupEvent></xml>").encode()


def test_a_text_becomes_an_inbound_of_its_citizen() -> None:
    # When a text is read
    (inbound,) = parsed(platform.body(Content="居住证怎么办", MsgId="6054768590064713728")).inbounds
    # Then person, key, words and time are the platform's
    assert (inbound.contact.channel, inbound.contact.account) == (Channel.WECHAT, "main")
    assert inbound.contact.address == platform.OPENID
    assert inbound.key == "6054768590064713728"
    assert inbound.part == Text("居住证怎么办")
    assert inbound.at == datetime.fromtimestamp(platform.NOW, UTC)


def test_an_empty_text_is_a_text() -> None:
    assert part_of(platform.body(Content="")) == Text("")


def test_text_up_to_the_limit_is_taken_whole_and_longer_text_not_at_all() -> None:
    assert part_of(platform.body(Content="字" * TEXT_LIMIT)) == Text("字" * TEXT_LIMIT)
    longer = parsed(platform.body(Content="字" * (TEXT_LIMIT + 1)))
    assert longer.too_long
    assert longer.inbounds == ()


def test_an_image_gets_an_id_of_ours_and_is_to_be_fetched() -> None:
    body = platform.body("image", MediaId="M-1", PicUrl="http://127.0.0.1/p.jpg", MsgId="1")
    found = parsed(body)
    assert found.media is not None
    assert (found.media.contact.account, found.media.platform_id) == ("main", "M-1")
    assert found.inbounds[0].part == Image(found.media.media_id)
    assert parsed(body).media == found.media


def test_a_voice_brings_the_platforms_transcript() -> None:
    found = parsed(platform.body("voice", MediaId="V-1", Format="amr", Recognition="转人工", MsgId="1"))
    part = found.inbounds[0].part
    assert isinstance(part, Voice)
    assert part.recognition == "转人工"
    assert found.media is None


def test_a_location_brings_its_point_and_label() -> None:
    body = platform.body(
        "location", Location_X="36.066938", Location_Y="120.382665", Scale="16", Label="香港中路", MsgId="1"
    )
    assert part_of(body) == Location(lat=36.066938, lng=120.382665, label="香港中路")


def test_a_link_is_read_as_its_words() -> None:
    body = platform.body("link", Title="停水通知", Description="周三", Url="https://example.test/a", MsgId="1")
    assert part_of(body) == Text("停水通知\n周三\nhttps://example.test/a")


@pytest.mark.parametrize("kind", ["video", "shortvideo", "file", "brandnew", "x" * 200])
def test_a_kind_we_cannot_read_is_said_so(kind: str) -> None:
    assert part_of(platform.body(kind, MediaId="M", MsgId="1")) == Unsupported(kind[:64])


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (platform.event("subscribe"), Event(kind=EventKind.FOLLOWED)),
        (
            platform.event("subscribe", EventKey="qrscene_hall7", Ticket="T"),
            Event(kind=EventKind.FOLLOWED, key="hall7"),
        ),
        (platform.event("unsubscribe"), Event(kind=EventKind.UNFOLLOWED)),
        (platform.event("SCAN", EventKey="hall7", Ticket="T"), Event(kind=EventKind.SCANNED, key="hall7")),
        (platform.event("CLICK", EventKey="guide"), Event(kind=EventKind.MENU_CLICKED, key="guide")),
        (platform.event("scancode_waitmsg", EventKey="scan"), Event(kind=EventKind.MENU_CLICKED, key="scan")),
        (
            platform.event("VIEW", EventKey="https://example.test/"),
            Event(kind=EventKind.VIEWED, key="https://example.test/"),
        ),
        (
            platform.event("LOCATION", Latitude="36.1", Longitude="120.4", Precision="30"),
            Event(kind=EventKind.LOCATED, key="36.1,120.4"),
        ),
        (platform.event("kf_create_session", KfAccount="a@b"), Event(kind=EventKind.OTHER, key="kf_create_session")),
        (platform.event("kf_switch_session", ToKfAccount="a@b"), Event(kind=EventKind.OTHER, key="kf_switch_session")),
        (platform.event("user_authorization_revoke"), Event(kind=EventKind.OTHER, key="user_authorization_revoke")),
        (platform.event("something_new"), Event(kind=EventKind.OTHER, key="something_new")),
    ],
    ids=lambda value: value.kind if isinstance(value, Event) else "",
)
def test_each_event_is_read_as_what_happened(body: bytes, event: Event) -> None:
    assert part_of(body) == event


def test_a_popup_brings_one_event_per_template() -> None:
    found = parsed(a_popup("accept", "reject", "ban")).inbounds
    assert [inbound.part for inbound in found] == [
        Event(kind=EventKind.CONSENTED, key="t0"),
        Event(kind=EventKind.DECLINED, key="t1"),
        Event(kind=EventKind.OTHER, key="t2"),
    ]
    assert len({inbound.key for inbound in found}) == 3


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("success", ""),
        ("failed:user block", "user_blocked"),
        ("failed: system failed", "system_failed"),
        ("failed:in some new way", "failed"),
    ],
)
def test_a_finished_template_message_is_reported(status: str, failure: str) -> None:
    (report,) = parsed(platform.event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status=status)).reports
    assert (report.platform_id, report.reason) == ("wechat:main:200163836", failure)


@pytest.mark.parametrize(("code", "failure"), [("0", ""), ("43101", "no_consent"), ("99999", "errcode_99999")])
def test_a_sent_subscription_message_is_reported(code: str, failure: str) -> None:
    item = f"<List><TemplateId>t</TemplateId><MsgID>77</MsgID><ErrorCode>{code}</ErrorCode><ErrorStatus>s</ErrorStatus></List>"
    body = platform.event("subscribe_msg_sent_event").decode()
    body = body.replace("</xml>", f"<SubscribeMsgSentEvent>{item}</SubscribeMsgSentEvent></xml>")
    (report,) = parsed(body.encode()).reports
    assert (report.platform_id, report.reason) == ("wechat:main:77", failure)


def test_an_events_key_tells_apart_what_the_platforms_own_rule_confuses() -> None:
    # Given events of one person in one second, and the same ones of another person and another second
    bodies = [
        platform.event("CLICK", EventKey="guide"),
        platform.event("CLICK", EventKey="progress"),
        platform.event("LOCATION", Latitude="36", Longitude="120"),
        platform.event("CLICK", EventKey="guide", sender="oOther"),
        platform.event("CLICK", EventKey="guide", time=str(platform.NOW + 1)),
        platform.event("TEMPLATESENDJOBFINISH", MsgID="1", Status="success"),
        platform.event("TEMPLATESENDJOBFINISH", MsgID="2", Status="success"),
    ]
    # When they are read, then each has a key of its own, and a repeat has the same
    keys = [parsed(body).key for body in bodies]
    assert len(set(keys)) == len(bodies)
    assert [parsed(body).key for body in bodies] == keys
    assert platform.OPENID not in "".join(keys)


@pytest.mark.parametrize(
    "body",
    [
        b"<xml></xml>",
        platform.body().replace(b"<MsgType>text</MsgType>", b""),
        platform.body().replace(b"<MsgType>text</MsgType>", b"<MsgType></MsgType>"),
        platform.body().replace(b"<MsgType>text</MsgType>", b"<MsgType><a>text</a></MsgType>"),
        platform.body().replace(b"Content", b"Kontent"),
        platform.body(sender=""),
        platform.body(sender="a b"),
        platform.body(sender="x" * 65),
        platform.body(sender="]]>"),
        platform.body(time=""),
        platform.body(time="now"),
        platform.body(time="-1"),
        platform.body(time="1" + "0" * 20),
        platform.body(time="１７９００００００"),
        platform.body(MsgId="1 2"),
        platform.body(MsgId="9" * 65),
        platform.body("image", MsgId="1"),
        platform.body("voice", MsgId="1"),
        platform.body("location", Location_X="north", Location_Y="1", MsgId="1"),
        platform.body("location", Location_X="nan", Location_Y="1", MsgId="1"),
        platform.body("location", Location_X="1", Location_Y="181", MsgId="1"),
        platform.body("location", Location_X="1e999", Location_Y="1", MsgId="1"),
        platform.body("event"),
        platform.event("a b"),
        platform.event("LOCATION"),
        platform.event("TEMPLATESENDJOBFINISH", Status="success"),
        platform.event("TEMPLATESENDJOBFINISH", MsgID="1"),
        platform.event("subscribe_msg_popup_event"),
        platform.event("subscribe_msg_popup_event", List="x"),
        a_popup("").replace(b"<TemplateId>t0</TemplateId>", b""),
    ],
)
def test_a_broken_message_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(body)


@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["MsgType", "Event", "FromUserName", "CreateTime", "Content", "MsgId", "MediaId", "Status", "MsgID"]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\ufffe\uffff"), max_size=30)
        | st.sampled_from(["text", "event", "image", "subscribe", "1790000000", "oX", "TEMPLATESENDJOBFINISH"]),
    )
)
def test_any_fields_are_read_or_refused(fields: dict[str, str]) -> None:
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    try:
        found = parsed(f"<xml>{body}</xml>".encode())
    except Malformed:
        return
    assert bool(found.inbounds) + bool(found.reports) + found.too_long == 1
