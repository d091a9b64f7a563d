"""A special procedure stops the clocks of both sides and never costs the citizen a day that nobody told them of."""

from datetime import date, timedelta

import pytest

from services.errors import Invalid
from services.petitions.commands import perform
from services.petitions.deadline_model import PauseReason
from services.petitions.special_commands import BeginSpecialProcedure, EndSpecialProcedure
from services.petitions.timeline import timeline
from services.petitions.transitions import ActionNotAllowed, Status, TransitionRefused
from services.promises import Topic
from tests.support.petitions import (
    CLERK,
    LAMPS,
    SUPERVISOR,
    TUESDAY,
    a_petition_at,
    a_scene,
    to_citizen,
    to_staff,
)

INSPECTED = BeginSpecialProcedure(reason="需要专业检验")


def test_the_clock_stands_still_from_the_day_it_begins_to_the_day_it_ends() -> None:
    # Given a petition that is being handled, promised for 1 December
    handled = a_petition_at(Status.HANDLING)
    assert handled.due_on == date(2026, 12, 1)
    # When an inspection takes from Tuesday to Friday
    special = perform(INSPECTED, a_scene(handled, CLERK))
    assert (special.status, special.due_on, special.unit_due_on) == (Status.SPECIAL, None, None)
    assert special.clocks.citizen.pauses[-1].reason is PauseReason.SPECIAL_PROCEDURE
    over = perform(EndSpecialProcedure(note="合格"), a_scene(special, LAMPS, at=TUESDAY + timedelta(days=3)))
    # Then the promised day is later by the two whole days in between (the day of filing never counted)
    assert (over.status, over.due_on) == (Status.HANDLING, date(2026, 12, 3))
    assert over.history[-1].internal == "合格"


def test_citizen_and_unit_are_told_of_both_and_the_timeline_shows_them() -> None:
    special = perform(INSPECTED, a_scene(a_petition_at(Status.SIGNED), SUPERVISOR))
    over = perform(EndSpecialProcedure(note="合格"), a_scene(special, CLERK, at=TUESDAY + timedelta(days=3)))
    begun, ended = to_citizen(over)[-2:]
    assert (begun.topic, begun.facts["reason"]) == (Topic.PETITION_SPECIAL_PROCEDURE, "需要专业检验")
    assert (ended.topic, ended.facts["due"]) == (Topic.PETITION_PROCEDURE_ENDED, "2026-12-03")
    assert [promise.topic for promise in to_staff(over)[-2:]] == [
        Topic.DEPARTMENT_SPECIAL_PROCEDURE,
        Topic.DEPARTMENT_PROCEDURE_ENDED,
    ]
    shown = timeline(over.history)[-2:]
    assert [step.step for step in shown] == ["special_procedure", "procedure_ended"]
    assert "合格" not in str(shown)


def test_whoever_handles_it_does_not_stop_the_own_clock_and_a_reason_is_due() -> None:
    handled = a_petition_at(Status.HANDLING)
    with pytest.raises(ActionNotAllowed):
        perform(INSPECTED, a_scene(handled, LAMPS))
    with pytest.raises(Invalid):
        perform(BeginSpecialProcedure(reason=" "), a_scene(handled, CLERK))
    with pytest.raises(TransitionRefused):
        perform(INSPECTED, a_scene(a_petition_at(Status.WAITING), CLERK))
    with pytest.raises(TransitionRefused):
        perform(EndSpecialProcedure(), a_scene(handled, CLERK))
