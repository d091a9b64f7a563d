"""Send subscribe notifications with, without and beyond consent."""

import asyncio
from typing import Any

import msgspec
import pytest

from simulators.wechat.calls import subscriptions
from simulators.wechat.calls.asked import Asked
from simulators.wechat.content import Card, Row
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.exchange import Exchange
from simulators.wechat.handset import Handset
from tests.simulators.stage import Developer, fields_of, opened

DATA = {
    "character_string1": {"value": "QD20261124-7K3M9P"},
    "time2": {"value": "2026年11月24日 15:01"},
    "thing3": {"value": "已办结"},
}


@pytest.fixture
def phone(exchange: Exchange) -> Handset:
    """Give the phone of somebody who does not follow: a notification needs no follower."""
    return exchange.phone("main")


def send(phone: Handset, **message: object) -> dict[str, object]:
    body = {"touser": phone.follower.openid, "template_id": "answered", "data": DATA} | message
    return subscriptions.send(phone.account, Asked({}, msgspec.json.encode(body)))


def refusal(phone: Handset, **message: object) -> ApiRefused:
    with pytest.raises(ApiRefused) as refused:
        send(phone, **message)
    return refused.value


async def test_one_consent_buys_one_message(phone: Handset) -> None:
    await phone.answer_consent("answered", accepted=True).settled()
    assert send(phone)["errcode"] == 0
    assert refusal(phone).code is Errcode.CONSENT_MISSING


async def test_a_long_term_consent_lasts_until_it_is_withdrawn(phone: Handset) -> None:
    # Given a long-term consent
    reminder: dict[str, Any] = {"template_id": "reminder", "data": {"thing1": {"value": "材料补正"}}}
    await phone.answer_consent("reminder", accepted=True).settled()
    # When several are sent, then all arrive until the consent is withdrawn
    for _ in range(3):
        send(phone, **reminder)
    await phone.withdraw_consent("reminder").settled()
    assert refusal(phone, **reminder).code is Errcode.CONSENT_MISSING
    assert len(phone.shown()) == 3


async def test_a_follower_finds_it_in_the_chat_and_anybody_else_among_service_notices(phone: Handset) -> None:
    for _ in range(2):
        await phone.answer_consent("answered", accepted=True).settled()
    send(phone, page="https://example.org/p/1")
    await phone.follow().settled()
    send(phone)
    cards = [entry.content for entry in phone.shown() if isinstance(entry.content, Card)]
    assert [card.in_service_notices for card in cards] == [True, False]
    assert cards[0].rows[2] == Row("办理结果", "已办结")
    assert cards[0].url == "https://example.org/p/1"


async def test_its_result_is_told_afterwards(phone: Handset, exchange: Exchange, developer: Developer) -> None:
    await phone.answer_consent("answered", accepted=True).settled()
    developer.received.clear()
    number = send(phone)["msgid"]
    exchange.caller.push_owed(phone.account)
    await asyncio.gather(*(delivery.settled() for delivery in phone.account.deliveries))
    event = fields_of(opened(developer.received[0]))
    assert event["SubscribeMsgSentEvent"]["List"]["MsgID"] == str(number)


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"thing3": {"value": "办" * 21}}, "data.thing3.value invalid"),
        ({"time2": {"value": "明天"}}, "data.time2.value invalid"),
        ({"thing3": {"value": ""}}, "data.thing3.value invalid"),
    ],
)
async def test_a_bad_value_is_refused_by_name_and_uses_no_consent_up(
    phone: Handset, changed: dict[str, Any], detail: str
) -> None:
    await phone.answer_consent("answered", accepted=True).settled()
    refused = refusal(phone, data=DATA | changed)
    assert (refused.code, refused.detail) == (Errcode.TEMPLATE_VALUE_INVALID, detail)
    assert phone.state().consents == {"answered": 1}


async def test_a_missing_value_is_refused(phone: Handset) -> None:
    refused = refusal(phone, data={"time2": DATA["time2"]})
    assert refused.code is Errcode.TEMPLATE_VALUE_INVALID


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"touser": "oNobody"}, Errcode.OPENID_INVALID),
        ({"template_id": "progress"}, Errcode.TEMPLATE_ID_INVALID),
        ({}, Errcode.CONSENT_MISSING),
    ],
)
async def test_a_wrong_notification_is_refused(phone: Handset, message: dict[str, Any], code: Errcode) -> None:
    assert refusal(phone, **message).code is code
