"""Count calls by day and by minute."""

from datetime import timedelta

import pytest

from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.quotas import Quotas, Standing
from tests.support.set_clock import SetClock

SEND = "/cgi-bin/message/custom/send"


def refusal(quotas: Quotas, path: str = SEND) -> Errcode:
    with pytest.raises(ApiRefused) as refused:
        quotas.spend(path)
    return refused.value.code


def test_the_day_quota_ends_and_comes_back_at_midnight_in_beijing(clock: SetClock) -> None:
    # Given an API with two calls a day, at ten in the morning in Beijing
    quotas = Quotas(clock, day={SEND: 2}, minute={})
    quotas.spend(SEND)
    quotas.spend(SEND)
    # When the third comes, then it is refused and not counted, until the day turns
    assert refusal(quotas) is Errcode.DAY_QUOTA_REACHED
    assert quotas.standing(SEND) == Standing(2, 2, 0)
    clock.advance(timedelta(hours=13, minutes=59))
    assert refusal(quotas) is Errcode.DAY_QUOTA_REACHED
    clock.advance(timedelta(minutes=1))
    quotas.spend(SEND)
    assert quotas.standing(SEND) == Standing(2, 1, 1)


def test_the_minute_quota_comes_back_with_the_next_minute(clock: SetClock) -> None:
    quotas = Quotas(clock, day={}, minute={SEND: 1})
    quotas.spend(SEND)
    assert refusal(quotas) is Errcode.MINUTE_QUOTA_REACHED
    clock.advance(timedelta(minutes=1))
    quotas.spend(SEND)
    assert quotas.standing(SEND).used == 2


def test_one_api_does_not_use_up_another(clock: SetClock) -> None:
    quotas = Quotas(clock, day={SEND: 1}, minute={})
    quotas.spend(SEND)
    quotas.spend("/cgi-bin/menu/get")
    assert refusal(quotas) is Errcode.DAY_QUOTA_REACHED


@pytest.mark.parametrize("path", [SEND, "/cgi-bin/menu/get"])
def test_a_quota_used_up_on_command_refuses_the_next_call(clock: SetClock, path: str) -> None:
    quotas = Quotas(clock, day={}, minute={})
    quotas.spend(path)
    quotas.exhaust(path)
    assert refusal(quotas, path) is Errcode.DAY_QUOTA_REACHED


def test_counts_are_cleared_ten_times_a_month_and_no_more(clock: SetClock) -> None:
    # Given ten clearings in November
    quotas = Quotas(clock, day={SEND: 1}, minute={})
    for _ in range(10):
        quotas.spend(SEND)
        quotas.clear()
    # When the eleventh comes, then it is refused, and allowed again in December
    with pytest.raises(ApiRefused) as refused:
        quotas.clear()
    assert refused.value.code is Errcode.CLEARING_LIMIT_REACHED
    clock.advance(timedelta(days=7))
    quotas.clear()
    assert quotas.standing(SEND) == Standing(1, 0, 1)
