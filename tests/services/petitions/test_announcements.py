"""Who among the staff is told of what."""

from datetime import UTC, datetime, timedelta

from services.petitions.centre_commands import Accept, Dispatch, Join, Supervise
from services.petitions.citizen_commands import Rate, Supplement, Urge, Withdraw
from services.petitions.commands import perform
from services.petitions.department_commands import Resume, ReturnToSender
from services.petitions.model import Petition
from services.petitions.system_commands import EndRating, RaiseCard
from services.petitions.transitions import Status
from services.promises import CENTRE, Topic
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    a_petition,
    a_petition_at,
    a_scene,
    after,
    to_citizen,
    to_staff,
)

NIGHT = datetime(2026, 11, 30, 16, tzinfo=UTC)
RED_AT = datetime(2026, 12, 1, 16, tzinfo=UTC)


def told(before: Petition, changed: Petition) -> list[tuple[str, Topic]]:
    return [(one.handler, one.topic) for one in to_staff(changed)[len(to_staff(before)) :]]


def test_a_dispatch_tells_the_lead_and_the_assistants_with_ids_of_their_own() -> None:
    accepted = a_petition_at(Status.ACCEPTED)
    dispatched = perform(Dispatch(to="cgj", joint=("gsqy",), note="加急"), a_scene(accepted, CLERK))
    assert told(accepted, dispatched) == [("cgj", Topic.DEPARTMENT_DISPATCHED), ("gsqy", Topic.DEPARTMENT_JOINED)]
    first = to_staff(dispatched)[0]
    assert first.id == f"{dispatched.id}:3:cgj"
    assert first.facts == {"number": dispatched.number, "version": "3", "due": "2026-12-01", "text": "加急"}
    assert (first.citizen_id, first.conversation_id, first.not_before) == ("", None, None)
    joined = perform(Join(departments=("gsqy", "370202")), a_scene(dispatched, CLERK))
    assert told(dispatched, joined) == [("370202", Topic.DEPARTMENT_JOINED)]


def test_a_unit_is_told_what_the_citizen_and_the_centre_do_while_it_has_it() -> None:
    handling = a_petition_at(Status.HANDLING)
    for by, command, topic in (
        (CITIZEN, Urge(), Topic.DEPARTMENT_URGED),
        (CITIZEN, Supplement(text="还有一盏"), Topic.DEPARTMENT_SUPPLEMENTED),
        (CITIZEN, Withdraw(reason="已自行解决"), Topic.DEPARTMENT_WITHDRAWN),
        (SUPERVISOR, Supervise(note="重点"), Topic.DEPARTMENT_SUPERVISED),
    ):
        changed = perform(command, a_scene(handling, by))
        assert told(handling, changed) == [("cgj", topic)]
    assert to_staff(perform(Supplement(text="还有一盏"), a_scene(handling, CITIZEN)))[-1].facts["text"] == "还有一盏"


def test_nobody_is_told_of_what_they_did_or_do_not_have() -> None:
    waiting = a_petition_at(Status.WAITING)
    assert told(waiting, perform(Resume(), a_scene(waiting, LAMPS))) == []
    assert told(waiting, perform(Resume(), a_scene(waiting, SYSTEM))) == [("cgj", Topic.DEPARTMENT_RESUMED)]
    returned = after(a_petition_at(Status.DISPATCHED), (LAMPS, ReturnToSender(reason="非我单位")))
    assert told(returned, perform(Urge(), a_scene(returned, CITIZEN))) == []
    filed = a_petition()
    assert to_staff(perform(Accept(), a_scene(filed, AGENT))) == ()


def test_cards_go_out_when_people_work_and_the_red_one_also_to_the_centre() -> None:
    handling = a_petition_at(Status.HANDLING)
    yellow = perform(RaiseCard(), a_scene(handling, SYSTEM, at=NIGHT))
    assert told(handling, yellow) == [("cgj", Topic.DEPARTMENT_YELLOW_CARD)]
    notice = to_staff(yellow)[-1]
    assert (notice.at, notice.not_before) == (NIGHT, datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert "text" not in notice.facts
    red = perform(RaiseCard(), a_scene(yellow, SYSTEM, at=RED_AT))
    assert told(yellow, red) == [("cgj", Topic.DEPARTMENT_RED_CARD), (CENTRE, Topic.CENTRE_RED_CARD)]
    assert to_citizen(red) == to_citizen(handling), "a card is no business of the citizen's"


def test_before_a_unit_has_it_the_centre_is_warned() -> None:
    accepted = a_petition_at(Status.ACCEPTED)
    yellow = perform(RaiseCard(), a_scene(accepted, SYSTEM, at=NIGHT))
    assert told(accepted, yellow) == [(CENTRE, Topic.CENTRE_YELLOW_CARD)]


def test_the_centre_calls_who_did_not_rate_and_hears_of_who_is_not_satisfied() -> None:
    answered = a_petition_at(Status.ANSWERED)
    ended = perform(EndRating(), a_scene(answered, SYSTEM, at=TUESDAY + timedelta(days=7)))
    assert told(answered, ended) == [(CENTRE, Topic.CENTRE_CALL_BACK)]
    bad = perform(Rate(solved=False, result=1, process=1), a_scene(answered, CITIZEN))
    assert told(answered, bad) == [(CENTRE, Topic.CENTRE_DISSATISFIED)]
    assert told(answered, perform(Rate(solved=True, result=5, process=5), a_scene(answered, CITIZEN))) == []


def test_past_the_calendar_a_notice_does_not_wait() -> None:
    new_year = datetime(2027, 1, 5, 16, tzinfo=UTC)
    ended = perform(EndRating(), a_scene(a_petition_at(Status.ANSWERED), SYSTEM, at=new_year))
    assert to_staff(ended)[-1].not_before == new_year
