"""A notice goes by the way its topic prefers, and by the other when that one is closed."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from channels.wechat.settings import TemplateSettings
from services.conversations.message import Text
from services.outbox.send_errors import SendDelayed, SendMisconfigured, SendRefused
from services.promises import Topic
from tests.channels.wechat.api import OK
from tests.channels.wechat.sending import CONTACT, Sending, a_notice, a_reply, sending

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
STATUS = TemplateSettings(id="T1", fields={"thing1": "text"})


@pytest.fixture
async def way() -> AsyncIterator[Sending]:
    async with sending(templates={Topic.PETITION_ANSWERED: STATUS, Topic.CONVERSATION_REPLY: STATUS}) as found:
        yield found


async def test_a_status_goes_as_its_template_and_costs_no_window(way: Sending) -> None:
    way.platform.script(TEMPLATE, OK | {"msgid": 1})
    assert (await way.sender.send(a_notice())).way == "template"
    assert way.windows.left == 5


@pytest.mark.parametrize("code", [43004, 43101])
async def test_a_status_whose_template_is_closed_goes_as_a_message(way: Sending, code: int) -> None:
    way.platform.script(TEMPLATE, {"errcode": code, "errmsg": ""})
    assert (await way.sender.send(a_notice())).way == "customer_message"


async def test_a_status_without_a_template_goes_as_a_message(way: Sending) -> None:
    assert (await way.sender.send(a_notice(topic=Topic.PETITION_REDO))).way == "customer_message"


async def test_a_reply_goes_as_a_message(way: Sending) -> None:
    assert (await way.sender.send(a_reply(Text("好")))).way == "customer_message"
    assert way.platform.count(TEMPLATE) == 0


@pytest.mark.parametrize("code", [45015, 45047])
async def test_a_reply_outside_the_window_goes_as_its_template(way: Sending, code: int) -> None:
    way.platform.script(CUSTOM, {"errcode": code, "errmsg": ""})
    way.platform.script(TEMPLATE, OK | {"msgid": 1})
    assert (await way.sender.send(a_reply(Text("好")))).way == "template"


async def test_nobody_is_reached_when_every_way_is_closed(way: Sending) -> None:
    way.windows.left = 0
    way.platform.script(TEMPLATE, {"errcode": 43004, "errmsg": ""})
    with pytest.raises(SendRefused) as caught:
        await way.sender.send(a_notice())
    assert caught.value.reason == "window_closed"


async def test_a_person_who_is_gone_is_not_tried_another_way(way: Sending) -> None:
    way.platform.script(TEMPLATE, {"errcode": 40003, "errmsg": ""})
    with pytest.raises(SendRefused, match="unknown_person"):
        await way.sender.send(a_notice())
    assert way.platform.count(CUSTOM) == 0


async def test_trouble_is_waited_out_and_not_sent_another_way(way: Sending) -> None:
    way.platform.script(TEMPLATE, {"errcode": -1, "errmsg": ""})
    with pytest.raises(SendDelayed):
        await way.sender.send(a_notice())
    assert way.platform.count(CUSTOM) == 0


async def test_an_account_that_is_not_ours_is_a_misconfiguration(way: Sending) -> None:
    with pytest.raises(SendMisconfigured):
        await way.sender.send(replace(a_notice(), contact=replace(CONTACT, account="gone")))
