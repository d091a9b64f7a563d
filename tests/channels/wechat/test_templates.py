"""Templates: the fields a topic has, fitted; repeatable while the platform drops repeats."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from channels.wechat.answers import WayClosed
from channels.wechat.settings import TemplateKind, TemplateSettings
from channels.wechat.templates import TemplateMessages, TemplateParts
from services.outbox.send_errors import SendDelayed, SendUnknown
from services.promises import Topic
from tests.channels.wechat import platform
from tests.channels.wechat.api import OK, Drop
from tests.channels.wechat.down import DownMemory
from tests.channels.wechat.sending import PAGES, Sending, a_notice, sending

TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend"
ANSWERED = TemplateSettings(
    id="T1", fields={"character_string1": "number", "phrase2": "status", "thing3": "text", "time4": "at"}
)
EXTENDED = TemplateSettings(id="T2", fields={"date1": "due"})
SUBSCRIBED = TemplateSettings(id="S1", kind=TemplateKind.SUBSCRIBE, fields={"thing1": "text"})
TEMPLATES = {
    Topic.PETITION_ANSWERED: ANSWERED,
    Topic.PETITION_EXTENDED: EXTENDED,
    Topic.PETITION_CLOSED: SUBSCRIBED,
}


@pytest.fixture
async def way() -> AsyncIterator[Sending]:
    async with sending(templates=TEMPLATES) as found:
        yield found


async def test_a_template_carries_the_fitted_fields_and_a_key_against_repeats(way: Sending) -> None:
    way.platform.script(TEMPLATE, OK | {"msgid": 42})
    receipt = await way.templates.send(a_notice(url=f"{PAGES}/h5/"))
    (body,) = way.platform.bodies(TEMPLATE)
    assert len(body.pop("client_msg_id")) <= 64
    assert body == {
        "touser": platform.OPENID,
        "template_id": "T1",
        "url": f"{PAGES}/h5/",
        "data": {
            "character_string1": {"value": "QD20261124-7K3M9P"},
            "phrase2": {"value": "已答复"},
            "thing3": {"value": "您的诉求QD20261124-7K3M…"},
            "time4": {"value": "2026年11月24日 09:05"},
        },
    }
    assert (receipt.way, receipt.platform_id, receipt.shortened) == ("template", "wechat:main:42", ("text",))


async def test_a_repeat_carries_the_same_key_and_another_delivery_another(way: Sending) -> None:
    for number, delivery in enumerate(("d1", "d1", "d2" * 60)):
        way.platform.script(TEMPLATE, OK | {"msgid": number + 1})
        await way.templates.send(a_notice(delivery=delivery))
    keys = [body["client_msg_id"] for body in way.platform.bodies(TEMPLATE)]
    assert keys[0] == keys[1] != keys[2]
    assert max(map(len, keys)) <= 64


async def test_a_subscription_goes_to_its_own_interface(way: Sending) -> None:
    receipt = await way.templates.send(a_notice(topic=Topic.PETITION_CLOSED, url=f"{PAGES}/h5/"))
    (body,) = way.platform.bodies(SUBSCRIBE)
    assert (body["template_id"], body["page"], set(body["data"])) == ("S1", f"{PAGES}/h5/", {"thing1"})
    assert (receipt.way, receipt.platform_id) == ("subscribe", "")


async def test_a_value_that_cannot_fit_alarms_and_closes_this_way(way: Sending) -> None:
    with capture_logs() as logs, pytest.raises(WayClosed):
        await way.templates.send(a_notice(topic=Topic.PETITION_EXTENDED))
    assert [entry["log_level"] for entry in logs] == ["error"]
    assert way.platform.calls == []


async def test_an_unknown_outcome_is_repeated_while_the_platform_drops_repeats(way: Sending) -> None:
    # Given a try that was cut off
    way.platform.script(TEMPLATE, Drop(), Drop())
    with pytest.raises(SendDelayed):
        await way.templates.send(a_notice())
    # When it is tried again for nine minutes, then it may
    way.clock.pass_by(timedelta(minutes=9))
    with pytest.raises(SendDelayed):
        await way.templates.send(a_notice())
    # When the ten minutes are nearly over, then nothing is sent any more
    way.clock.pass_by(timedelta(seconds=1))
    with pytest.raises(SendUnknown):
        await way.templates.send(a_notice())
    assert way.platform.count(TEMPLATE) == 2


async def test_a_subscription_of_unknown_outcome_is_not_repeated(way: Sending) -> None:
    way.platform.script(SUBSCRIBE, Drop())
    with pytest.raises(SendUnknown):
        await way.templates.send(a_notice(topic=Topic.PETITION_CLOSED))


async def test_without_a_memory_an_unknown_outcome_stays_unknown(way: Sending) -> None:
    # Given a memory that goes down while a template is sent
    class GoingDown(DownMemory):
        async def get(self, key: str) -> str | None:
            return None

    parts = TemplateParts(clients={"main": way.reached.client}, memory=GoingDown(), clock=way.clock)
    templates = TemplateMessages({"main": way.reached.account}, parts=parts)
    way.platform.script(TEMPLATE, Drop())
    # When no answer comes, then it is not repeated at a time nobody knows
    with pytest.raises(SendUnknown):
        await templates.send(a_notice())
