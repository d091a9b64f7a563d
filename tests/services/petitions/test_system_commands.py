"""What the system does by itself."""

from datetime import UTC, datetime

import pytest

from services.petitions.commands import perform
from services.petitions.schedule import Duty
from services.petitions.system_commands import NothingDue, RaiseCard, command_for
from services.petitions.transitions import Action, ActionNotAllowed, Status
from tests.support.petitions import CLERK, SYSTEM, a_petition_at, a_scene

RED_AT = datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_a_card_stands_in_the_history_with_its_holder_and_date() -> None:
    red = perform(RaiseCard(), a_scene(a_petition_at(Status.HANDLING), SYSTEM, at=RED_AT))
    event = red.history[-1]
    assert (event.action, event.status, event.internal, event.by) == (
        Action.RED_CARD,
        Status.HANDLING,
        "cgj 2026-12-01",
        "system",
    )
    assert event.public == {}


def test_a_card_that_is_not_due_is_refused_and_nobody_else_raises_one() -> None:
    with pytest.raises(NothingDue):
        perform(RaiseCard(), a_scene(a_petition_at(Status.HANDLING), SYSTEM))
    with pytest.raises(ActionNotAllowed):
        perform(RaiseCard(), a_scene(a_petition_at(Status.HANDLING), CLERK, at=RED_AT))


def test_every_duty_has_its_command() -> None:
    kinds = {type(command_for(duty)).__name__ for duty in Duty}
    assert kinds == {"RaiseCard", "Resume", "EndRating", "Close", "Supervise", "Followed"}
