"""Send template messages, repeated, refused and cut."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from simulators.wechat.calls import templates
from simulators.wechat.calls.asked import Asked
from simulators.wechat.content import Card, Origin, Row
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.exchange import Exchange
from simulators.wechat.handset import Handset
from tests.simulators.stage import Developer, message_of, opened
from tests.support.set_clock import SetClock


@pytest.fixture
async def phone(exchange: Exchange, developer: Developer) -> Handset:
    """Give a follower's phone."""
    handset = exchange.phone("main")
    await handset.follow().settled()
    developer.received.clear()
    return handset


def send(phone: Handset, **message: object) -> dict[str, object]:
    data = {"character_string1": {"value": "QD20261124-7K3M9P"}, "phrase2": {"value": "已转办", "color": "#f00"}}
    body = {"touser": phone.follower.openid, "template_id": "progress", "url": "https://example.org/", "data": data}
    return templates.send(phone.account, Asked({}, msgspec.json.encode(body | message)))


def cards(phone: Handset) -> list[Card]:
    return [entry.content for entry in phone.shown() if isinstance(entry.content, Card)]


async def test_a_template_message_is_a_card_with_every_line_of_the_template(phone: Handset) -> None:
    answer = send(phone)
    (card,) = cards(phone)
    assert (answer["errcode"], isinstance(answer["msgid"], int)) == (0, True)
    assert card.rows == (Row("诉求编号", "QD20261124-7K3M9P"), Row("当前进度", "已转办"), Row("温馨提示", ""))
    assert (card.title, card.url, phone.shown()[-1].origin) == ("诉求进度通知", "https://example.org/", Origin.TEMPLATE)


async def test_a_long_value_is_cut_without_an_error(phone: Handset) -> None:
    send(phone, data={"thing3": {"value": "办" * 30}})
    assert cards(phone)[0].rows[2].text == "办" * 20 + "..."


async def test_its_result_is_told_afterwards(phone: Handset, exchange: Exchange, developer: Developer) -> None:
    # Given one message that is shown and one the person has refused to take
    first = send(phone)["msgid"]
    phone.block_templates(blocked=True)
    second = send(phone)["msgid"]
    # When the platform pushes what it owes
    exchange.caller.push_owed(phone.account)
    await asyncio.gather(*(delivery.settled() for delivery in phone.account.deliveries))
    # Then both results have come, and only the first message is on the phone
    events = [message_of(opened(request)) for request in developer.received]
    assert sorted((event.id, event.status) for event in events) == sorted(
        [(first, "success"), (second, "failed:user block")]
    )
    assert len(cards(phone)) == 1


async def test_a_repeat_under_the_same_client_msg_id_shows_nothing_for_ten_minutes(
    phone: Handset, clock: SetClock
) -> None:
    # Given a message sent under an id
    first = send(phone, client_msg_id="delivery-1")
    # When it is repeated, then it is answered like the first and shown once; after ten minutes it is new
    assert send(phone, client_msg_id="delivery-1") == first
    assert send(phone, client_msg_id="delivery-2") != first
    clock.advance(timedelta(minutes=10))
    assert send(phone, client_msg_id="delivery-1") != first
    assert len(cards(phone)) == 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"touser": "oNobody"}, Errcode.OPENID_INVALID),
        ({"template_id": "unknown"}, Errcode.TEMPLATE_ID_INVALID),
        ({"template_id": "answered"}, Errcode.TEMPLATE_ID_INVALID),
        ({"data": "text"}, Errcode.FORMAT_ERROR),
    ],
)
async def test_a_wrong_message_is_refused(phone: Handset, message: dict[str, Any], code: Errcode) -> None:
    with pytest.raises(ApiRefused) as refused:
        send(phone, **message)
    assert refused.value.code is code
    assert cards(phone) == []


async def test_who_does_not_follow_is_refused(phone: Handset) -> None:
    await phone.unfollow().settled()
    with pytest.raises(ApiRefused) as refused:
        send(phone)
    assert refused.value.code is Errcode.FOLLOWER_REQUIRED
