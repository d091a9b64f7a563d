"""Watch the platform call a developer's server that is written with a stranger's code (wechatpy)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sanic import Request
from wechatpy.utils import check_signature

from services.tasks import Tasks
from simulators.wechat.caller import Caller
from simulators.wechat.content import Notice, Origin, Text
from simulators.wechat.delivery import Result
from simulators.wechat.exchange import Exchange
from simulators.wechat.faults import CallbackFault, CallbackFaultKind
from simulators.wechat.settings import Mode
from simulators.wechat.wording import OUT_OF_SERVICE
from tests.simulators.stage import TOKEN, Developer, an_account, fields_of, message_of, opened, replying
from tests.support.set_clock import SetClock


@pytest.fixture
async def exchanges(developer: Developer, clock: SetClock) -> AsyncIterator[Callable[[Mode], Exchange]]:
    """Give a maker of platforms whose account has a mode."""
    tasks = Tasks()
    made: list[Exchange] = []

    def make(mode: Mode) -> Exchange:
        caller = Caller(tasks, patience=timedelta(seconds=0.25))
        accounts = [an_account(callback_url=developer.url, mode=mode)]
        made.append(Exchange(accounts, clock=clock, caller=caller, media_base="http://127.0.0.1/media"))
        return made[-1]

    yield make
    await tasks.stop()
    for exchange in made:
        await exchange.close()


async def test_a_passive_answer_of_a_strangers_server_appears_on_the_phone(
    exchange: Exchange, developer: Developer
) -> None:
    # Given a follower and a server that repeats what it hears
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.answer = replying(lambda message: f"你说的是：{message.content}")
    # When the follower writes
    outcome = await phone.say("社保卡丢了怎么办").settled()
    # Then the answer is the next thing on the phone
    assert outcome.result is Result.ANSWERED
    assert [(entry.origin, entry.content) for entry in phone.shown(1)] == [
        (Origin.FOLLOWER, Text("社保卡丢了怎么办")),
        (Origin.PASSIVE, Text("你说的是：社保卡丢了怎么办")),
    ]


async def test_in_safe_mode_only_the_ciphertext_travels(exchange: Exchange, developer: Developer) -> None:
    await exchange.phone("main").follow().settled()
    (request,) = developer.received
    assert fields_of(request.body).keys() == {"ToUserName", "Encrypt"}
    assert request.args.get("encrypt_type") == "aes"
    assert message_of(opened(request)).event == "subscribe"


async def test_in_plain_mode_the_body_is_signed_only_in_the_address(
    exchanges: Callable[[Mode], Exchange], developer: Developer
) -> None:
    phone = exchanges(Mode.PLAIN).phone("main")
    await phone.follow().settled()
    (request,) = developer.received
    check_signature(TOKEN, *(request.args.get(key) for key in ("signature", "timestamp", "nonce")))
    assert message_of(request.body).event == "subscribe"
    assert "encrypt_type" not in request.args
    assert request.args.get("openid") == phone.follower.openid


async def test_in_compatible_mode_plain_fields_and_ciphertext_say_the_same(
    exchanges: Callable[[Mode], Exchange], developer: Developer
) -> None:
    await exchanges(Mode.COMPATIBLE).phone("main").follow().settled()
    (request,) = developer.received
    plain = fields_of(request.body)
    plain.pop("Encrypt")
    assert plain == fields_of(opened(request))


async def test_three_tries_carry_the_same_signature_and_body_and_end_with_the_notice(
    exchange: Exchange, developer: Developer
) -> None:
    # Given a server that fails
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.received.clear()
    developer.answers(500)
    # When a follower writes
    outcome = await phone.say("在吗").settled()
    # Then the same request came three times, a patience apart, and the phone says the service is out of order
    assert outcome.result is Result.UNANSWERED
    assert [found.error for found in outcome.tries] == ["status 500"] * 3
    assert len({(request.url, request.body) for request in developer.received}) == 1
    assert len(developer.received) == 3
    assert phone.shown()[-1].content == Notice(OUT_OF_SERVICE)
    assert phone.shown()[-1].origin is Origin.PLATFORM


async def test_a_server_that_does_not_answer_in_time_is_cut_off_and_tried_again(
    exchange: Exchange, developer: Developer
) -> None:
    # Given a server whose first answer never comes and whose second is quick
    phone = exchange.phone("main")
    await phone.follow().settled()
    answer, asked = replying(lambda _message: "好"), asyncio.Event()

    async def second_time(request: Request) -> bytes | int:
        if not asked.is_set():
            asked.set()
            await asyncio.Event().wait()
        return await answer(request)

    developer.answer = second_time
    # When a follower writes, then the second try brings the answer
    outcome = await phone.say("在吗").settled()
    assert [found.error for found in outcome.tries] == ["no answer in time", ""]
    assert outcome.tries[0].seconds >= 0.24
    assert phone.shown()[-1].content == Text("好")


async def test_nobody_listening_is_no_answer_either(clock: SetClock) -> None:
    tasks = Tasks()
    caller = Caller(tasks, patience=timedelta(seconds=0.05))
    exchange = Exchange([an_account()], clock=clock, caller=caller, media_base="http://127.0.0.1/media")
    outcome = await exchange.phone("main").follow().settled()
    assert (outcome.result, len(outcome.tries)) == (Result.UNANSWERED, 3)
    await tasks.stop()
    await exchange.close()


async def test_an_answer_the_platform_cannot_use_shows_the_notice_without_another_try(
    exchange: Exchange, developer: Developer
) -> None:
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.answers(b'{"answer": "json"}')
    outcome = await phone.say("在吗").settled()
    assert (outcome.result, len(outcome.tries)) == (Result.MALFORMED, 1)
    assert outcome.reason.startswith("not XML")
    assert phone.shown()[-1].content == Notice(OUT_OF_SERVICE)


async def test_a_lost_answer_is_asked_for_again_and_the_second_one_counts(
    exchange: Exchange, developer: Developer
) -> None:
    # Given one answer that shall be lost
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.answer = replying(lambda _message: "好")
    exchange.account("main").faults.plan_callback(CallbackFault(kind=CallbackFaultKind.ANSWER_LOST))
    # When a follower writes, then the message came twice and one answer is shown
    outcome = await phone.say("在吗").settled()
    assert [found.error for found in outcome.tries] == ["answer lost on command", ""]
    assert [entry.content for entry in phone.shown(2)] == [Text("好")]


async def test_a_push_made_twice_arrives_twice_and_is_answered_once(exchange: Exchange, developer: Developer) -> None:
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.received.clear()
    developer.answer = replying(lambda _message: "好")
    exchange.account("main").faults.plan_callback(CallbackFault(kind=CallbackFaultKind.TWICE))
    await phone.say("在吗").settled()
    assert len(developer.received) == 2
    assert [entry.content for entry in phone.shown(2)] == [Text("好")]


async def test_an_answer_to_an_event_that_takes_none_is_not_shown(exchange: Exchange, developer: Developer) -> None:
    phone = exchange.phone("main")
    await phone.follow().settled()
    developer.answer = replying(lambda _message: "一路顺风")
    outcome = await phone.unfollow().settled()
    assert (outcome.result, outcome.reason) == (Result.SILENT, "an answer to unsubscribe is not shown")


async def test_two_messages_of_one_follower_do_not_wait_for_each_other(
    exchange: Exchange, developer: Developer
) -> None:
    # Given a server that answers the first message only once the second has come
    phone = exchange.phone("main")
    await phone.follow().settled()
    answer, second_came = replying(lambda message: message.content), asyncio.Event()

    async def crosswise(request: Request) -> bytes | int:
        if message_of(opened(request)).content == "二":
            second_came.set()
        await second_came.wait()
        return await answer(request)

    developer.answer = crosswise
    # When both are sent, then both are answered at the first try
    outcomes = [await delivery.settled() for delivery in [phone.say("一"), phone.say("二")]]
    assert [len(outcome.tries) for outcome in outcomes] == [1, 1]


async def test_the_callback_address_is_accepted_when_it_returns_echostr(
    exchange: Exchange, developer: Developer
) -> None:
    async def echo(request: Request) -> bytes:
        await asyncio.sleep(0)
        check_signature(TOKEN, *(request.args.get(key) for key in ("signature", "timestamp", "nonce")))
        return str(request.args.get("echostr")).encode()

    developer.answer = echo
    assert await exchange.caller.check_url(exchange.account("main")) == ""
    developer.answers(b"success")
    assert "echostr" in await exchange.caller.check_url(exchange.account("main"))
    developer.answers(403)
    assert await exchange.caller.check_url(exchange.account("main")) == "status 403"
