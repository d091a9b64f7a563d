"""Count customer messages as the platform has done since 2023-06-12."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.window import ALLOWANCES, Trigger, Window

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def refusal(window: Window, at: datetime) -> Errcode:
    with pytest.raises(ApiRefused) as refused:
        window.spend(at)
    return refused.value.code


@pytest.mark.parametrize(
    ("trigger", "count", "lasting"),
    [
        (Trigger.MESSAGE, 5, timedelta(hours=48)),
        (Trigger.CLICK, 3, timedelta(minutes=1)),
        (Trigger.FOLLOW, 3, timedelta(minutes=1)),
        (Trigger.SCAN, 3, timedelta(minutes=1)),
    ],
)
def test_a_trigger_buys_its_count_and_no_more_until_its_time_is_over(
    trigger: Trigger, count: int, lasting: timedelta
) -> None:
    # Given a window with one grant
    window = Window()
    window.grant(trigger, NOON)
    # When its count is spent, then one more is over the count, and outside the window once the time is over
    for _ in range(count):
        window.spend(NOON + lasting - timedelta(seconds=1))
    assert refusal(window, NOON + lasting - timedelta(seconds=1)) is Errcode.OUT_OF_COUNT
    assert refusal(window, NOON + lasting) is Errcode.OUT_OF_WINDOW


def test_without_any_grant_the_window_is_closed() -> None:
    assert refusal(Window(), NOON) is Errcode.OUT_OF_WINDOW


def test_a_new_message_starts_the_count_anew_and_does_not_add_up() -> None:
    window = Window()
    window.grant(Trigger.MESSAGE, NOON)
    window.spend(NOON)
    window.grant(Trigger.MESSAGE, NOON + timedelta(hours=1))
    assert window.left(NOON + timedelta(hours=1)) == 5
    assert window.closes_at(NOON + timedelta(hours=1)) == NOON + timedelta(hours=49)


def test_the_grant_that_ends_first_is_spent_first() -> None:
    # Given five for 48 hours and three for a minute
    window = Window()
    window.grant(Trigger.MESSAGE, NOON)
    window.grant(Trigger.CLICK, NOON)
    # When three are sent at once
    for _ in range(3):
        window.spend(NOON)
    # Then the five are still there after the minute
    assert window.left(NOON + timedelta(minutes=2)) == 5


@given(
    steps=st.lists(
        st.tuples(st.sampled_from([*Trigger, None]), st.integers(min_value=0, max_value=50_000)), max_size=60
    )
)
def test_never_more_is_sent_than_was_granted(steps: list[tuple[Trigger | None, int]]) -> None:
    window, at, granted, sent = Window(), NOON, 0, 0
    for trigger, seconds in steps:
        at += timedelta(seconds=seconds)
        if trigger is not None:
            window.grant(trigger, at)
            granted += ALLOWANCES[trigger].count
            continue
        left = window.left(at)
        if left:
            window.spend(at)
            sent += 1
            assert window.left(at) == left - 1
        else:
            assert refusal(window, at) in {Errcode.OUT_OF_COUNT, Errcode.OUT_OF_WINDOW}
    assert sent <= granted
