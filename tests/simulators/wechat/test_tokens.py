"""Issue and check tokens as the two token calls document it."""

from datetime import timedelta

import pytest

from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.tokens import Tokens
from tests.support.set_clock import SetClock


@pytest.fixture
def tokens(clock: SetClock) -> Tokens:
    return Tokens(clock)


def refusal(tokens: Tokens, token: str) -> Errcode:
    with pytest.raises(ApiRefused) as refused:
        tokens.check(token)
    return refused.value.code


def test_a_new_plain_token_kills_the_old_one_after_five_minutes(tokens: Tokens, clock: SetClock) -> None:
    # Given two fetches
    old, seconds = tokens.plain()
    new, _ = tokens.plain()
    assert seconds == 7200
    assert old != new
    # When less than five minutes have gone, then both work; later the old one is not the latest any more
    clock.advance(timedelta(seconds=299))
    tokens.check(old)
    clock.advance(timedelta(seconds=1))
    assert refusal(tokens, old) is Errcode.CREDENTIAL_INVALID
    tokens.check(new)


def test_a_token_expires_after_two_hours(tokens: Tokens, clock: SetClock) -> None:
    token, _ = tokens.plain()
    clock.advance(timedelta(hours=2))
    assert refusal(tokens, token) is Errcode.TOKEN_EXPIRED


def test_a_malformed_token_and_a_strange_one_are_told_apart(tokens: Tokens) -> None:
    assert refusal(tokens, "ACCESS_TOKEN") is Errcode.TOKEN_INVALID
    assert refusal(tokens, "57_" + "a" * 100) is Errcode.CREDENTIAL_INVALID


def test_the_stable_token_is_repeated_with_the_seconds_it_has_left(tokens: Tokens, clock: SetClock) -> None:
    first, _ = tokens.stable(force=False)
    clock.advance(timedelta(seconds=6_800))
    assert tokens.stable(force=False) == (first, 400)


def test_the_stable_token_is_renewed_five_minutes_early_and_both_work(tokens: Tokens, clock: SetClock) -> None:
    # Given a stable token with five minutes left
    old, _ = tokens.stable(force=False)
    clock.advance(timedelta(seconds=6_900))
    # When it is fetched again, then it is another, and the old one works to its end
    new, seconds = tokens.stable(force=False)
    assert (new != old, seconds) == (True, 7200)
    tokens.check(old)
    clock.advance(timedelta(seconds=300))
    assert refusal(tokens, old) is Errcode.TOKEN_EXPIRED


def test_plain_and_stable_tokens_do_not_touch_each_other(tokens: Tokens, clock: SetClock) -> None:
    stable, _ = tokens.stable(force=False)
    tokens.plain()
    tokens.plain()
    clock.advance(timedelta(minutes=10))
    tokens.check(stable)


def test_a_forced_refresh_kills_the_old_token_at_once(tokens: Tokens) -> None:
    old, _ = tokens.stable(force=False)
    new, _ = tokens.stable(force=True)
    assert new != old
    assert refusal(tokens, old) is Errcode.CREDENTIAL_INVALID


def test_a_second_forced_refresh_within_30_seconds_refreshes_nothing(tokens: Tokens, clock: SetClock) -> None:
    first, _ = tokens.stable(force=True)
    clock.advance(timedelta(seconds=29))
    assert tokens.stable(force=True)[0] == first
    clock.advance(timedelta(seconds=1))
    assert tokens.stable(force=True)[0] != first


def test_the_21st_forced_refresh_of_a_day_is_refused_until_the_day_turns(tokens: Tokens, clock: SetClock) -> None:
    # Given twenty forced refreshes on one day in Beijing
    for _ in range(20):
        tokens.stable(force=True)
        clock.advance(timedelta(seconds=31))
    # When the 21st comes, then it is refused, and the next day it is not
    with pytest.raises(ApiRefused) as refused:
        tokens.stable(force=True)
    assert refused.value.code is Errcode.DAY_QUOTA_REACHED
    clock.advance(timedelta(hours=14))
    assert tokens.stable(force=True)[1] == 7200


def test_tokens_expired_or_invalidated_on_command_are_told_apart_and_replaced(tokens: Tokens) -> None:
    first, _ = tokens.stable(force=False)
    tokens.expire()
    assert refusal(tokens, first) is Errcode.TOKEN_EXPIRED
    second, _ = tokens.stable(force=False)
    tokens.invalidate()
    assert refusal(tokens, second) is Errcode.CREDENTIAL_INVALID
    third, _ = tokens.stable(force=False)
    tokens.check(third)


def test_only_the_latest_tokens_are_remembered(tokens: Tokens) -> None:
    first, _ = tokens.plain()
    for _ in range(250):
        tokens.plain()
    assert not tokens.knows(first)
