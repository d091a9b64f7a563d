"""Customer messages: each piece once, each counted, and the ledger agrees with the platform."""

from collections.abc import AsyncIterator

import pytest

from channels.wechat.answers import WayClosed
from channels.wechat.progress import Stage, reply_key
from services.conversations.message import Image, MediaId, Text
from services.outbox.send_errors import SendDelayed, SendFailed, SendRefused, SendUnknown
from tests.channels.wechat.api import OK, Drop
from tests.channels.wechat.sending import CONTACT, PAGES, Sending, a_notice, a_reply, sending

CUSTOM = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"
PICTURE = MediaId("media_1")
THREE = (Text("甲" * 600), Text("乙" * 600), Text("丙" * 600))


@pytest.fixture
async def way() -> AsyncIterator[Sending]:
    async with sending() as found:
        yield found


def said(way: Sending) -> list[str]:
    """Return the first characters of the texts the platform was given."""
    return [body["text"]["content"][:2] for body in way.platform.bodies(CUSTOM)]


async def test_a_notice_is_one_counted_message_with_its_page(way: Sending) -> None:
    receipt = await way.customer.send(a_notice(Text("您的诉求已答复"), url=f"{PAGES}/h5/"))
    (body,) = way.platform.bodies(CUSTOM)
    assert body["touser"] == CONTACT.address
    assert body["text"]["content"] == f'您的诉求已答复\n\n<a href="{PAGES}/h5/">点击查看详情</a>'
    assert way.windows.left == 4
    assert receipt.way == "customer_message"


async def test_without_a_window_nothing_is_sent(way: Sending) -> None:
    way.windows.left = 0
    with pytest.raises(WayClosed, match="window_closed"):
        await way.customer.send(a_notice())
    assert way.platform.calls == []


@pytest.mark.parametrize(
    ("code", "following"), [(45015, True), (45047, True), (40003, False), (43004, False), (43019, False)]
)
async def test_the_ledger_takes_the_platforms_word(way: Sending, code: int, following: bool) -> None:  # noqa: FBT001 - a row of the table
    way.platform.script(CUSTOM, {"errcode": code, "errmsg": ""})
    with pytest.raises(SendRefused):
        await way.customer.send(a_notice())
    assert way.windows.closed == [following]


@pytest.mark.parametrize("code", [-1, 45009, 48001])
async def test_trouble_of_the_platform_closes_no_window(way: Sending, code: int) -> None:
    way.platform.script(CUSTOM, {"errcode": code, "errmsg": ""})
    with pytest.raises(SendFailed):
        await way.customer.send(a_notice())
    assert way.windows.closed == []


async def test_a_retry_goes_on_where_it_stopped_and_is_not_counted_again(way: Sending) -> None:
    # Given three pieces of which the second fails for now
    way.platform.script(CUSTOM, OK, {"errcode": -1, "errmsg": "busy"})
    notice = a_notice(*THREE)
    with pytest.raises(SendDelayed):
        await way.customer.send(notice)
    # When it is tried again
    await way.customer.send(notice)
    # Then every piece came once, except the refused one, and three were counted
    assert said(way) == ["甲甲", "乙乙", "乙乙", "丙丙"]
    assert way.windows.left == 2


async def test_a_piece_of_unknown_outcome_is_told(way: Sending) -> None:
    way.platform.script(CUSTOM, OK, Drop())
    with pytest.raises(SendUnknown):
        await way.customer.send(a_notice(*THREE))
    assert said(way) == ["甲甲", "乙乙"]


async def test_a_window_that_closes_in_between_is_told(way: Sending) -> None:
    way.windows.left = 1
    with pytest.raises(WayClosed):
        await way.customer.send(a_notice(*THREE))
    assert said(way) == ["甲甲"]


async def test_a_reply_goes_on_behind_what_the_callback_showed(way: Sending) -> None:
    await way.progress.note(reply_key(CONTACT, 2), Stage(1, 1))
    await way.customer.send(a_reply(*THREE, first_seq=2))
    assert said(way) == ["乙乙", "丙丙"]
    assert way.windows.left == 3


async def test_what_the_callback_showed_of_one_reply_does_not_touch_another(way: Sending) -> None:
    await way.progress.note(reply_key(CONTACT, 2), Stage(1, 1))
    await way.customer.send(a_reply(Text("丁丁"), first_seq=4))
    assert said(way) == ["丁丁"]


async def test_a_picture_is_uploaded_once_and_sent(way: Sending) -> None:
    way.pictures.kept[PICTURE] = b"\xff\xd8\xff"
    way.platform.script(UPLOAD, {"type": "image", "media_id": "M1", "created_at": 1})
    await way.customer.send(a_notice(Image(PICTURE), delivery="d1"))
    await way.customer.send(a_notice(Image(PICTURE), delivery="d2"))
    assert [body["image"] for body in way.platform.bodies(CUSTOM)] == [{"media_id": "M1"}] * 2
    assert way.platform.count(UPLOAD) == 1


async def test_a_picture_the_platform_forgot_is_uploaded_again_at_the_next_try(way: Sending) -> None:
    way.pictures.kept[PICTURE] = b"\xff\xd8\xff"
    way.platform.script(UPLOAD, OK | {"media_id": "M1"}, OK | {"media_id": "M2"})
    way.platform.script(CUSTOM, {"errcode": 40007, "errmsg": "invalid media_id"})
    with pytest.raises(SendDelayed):
        await way.customer.send(a_notice(Image(PICTURE)))
    await way.customer.send(a_notice(Image(PICTURE)))
    assert [body["image"]["media_id"] for body in way.platform.bodies(CUSTOM)] == ["M1", "M2"]
    assert way.windows.left == 4


async def test_a_picture_outside_the_window_closes_it(way: Sending) -> None:
    way.pictures.kept[PICTURE] = b"\xff\xd8\xff"
    way.platform.script(UPLOAD, OK | {"media_id": "M1"})
    way.platform.script(CUSTOM, {"errcode": 45015, "errmsg": ""})
    with pytest.raises(WayClosed):
        await way.customer.send(a_notice(Image(PICTURE)))
    assert way.windows.closed == [True]


async def test_a_picture_we_have_no_more_is_refused(way: Sending) -> None:
    with pytest.raises(SendRefused, match="picture_missing"):
        await way.customer.send(a_notice(Image(PICTURE)))
