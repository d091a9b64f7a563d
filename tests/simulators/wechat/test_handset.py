"""Use a phone as a person does."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from simulators.wechat.content import Link, Location, Notice, Origin, Picture, Text, Voice
from simulators.wechat.exchange import Exchange
from simulators.wechat.follower import FOR_EVER
from simulators.wechat.handset import Handset, NotPossible
from simulators.wechat.menu import Button, Menu
from simulators.wechat.wording import FOLLOWED
from tests.simulators.stage import Developer, message_of, opened
from tests.support.set_clock import SetClock

PNG = b"\x89PNG\r\n\x1a\npicture"


@pytest.fixture
async def phone(exchange: Exchange, developer: Developer) -> Handset:
    """Give the phone of somebody who follows."""
    handset = exchange.phone("main")
    await handset.follow().settled()
    developer.received.clear()
    return handset


def heard(developer: Developer) -> list[Any]:
    """Return what the developer's server received, as wechatpy reads it."""
    return [message_of(opened(request)) for request in developer.received]


async def test_whatever_is_sent_stands_on_the_phone_and_arrives(phone: Handset, developer: Developer) -> None:
    # When a person sends one of each
    for delivery in (
        phone.say("在吗"),
        phone.send_picture(PNG),
        phone.speak("我要投诉"),
        phone.send_location(36.0671, 120.3826, label="香港中路"),
        phone.share("题", "https://example.org/"),
    ):
        await delivery.settled()
    # Then the phone shows them and the server has them in order
    shown = [entry.content for entry in phone.shown(1)]
    assert [type(content) for content in shown] == [Text, Picture, Voice, Location, Link]
    assert [message.type for message in heard(developer)] == ["text", "image", "voice", "location", "link"]
    assert [message.id for message in heard(developer)] == sorted({message.id for message in heard(developer)})
    assert heard(developer)[1].image.startswith("http://127.0.0.1/media/main/")


async def test_following_is_shown_and_told_once(exchange: Exchange, developer: Developer) -> None:
    phone = exchange.phone("main", "市民丁")
    await phone.follow("hall-3").settled()
    assert phone.shown()[0].content == Notice(FOLLOWED.format(title="青岛通办"))
    assert heard(developer)[0].scene_id == "hall-3"
    with pytest.raises(NotPossible):
        phone.follow()


async def test_who_does_not_follow_can_send_nothing(exchange: Exchange) -> None:
    phone = exchange.phone("main")
    acts: tuple[Callable[[], object], ...] = (
        lambda: phone.say("在吗"),
        lambda: phone.speak("在吗"),
        lambda: phone.send_picture(PNG),
        lambda: phone.send_location(36.0, 120.0, label=""),
        lambda: phone.share("题", "https://example.org/"),
        lambda: phone.tap("我要诉求"),
        lambda: phone.choose("1", "一"),
        lambda: phone.report_position(36.0, 120.0),
        phone.unfollow,
    )
    for act in acts:
        with pytest.raises(NotPossible):
            act()
    assert phone.shown() == ()


async def test_leaving_closes_the_window(phone: Handset) -> None:
    await phone.say("在吗").settled()
    assert phone.state().messages_left > 0
    await phone.unfollow().settled()
    assert (phone.state().following, phone.state().messages_left) == (False, 0)
    assert phone.state().window_closes_at is None


async def test_a_scan_follows_first_and_is_a_scan_afterwards(exchange: Exchange, developer: Developer) -> None:
    phone = exchange.phone("main")
    await phone.scan("hall-3").settled()
    await phone.scan("hall-4").settled()
    assert [message.event for message in heard(developer)] == ["subscribe_scan", "scan"]


async def test_a_menu_button_sends_its_key_or_its_address(phone: Handset, developer: Developer) -> None:
    # Given a menu with a click button, a view button below another and one of a type no phone can play here
    below = (Button(name="事项大全", type="view", url="https://example.org/h5/"),)
    top = (
        Button(name="我要诉求", type="click", key="petition"),
        Button(name="办事指南", sub_button=below),
        Button(name="小程序", type="miniprogram", url="https://example.org/"),
    )
    phone.account.menu = Menu(top)
    # When both are tapped
    await phone.tap("我要诉求").settled()
    await phone.tap("事项大全").settled()
    # Then the key and the address arrive, and a button that is not there cannot be tapped
    click, view = heard(developer)
    assert (click.key, view.url) == ("petition", "https://example.org/h5/")
    for name in ("办事指南", "小程序", "没有"):
        with pytest.raises(NotPossible):
            phone.tap(name)


async def test_a_tap_on_a_message_menu_counts_as_a_click(phone: Handset, clock: SetClock) -> None:
    clock.advance(timedelta(minutes=2))
    await phone.choose("101", "社会保障卡补领").settled()
    assert phone.state().messages_left == 3
    assert phone.state().window_closes_at == clock.now() + timedelta(minutes=1)


async def test_a_message_opens_the_window_for_48_hours(phone: Handset, clock: SetClock) -> None:
    clock.advance(timedelta(minutes=2))
    await phone.say("在吗").settled()
    assert phone.state().messages_left == 5
    assert phone.state().window_closes_at == clock.now() + timedelta(hours=48)


async def test_reporting_a_position_and_opening_a_page_open_no_window(phone: Handset, clock: SetClock) -> None:
    clock.advance(timedelta(minutes=2))
    phone.account.menu = Menu((Button(name="大厅", type="view", url="https://example.org/"),))
    await phone.report_position(36.0, 120.0).settled()
    await phone.tap("大厅").settled()
    assert phone.state().messages_left == 0


async def test_consents_add_up_for_one_time_and_stay_for_long_term(phone: Handset, developer: Developer) -> None:
    # When a person agrees twice to a one-time notification, once to a long-term one, and refuses once
    for template_id, accepted in (("answered", True), ("answered", True), ("reminder", True), ("answered", False)):
        await phone.answer_consent(template_id, accepted=accepted).settled()
    # Then the consents are held and every answer was told
    assert phone.state().consents == {"answered": 2, "reminder": FOR_EVER}
    assert len(developer.received) == 4
    await phone.withdraw_consent("reminder").settled()
    assert phone.state().consents == {"answered": 2}
    with pytest.raises(NotPossible):
        phone.answer_consent("progress", accepted=True)


async def test_an_account_without_speech_recognition_sends_none(exchange: Exchange, developer: Developer) -> None:
    account = exchange.account("main")
    account.settings = structs.replace(account.settings, recognises_voice=False)
    phone = exchange.phone("main")
    await phone.follow().settled()
    await phone.speak("我要投诉").settled()
    assert not heard(developer)[-1].recognition


async def test_people_of_one_nickname_are_one_person_and_keep_their_openid(exchange: Exchange) -> None:
    first = exchange.phone("main", "市民丁")
    assert exchange.phone("main", "市民丁").follower is first.follower
    assert exchange.phone_by_openid(first.follower.openid).follower is first.follower
    assert len(first.follower.openid) == 28
    assert first.follower.openid.startswith("o")


async def test_waiting_for_an_entry_of_an_origin_passes_over_others(phone: Handset) -> None:
    # Given somebody who waits for a customer message
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(phone.next(Origin.CUSTOMER, after=0, within=timedelta(seconds=5)))
        await phone.say("在吗").settled()
        phone.follower.phone.show(Origin.CUSTOMER, Text("您好"))
    # When it has come, then it is what was waited for, and waiting for another ends in time
    assert waiting.result().content == Text("您好")
    with pytest.raises(TimeoutError):
        await phone.next(Origin.CUSTOMER, after=waiting.result().seq, within=timedelta(seconds=0.01))


async def test_the_phones_own_words_are_marked_as_its_owners(phone: Handset) -> None:
    await phone.say("在吗").settled()
    assert phone.shown(1)[0].origin is Origin.FOLLOWER
