"""Check that a return restarts the unit's clock and never the citizen's, and that clocks refuse what makes no sense."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.calendar.loader import load_calendar
from services.petitions.clocks import ClockRefused, Clocks, ExtensionTooLong
from services.petitions.deadline_model import Due, Limit, LimitUnit, PauseReason, Run, Stopped
from services.petitions.deadlines import deadline

_CALENDAR = load_calendar(Path("data"))
_FIVE = Limit(LimitUnit.WORKDAYS, 5)
_WAIT, _SPECIAL = PauseReason.WAITING_FOR_CITIZEN, PauseReason.SPECIAL_PROCEDURE


def _at(day: int, hour: int = 10) -> datetime:
    """Return an hour (UTC) of a day in May 2026; the 11th is a Monday and the 9th a make-up Saturday."""
    return datetime(2026, 5, day, hour - 8, tzinfo=UTC)


def _due_on(run: Run | None) -> date:
    assert run is not None
    due = deadline(run, _CALENDAR)
    assert isinstance(due, Due)
    return due.due_on


def _filed() -> Clocks:
    return Clocks(citizen=Run(received_at=_at(11), limit=_FIVE))


def test_a_return_restarts_the_units_clock_and_never_the_citizens() -> None:
    # Given a petition that one unit returns after two days
    first = _filed().dispatched(_FIVE, _at(11))
    # When another unit gets it on Wednesday
    second = first.returned().dispatched(_FIVE, _at(13))
    # Then that unit has its five days from then, and the citizen's date stands
    assert first.returned().unit is None
    assert _due_on(second.unit) == date(2026, 5, 20)
    assert _due_on(second.citizen) == _due_on(first.citizen) == date(2026, 5, 18)


def test_a_pause_stops_both_clocks_until_they_are_resumed() -> None:
    # Given a petition that waits for the citizen from Tuesday to Thursday
    paused = _filed().dispatched(_FIVE, _at(11)).paused(_WAIT, _at(12))
    assert paused.unit is not None
    assert deadline(paused.citizen, _CALENDAR) == deadline(paused.unit, _CALENDAR) == Stopped(_at(12), _WAIT)
    # When the citizen answers, then both dates have moved by the two days that did not count
    resumed = paused.resumed(_at(14))
    assert _due_on(resumed.unit) == _due_on(resumed.citizen) == date(2026, 5, 20)


def test_a_unit_that_receives_a_petition_at_rest_begins_at_rest() -> None:
    # Given a petition that waits for the citizen
    waiting = _filed().paused(_WAIT, _at(12))
    # When it is dispatched meanwhile, then the unit's clock stands still as well, and both run again together
    dispatched = waiting.dispatched(_FIVE, _at(13))
    assert dispatched.unit is not None
    assert deadline(dispatched.unit, _CALENDAR) == Stopped(_at(13), _WAIT)
    assert _due_on(dispatched.resumed(_at(15)).unit) == date(2026, 5, 21)


def test_an_extension_moves_both_dates_from_their_original_ones() -> None:
    # Given a petition extended twice, within the ten days in all
    clocks = _filed().dispatched(_FIVE, _at(12)).extended(3, most=10).extended(7, most=10)
    # Then each date is ten working days after the original one
    assert _due_on(clocks.citizen) == _CALENDAR.add_workdays(date(2026, 5, 18), 10)
    assert _due_on(clocks.unit) == _CALENDAR.add_workdays(date(2026, 5, 19), 10)
    # When the petition goes to another unit, then only the citizen's date keeps the extension
    again = clocks.returned().dispatched(_FIVE, _at(20))
    assert _due_on(again.unit) == date(2026, 5, 27)
    assert again.citizen == clocks.citizen


@pytest.mark.parametrize("workdays", [0, -1, 4, 11])
def test_an_extension_past_the_rules_is_refused(workdays: int) -> None:
    # Given a unit that has had seven of ten days
    clocks = _filed().dispatched(_FIVE, _at(11)).extended(7, most=10)
    # When it asks for none, or for more than are left, then it is told how many it may ask for
    with pytest.raises(ExtensionTooLong) as refused:
        clocks.extended(workdays, most=10)
    assert refused.value.fields == {"days": "可延期 1 至 3 个工作日"}


def test_an_extension_before_any_unit_has_the_petition_is_the_citizens() -> None:
    assert _due_on(_filed().extended(1, most=10).citizen) == date(2026, 5, 19)


def test_a_clock_is_neither_stopped_nor_resumed_twice() -> None:
    paused = _filed().paused(_SPECIAL, _at(12))
    with pytest.raises(ClockRefused):
        paused.paused(_WAIT, _at(13))
    with pytest.raises(ClockRefused):
        paused.resumed(_at(13)).resumed(_at(14))
    with pytest.raises(ClockRefused):
        _filed().resumed(_at(12))


def test_a_clock_set_back_during_a_pause_ends_it_at_once() -> None:
    resumed = _filed().paused(_WAIT, _at(14)).resumed(_at(12))
    assert resumed.citizen.pauses[-1].ended_at == _at(14)
    assert _due_on(resumed.citizen) == date(2026, 5, 18)


class _LifeOfAPetition(RuleBasedStateMachine):
    """Play any order of dispatch, return, pause, resume and extension, with days passing."""

    @initialize(day=st.integers(0, 300))
    def file(self, day: int) -> None:
        self.now = datetime(2024, 6, 3, 2, tzinfo=UTC) + timedelta(days=day)
        self.clocks = Clocks(citizen=Run(received_at=self.now, limit=_FIVE))
        self.filed_at = self.now
        self.extensions = 0
        self.is_paused = False

    @rule(hours=st.integers(1, 72))
    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def dispatch(self) -> None:
        self.clocks = self.clocks.dispatched(_FIVE, self.now)
        assert self.clocks.unit is not None
        assert self.clocks.unit.received_at == self.now

    @rule()
    def return_to_sender(self) -> None:
        before = self.clocks
        self.clocks = before.returned()
        assert self.clocks.citizen == before.citizen

    @precondition(lambda self: not self.is_paused)
    @rule(reason=st.sampled_from(PauseReason))
    def pause(self, reason: PauseReason) -> None:
        self.clocks, self.is_paused = self.clocks.paused(reason, self.now), True

    @precondition(lambda self: self.is_paused)
    @rule()
    def resume(self) -> None:
        self.clocks, self.is_paused = self.clocks.resumed(self.now), False

    @rule(workdays=st.integers(1, 3))
    def extend(self, workdays: int) -> None:
        self.clocks = self.clocks.extended(workdays, most=1000)
        self.extensions += workdays

    @invariant()
    def the_citizens_clock_has_never_started_over(self) -> None:
        assert self.clocks.citizen.received_at == self.filed_at
        assert self.clocks.citizen.extension_workdays == self.extensions

    @invariant()
    def a_clock_at_rest_is_not_due_later(self) -> None:
        for run in (self.clocks.citizen, self.clocks.unit):
            due = deadline(run, _CALENDAR) if run else None
            if self.is_paused and isinstance(due, Due):
                assert due.due_at < self.now
            if not self.is_paused:
                assert run is None or isinstance(due, Due)


test_no_order_of_steps_confuses_the_clocks = _LifeOfAPetition.TestCase
