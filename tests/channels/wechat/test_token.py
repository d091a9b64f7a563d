"""A token is fetched once, shared, renewed early, and given up only when it is the one that failed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from channels.wechat.token import SharedCache, Tokens
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured
from services.secret import Secret
from tests.channels.wechat import platform
from tests.channels.wechat.api import TOKEN_PATH, Drop, Hang, Reached, reaching
from tests.channels.wechat.down import DownLeases, DownMemory


@pytest.fixture
async def reached() -> AsyncIterator[Reached]:
    async with reaching() as found:
        yield found


async def test_a_token_is_fetched_by_the_accounts_secret_and_kept(reached: Reached) -> None:
    first = await reached.tokens.token()
    second = await reached.tokens.token()
    assert first.reveal() == second.reveal() == "TOKEN-1"
    assert reached.platform.bodies(TOKEN_PATH) == [
        {
            "grant_type": "client_credential",
            "appid": platform.APP_ID,
            "secret": "app-secret",
            "force_refresh": False,
        }
    ]


async def test_500_cold_callers_make_one_fetch(reached: Reached) -> None:
    found = await asyncio.gather(*(reached.tokens.token() for _ in range(500)))
    assert {token.reveal() for token in found} == {"TOKEN-1"}
    assert reached.platform.fetches == 1


async def test_500_callers_of_ten_processes_make_one_fetch(reached: Reached) -> None:
    keepers = [reached.more_tokens() for _ in range(10)]
    found = await asyncio.gather(*(keeper.token() for _ in range(50) for keeper in keepers))
    assert {token.reveal() for token in found} == {"TOKEN-1"}
    assert reached.platform.fetches == 1


async def test_everybody_at_its_end_makes_one_fetch_more(reached: Reached) -> None:
    await reached.tokens.token()
    reached.clock.pass_by(timedelta(seconds=7_200 - 300))
    found = await asyncio.gather(*(reached.tokens.token() for _ in range(500)))
    assert {token.reveal() for token in found} == {"TOKEN-2"}
    assert reached.platform.fetches == 2


async def test_a_token_is_renewed_five_to_six_minutes_before_its_end(reached: Reached) -> None:
    await reached.tokens.token()
    reached.clock.pass_by(timedelta(seconds=7_200 - 361))
    assert (await reached.tokens.token()).reveal() == "TOKEN-1"
    reached.clock.pass_by(timedelta(seconds=61))
    assert (await reached.tokens.token()).reveal() == "TOKEN-2"


async def test_a_token_with_little_time_left_still_serves(reached: Reached) -> None:
    reached.platform.lasts_s = 100
    await reached.tokens.token()
    reached.clock.pass_by(timedelta(seconds=49))
    assert (await reached.tokens.token()).reveal() == "TOKEN-1"


async def test_a_rejected_token_is_fetched_anew_and_a_newer_one_is_kept(reached: Reached) -> None:
    old = await reached.tokens.token()
    await reached.tokens.reject(old)
    assert (await reached.tokens.token()).reveal() == "TOKEN-2"
    # When somebody else's late failure of the old one arrives, then the new one stays
    await reached.tokens.reject(old)
    assert (await reached.tokens.token()).reveal() == "TOKEN-2"
    assert reached.platform.fetches == 2


async def test_another_processs_new_token_is_taken_instead_of_a_fetch(reached: Reached) -> None:
    other = reached.more_tokens()
    old = await reached.tokens.token()
    assert (await other.token()).reveal() == "TOKEN-1"
    await reached.tokens.reject(old)
    await reached.tokens.token()
    await other.reject(old)
    assert (await other.token()).reveal() == "TOKEN-2"
    assert reached.platform.fetches == 2


async def test_one_failure_answers_everybody_who_waited_for_it(reached: Reached) -> None:
    reached.platform.script(TOKEN_PATH, {"errcode": 40164, "errmsg": "invalid ip 1.2.3.4"})
    found = await asyncio.gather(*(reached.tokens.token() for _ in range(50)), return_exceptions=True)
    assert {type(failure) for failure in found} == {SendMisconfigured}
    assert reached.platform.count(TOKEN_PATH) == 1
    assert (await reached.tokens.token()).reveal() == "TOKEN-1"


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        ({"errcode": -1, "errmsg": "system error"}, SendDelayed, "platform_busy"),
        ({"errcode": 40125, "errmsg": "invalid appsecret"}, SendMisconfigured, "bad_secret"),
        ({"errcode": 40001, "errmsg": "invalid credential"}, SendMisconfigured, "token_invalid"),
        ({"errcode": 45011, "errmsg": "too often"}, SendDelayed, "minute_quota"),
        ({}, SendDelayed, "no_token"),
        ({"access_token": "T"}, SendDelayed, "no_token"),
        ({"access_token": "T", "expires_in": "soon"}, SendDelayed, "no_token"),
        ({"access_token": "", "expires_in": 7200}, SendDelayed, "no_token"),
        (b"<html>busy</html>", SendDelayed, "no_token"),
        (b"[]", SendDelayed, "no_token"),
        (Drop(), SendDelayed, "no_token"),
    ],
)
async def test_each_way_to_get_no_token_is_told(
    reached: Reached, answer: object, failure: type[SendFailed], reason: str
) -> None:
    reached.platform.script(TOKEN_PATH, answer)
    with pytest.raises(failure) as caught:
        await reached.tokens.token()
    assert caught.value.reason == reason


async def test_a_hanging_fetch_is_given_up() -> None:
    async with reaching(limit_s=0.2) as reached:
        reached.platform.script(TOKEN_PATH, Hang())
        with pytest.raises(SendDelayed):
            await reached.tokens.token()


async def test_a_process_waits_for_the_fetch_of_another(reached: Reached) -> None:
    # Given another process that holds the lease
    lease = await reached.leases.acquire("wechat:token:main", lasting=timedelta(seconds=10))
    assert lease is not None
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(reached.tokens.token())
        # When it finishes with its token
        await asyncio.sleep(0)
        other = reached.more_tokens()
        await reached.leases.release("wechat:token:main", lease)
        assert (await other.token()).reveal() == "TOKEN-1"
    # Then nobody fetched twice
    assert waiting.result().reveal() == "TOKEN-1"
    assert reached.platform.fetches == 1


async def test_rubbish_in_the_shared_memory_is_fetched_over(reached: Reached) -> None:
    await reached.memory.put("wechat:token:main", "rubbish", lasting=timedelta(hours=1))
    await reached.tokens.reject(Secret("x"))
    assert (await reached.tokens.token()).reveal() == "TOKEN-1"


async def test_a_cancelled_caller_leaves_the_fetch_to_the_next(reached: Reached) -> None:
    reached.platform.script(TOKEN_PATH, Hang())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await reached.tokens.token()
    assert (await reached.tokens.token()).reveal() == "TOKEN-1"


async def test_without_a_shared_memory_each_process_asks_for_itself(reached: Reached) -> None:
    # Given two processes that share nothing while Redis is down
    down = SharedCache(memory=DownMemory(), leases=DownLeases())
    keepers = [
        Tokens(reached.account, transport=reached.transport(), shared=down, clock=reached.clock) for _ in range(2)
    ]
    # When many ask, then each process fetched once
    found = await asyncio.gather(*(keeper.token() for _ in range(50) for keeper in keepers))
    assert {token.reveal() for token in found} == {"TOKEN-1", "TOKEN-2"}
    assert reached.platform.fetches == 2
    # When one is refused, then it is renewed
    await keepers[0].reject(found[0])
    assert (await keepers[0].token()).reveal() == "TOKEN-3"


async def test_a_memory_that_goes_down_during_a_fetch_loses_no_token(reached: Reached) -> None:
    shared = SharedCache(memory=DownMemory(), leases=reached.leases)
    keeper = Tokens(reached.account, transport=reached.transport(), shared=shared, clock=reached.clock)
    assert (await keeper.token()).reveal() == "TOKEN-1"
    assert (await keeper.token()).reveal() == "TOKEN-1"
