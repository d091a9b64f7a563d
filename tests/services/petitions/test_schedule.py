"""What the system does next, and when."""

from datetime import timedelta

from services.petitions.centre_commands import CallBack, Redo, Supervise
from services.petitions.citizen_commands import Rate
from services.petitions.commands import perform
from services.petitions.department_commands import Answer, Sign
from services.petitions.schedule import Duty, duty_due, next_duty_at, planned
from services.petitions.system_commands import EndRating, RaiseCard
from services.petitions.transitions import Status
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    a_petition_at,
    a_scene,
    after,
    city,
)

RULES = city().rules
PATIENCE = RULES.patience
GOOD = Rate(solved=True, result=5, process=5)
BAD = Rate(solved=False, result=1, process=1)


def test_a_question_is_waited_for_and_then_the_clock_runs_on() -> None:
    waiting = a_petition_at(Status.WAITING)
    assert [one.duty for one in planned(waiting, RULES)] == [Duty.RESUME]
    assert waiting.watch_at == next_duty_at(waiting, RULES) == TUESDAY + PATIENCE.wait
    assert duty_due(waiting, RULES, at=TUESDAY + PATIENCE.wait) is Duty.RESUME
    assert duty_due(waiting, RULES, at=TUESDAY + PATIENCE.wait - timedelta(seconds=1)) is None


def test_an_answer_that_nobody_rates_ends_its_window_once() -> None:
    answered = a_petition_at(Status.ANSWERED)
    assert answered.watch_at == TUESDAY + PATIENCE.rating
    ended = perform(EndRating(), a_scene(answered, SYSTEM, at=TUESDAY + PATIENCE.rating))
    assert (ended.status, ended.rating_ended, ended.watch_at) == (Status.ANSWERED, True, None)


def test_only_who_was_reached_and_is_satisfied_is_closed_by_the_system() -> None:
    answered = a_petition_at(Status.ANSWERED)
    pleased = perform(GOOD, a_scene(answered, CITIZEN))
    assert [one.duty for one in planned(pleased, RULES)] == [Duty.CLOSE]
    assert pleased.watch_at == TUESDAY + PATIENCE.close_after
    assert perform(BAD, a_scene(answered, CITIZEN)).watch_at is None
    miss = CallBack(reached=False)
    unreached = after(answered, (AGENT, miss), (AGENT, miss))
    assert (unreached.status, unreached.watch_at) == (Status.HEARD, None)


def test_what_is_still_bad_after_a_redo_is_supervised_once() -> None:
    redone = after(a_petition_at(Status.ANSWERED), (CITIZEN, BAD), (CLERK, Redo(reason="仍不亮")))
    again = after(redone, (LAMPS, Sign()), (LAMPS, Answer(public_text="换了新灯")), (CITIZEN, BAD))
    assert duty_due(again, RULES, at=TUESDAY) is Duty.SUPERVISE
    supervised = perform(Supervise(), a_scene(again, SYSTEM))
    assert (supervised.supervised_round, supervised.watch_at) == (2, None)


def test_what_is_overdue_is_supervised_after_its_red_card_unless_it_is_already() -> None:
    late = TUESDAY + timedelta(days=9)
    red = perform(RaiseCard(), a_scene(a_petition_at(Status.HANDLING), SYSTEM, at=late))
    assert duty_due(red, RULES, at=late) is Duty.SUPERVISE
    assert perform(Supervise(), a_scene(red, SYSTEM, at=late)).watch_at is None
    watched = after(a_petition_at(Status.HANDLING), (SUPERVISOR, Supervise()))
    assert perform(RaiseCard(), a_scene(watched, SYSTEM, at=late)).watch_at is None
    answered = after(red, (LAMPS, Answer(public_text="已修好")), at=late)
    assert [one.duty for one in planned(answered, RULES)] == [Duty.END_RATING]
