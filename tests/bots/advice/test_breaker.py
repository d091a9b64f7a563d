"""Who fails too often is left alone for a while, then tried by one message."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.advice.breaker import Breaker, Limits
from tests.support.set_clock import SetClock

LIMITS = Limits(failures=3, within_s=30.0, rest_s=20.0)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def opened(clock: SetClock) -> Breaker:
    breaker = Breaker(LIMITS, clock)
    for _ in range(LIMITS.failures):
        breaker.failed()
    return breaker


def test_it_lets_through_until_there_were_too_many_failures(clock: SetClock) -> None:
    breaker = Breaker(LIMITS, clock)
    breaker.failed()
    breaker.failed()
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()


def test_failures_far_apart_do_not_add_up(clock: SetClock) -> None:
    breaker = Breaker(LIMITS, clock)
    for _ in range(10):
        breaker.failed()
        clock.advance(timedelta(seconds=16))
    assert breaker.lets_through()


def test_a_success_in_between_forgets_the_failures(clock: SetClock) -> None:
    breaker = Breaker(LIMITS, clock)
    for _ in range(10):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.lets_through()


def test_after_the_rest_one_message_tries_and_the_others_do_not_wait_for_it(opened: Breaker, clock: SetClock) -> None:
    clock.advance(timedelta(seconds=20))
    assert [opened.lets_through() for _ in range(3)] == [True, False, False]


def test_a_good_try_closes_it(opened: Breaker, clock: SetClock) -> None:
    clock.advance(timedelta(seconds=20))
    assert opened.lets_through()
    opened.succeeded()
    assert not opened.is_open
    assert [opened.lets_through() for _ in range(3)] == [True, True, True]


def test_a_bad_try_opens_it_for_another_rest(opened: Breaker, clock: SetClock) -> None:
    clock.advance(timedelta(seconds=20))
    assert opened.lets_through()
    opened.failed()
    clock.advance(timedelta(seconds=19))
    assert not opened.lets_through()
    clock.advance(timedelta(seconds=1))
    assert opened.lets_through()


def test_a_try_that_nobody_ends_gives_way_to_the_next_after_a_rest(opened: Breaker, clock: SetClock) -> None:
    clock.advance(timedelta(seconds=20))
    assert opened.lets_through()
    clock.advance(timedelta(seconds=20))
    assert opened.lets_through()


def test_a_clock_set_back_does_not_lengthen_the_rest(opened: Breaker, clock: SetClock) -> None:
    clock.advance(timedelta(hours=-1))
    assert opened.lets_through()


@given(st.lists(st.sampled_from(["ask", "fail", "succeed", "wait"]), max_size=60))
def test_it_is_never_closed_to_everybody_for_longer_than_a_rest(steps: list[str]) -> None:
    clock = SetClock()
    breaker = Breaker(LIMITS, clock)
    for step in steps:
        match step:
            case "ask":
                breaker.lets_through()
            case "fail":
                breaker.failed()
            case "succeed":
                breaker.succeeded()
            case _:
                clock.advance(timedelta(seconds=7))
    clock.advance(timedelta(seconds=LIMITS.rest_s))
    assert breaker.lets_through()
