"""What the hotline centre does."""

from datetime import date, timedelta

import pytest

from services.errors import Invalid
from services.petitions.categories import UnknownCategory
from services.petitions.centre_commands import (
    JOINT_MOST,
    Accept,
    CallBack,
    Close,
    ContactWithheld,
    Dispatch,
    Join,
    NotAccept,
    Redo,
    RedoFirst,
    RedoTooLate,
    Reveal,
    Supervise,
)
from services.petitions.citizen_commands import Appeal, Rate
from services.petitions.commands import perform
from services.petitions.department_commands import Answer, ReturnToSender, Sign
from services.petitions.departments import UnknownDepartment
from services.petitions.doors import UnknownDoor
from services.petitions.model import Hearing, Petition
from services.petitions.transitions import Action, ActorRole, Status, TransitionRefused
from services.promises import Topic
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    a_draft,
    a_petition,
    a_petition_at,
    a_scene,
    after,
    city,
)

GOOD = CallBack(reached=True, solved=True, result=4, process=5)
BAD = CallBack(reached=True, solved=False, result=2, process=3, text="还是不亮")
MISSED = CallBack(reached=False)


def test_accepting_keeps_the_proposed_category_or_sets_another() -> None:
    filed = a_petition()
    assert perform(Accept(), a_scene(filed, AGENT)).category == filed.proposal.categories[0].category
    assert perform(Accept(category="民政/优抚/其他"), a_scene(filed, AGENT)).category == "民政/优抚/其他"
    with pytest.raises(UnknownCategory):
        perform(Accept(category="民政/优抚/路灯"), a_scene(filed, AGENT))


def test_not_accepting_names_the_right_door_and_keeps_the_reason_for_staff() -> None:
    refused = perform(NotAccept(door="litigation", reason="判决已生效"), a_scene(a_petition(), AGENT))
    assert (refused.status, refused.door) == (Status.NOT_ACCEPTED, "litigation")
    promise = refused.pending[-1]
    assert promise.topic is Topic.PETITION_NOT_ACCEPTED
    assert promise.facts["phone"] == "12368"
    assert promise.facts["reason"] == city().rules.doors.get("litigation").say
    assert "判决已生效" not in promise.facts.values()
    assert refused.history[-1].internal == "判决已生效"


def test_a_door_without_a_telephone_shows_none_and_an_unknown_door_is_refused() -> None:
    refused = perform(NotAccept(door="disclosure"), a_scene(a_petition(), AGENT))
    assert "phone" not in refused.pending[-1].facts
    with pytest.raises(UnknownDoor):
        perform(NotAccept(door="window"), a_scene(a_petition(), AGENT))


def test_a_dispatch_goes_to_a_department_or_a_district_with_assistants() -> None:
    accepted = a_petition_at(Status.ACCEPTED)
    dispatched = perform(Dispatch(to="cgj", joint=("gsqy", "cgj", "gsqy"), note="加急"), a_scene(accepted, CLERK))
    assert (dispatched.department, dispatched.joint) == ("cgj", ("gsqy",))
    assert dispatched.history[-1].internal == "加急"
    assert perform(Dispatch(to="370202"), a_scene(accepted, CLERK)).pending[-1].facts["department"] == "市南区"


@pytest.mark.parametrize("command", [Dispatch(to="nobody"), Dispatch(to=""), Dispatch(to="cgj", joint=("nobody",))])
def test_a_dispatch_to_nobody_is_refused(command: Dispatch) -> None:
    with pytest.raises(UnknownDepartment):
        perform(command, a_scene(a_petition_at(Status.ACCEPTED), CLERK))


def test_a_returned_petition_can_be_dispatched_to_somebody_else() -> None:
    again = after(
        a_petition_at(Status.DISPATCHED), (LAMPS, ReturnToSender(reason="非本单位职责")), (CLERK, Dispatch(to="gsqy"))
    )
    assert (again.status, again.department) == (Status.DISPATCHED, "gsqy")


def test_further_departments_can_be_asked_to_assist_up_to_a_number() -> None:
    dispatched = a_petition_at(Status.DISPATCHED)
    joined = perform(Join(departments=("gsqy", "cgj")), a_scene(dispatched, CLERK))
    assert joined.joint == ("gsqy",)
    with pytest.raises(Invalid):
        perform(Join(departments=()), a_scene(dispatched, CLERK))
    with pytest.raises(UnknownDepartment):
        perform(Join(departments=("nobody",)), a_scene(dispatched, CLERK))
    many = tuple(one for one in city().rules.directory.departments if one != "cgj")[: JOINT_MOST + 1]
    with pytest.raises(Invalid):
        perform(Join(departments=many), a_scene(dispatched, CLERK))


def test_a_call_that_reaches_the_citizen_keeps_three_answers() -> None:
    heard = perform(BAD, a_scene(a_petition_at(Status.ANSWERED), AGENT))
    assert heard.status is Status.HEARD
    assert heard.hearing == Hearing(
        at=TUESDAY, role=ActorRole.AGENT, reached=True, solved=False, result=2, process=3, text="还是不亮"
    )


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (CallBack(reached=True, result=5, process=5), "solved"),
        (CallBack(reached=True, solved=True, process=5), "result"),
        (CallBack(reached=True, solved=True, result=0, process=6), "process"),
    ],
)
def test_a_call_that_reached_the_citizen_needs_all_three_answers(command: CallBack, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        perform(command, a_scene(a_petition_at(Status.ANSWERED), AGENT))
    assert field in refused.value.fields


def test_two_calls_that_do_not_reach_the_citizen_are_recorded_as_such() -> None:
    once = perform(MISSED, a_scene(a_petition_at(Status.ANSWERED), AGENT))
    assert (once.status, once.missed, once.hearing) == (Status.ANSWERED, 1, None)
    with pytest.raises(TransitionRefused):
        perform(Close(), a_scene(once, CLERK))
    twice = perform(MISSED, a_scene(once, AGENT))
    assert (twice.status, twice.missed) == (Status.HEARD, 2)
    assert twice.hearing == Hearing(at=TUESDAY, role=ActorRole.AGENT, reached=False)
    assert [event.action for event in twice.history[-2:]] == [Action.MISS, Action.GIVE_UP]
    assert perform(Close(), a_scene(twice, CLERK)).status is Status.CLOSED


def test_an_answer_alone_closes_nothing() -> None:
    for by in (AGENT, CLERK, SUPERVISOR, SYSTEM):
        with pytest.raises(TransitionRefused):
            perform(Close(), a_scene(a_petition_at(Status.ANSWERED), by))


def test_what_the_citizen_confirmed_can_be_closed_and_is_told() -> None:
    closed = after(a_petition_at(Status.ANSWERED), (AGENT, GOOD), (CLERK, Close(note="归档")))
    assert closed.status is Status.CLOSED
    assert closed.pending[-1].topic is Topic.PETITION_CLOSED
    assert closed.open_due_at is None


def test_what_the_citizen_is_not_satisfied_with_is_redone_or_closed_by_a_supervisor() -> None:
    heard = after(a_petition_at(Status.ANSWERED), (AGENT, BAD))
    for by in (AGENT, CLERK, SYSTEM):
        with pytest.raises(RedoFirst):
            perform(Close(), a_scene(heard, by))
    with pytest.raises(Invalid) as refused:
        perform(Close(note="诉求不合理"), a_scene(heard, SUPERVISOR))
    assert "reply" in refused.value.fields, "a bad rating is closed only with a reply to the citizen"
    closed = perform(Close(note="诉求不合理", reply="已当面说明"), a_scene(heard, SUPERVISOR))
    assert (closed.status, closed.history[-1].action) == (Status.CLOSED, Action.CLOSE_DISSATISFIED)
    assert closed.pending[-1].facts["text"] == "已当面说明"


def test_a_redo_comes_in_time_or_from_a_supervisor() -> None:
    heard = after(a_petition_at(Status.ANSWERED), (AGENT, BAD))
    last_moment = TUESDAY + city().rules.patience.redo
    assert perform(Redo(reason="仍不亮"), a_scene(heard, CLERK, at=last_moment)).round == 2
    too_late = last_moment + timedelta(seconds=1)
    with pytest.raises(RedoTooLate):
        perform(Redo(reason="仍不亮"), a_scene(heard, CLERK, at=too_late))
    assert perform(Redo(reason="仍不亮"), a_scene(heard, SUPERVISOR, at=too_late)).round == 2


def test_a_redo_begins_a_round_with_new_dates_in_which_the_citizen_is_heard_again() -> None:
    later = TUESDAY + timedelta(days=6)
    heard = after(a_petition_at(Status.ANSWERED), (CITIZEN, Rate(solved=False, result=1, process=1)))
    redone = perform(Redo(reason="仍不亮"), a_scene(heard, CLERK, at=later))
    assert (redone.status, redone.round, redone.department) == (Status.DISPATCHED, 2, "cgj")
    assert (redone.hearing, redone.rated, redone.missed) == (None, False, 0)
    assert redone.due_on == redone.unit_due_on == date(2026, 12, 7)
    assert redone.pending[-1].facts["round"] == "2"
    assert redone.history[-1].internal == "仍不亮"
    again = after(redone, (LAMPS, Sign()), (LAMPS, Answer(public_text="换了新灯")))
    assert perform(Rate(solved=True, result=5, process=5), a_scene(again, CITIZEN)).status is Status.HEARD


def test_a_redo_may_go_to_somebody_else() -> None:
    redone = perform(Redo(reason="换单位", to="gsqy"), a_scene(a_petition_at(Status.HEARD), CLERK))
    assert redone.department == "gsqy"


def test_a_redo_of_what_was_answered_on_the_spot_needs_somebody_to_do_it() -> None:
    answered = after(a_petition(), (AGENT, Accept()), (AGENT, Answer(public_text="请拨 12329")))
    with pytest.raises(UnknownDepartment):
        perform(Redo(reason="没说清"), a_scene(answered, CLERK))
    assert perform(Redo(reason="没说清", to="gjj"), a_scene(answered, CLERK)).department == "gjj"


def test_an_appeal_against_a_closing_ends_in_a_redo_or_in_a_closing() -> None:
    appealed = after(a_petition_at(Status.HEARD), (CLERK, Close()), (CITIZEN, Appeal(reason="没有解决")))
    assert appealed.status is Status.APPEALED
    assert perform(Redo(reason="复核属实"), a_scene(appealed, CLERK)).status is Status.DISPATCHED
    assert perform(Close(note="维持"), a_scene(appealed, CLERK)).status is Status.CLOSED


def test_supervision_is_counted() -> None:
    twice = after(a_petition_at(Status.HANDLING), (SUPERVISOR, Supervise()), (SUPERVISOR, Supervise(note="限期")))
    assert (twice.supervised, twice.status) == (2, Status.HANDLING)


@pytest.mark.parametrize("petition", [a_petition(a_draft(anonymous=True)), a_petition()])
def test_looking_at_the_contact_is_recorded_with_its_purpose(petition: Petition) -> None:
    looked = perform(Reveal(purpose="回访"), a_scene(petition, AGENT))
    assert (looked.history[-1].by, looked.history[-1].internal) == ("agent1", "回访")
    with pytest.raises(Invalid):
        perform(Reveal(purpose=" "), a_scene(petition, AGENT))


def test_an_anonymous_reporter_stays_unknown_to_the_handling_side() -> None:
    secret = after(a_petition(a_draft(anonymous=True)), (AGENT, Accept()), (CLERK, Dispatch(to="cgj")))
    with pytest.raises(ContactWithheld):
        perform(Reveal(purpose="联系"), a_scene(secret, LAMPS))
    known = after(a_petition(), (AGENT, Accept()), (CLERK, Dispatch(to="cgj")))
    assert perform(Reveal(purpose="联系"), a_scene(known, LAMPS)).history[-1].action is Action.REVEAL
