"""What the handling side does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.calendar.model import CalendarTooShort
from services.conversations.message import MediaId
from services.errors import Invalid
from services.petitions.citizen_commands import Supplement
from services.petitions.clocks import ExtensionTooLong
from services.petitions.commands import perform
from services.petitions.department_commands import (
    Answer,
    ApproveExtension,
    Contribute,
    ExtensionTooLate,
    RefuseExtension,
    RequestExtension,
    Resume,
    ReturnTooLate,
    ReturnToSender,
    Sign,
    Start,
    Wait,
)
from services.petitions.evidence import ContactWay, Evidence
from services.petitions.transitions import ActionNotAllowed, Status
from services.promises import Topic
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    WAY,
    a_petition,
    a_petition_at,
    a_scene,
    after,
    city,
    to_citizen,
)

ASKED = RequestExtension(days=5, reason="需要停电施工")


def test_signing_is_told_to_the_citizen_and_starting_is_not() -> None:
    signed = perform(Sign(), a_scene(a_petition_at(Status.DISPATCHED), LAMPS))
    assert signed.pending[-1].topic is Topic.PETITION_SIGNED
    started = perform(Start(), a_scene(signed, LAMPS))
    assert (started.status, started.pending) == (Status.HANDLING, signed.pending)


def test_a_clerk_may_record_for_a_department() -> None:
    assert perform(Sign(), a_scene(a_petition_at(Status.DISPATCHED), CLERK)).status is Status.SIGNED


def test_a_return_ends_the_units_clock_and_never_the_citizens() -> None:
    dispatched = a_petition_at(Status.DISPATCHED)
    returned = perform(ReturnToSender(reason="属于供电"), a_scene(dispatched, LAMPS))
    assert (returned.status, returned.unit_due_on, returned.due_on) == (Status.RETURNED, None, dispatched.due_on)
    assert returned.history[-1].internal == "属于供电"
    assert returned.pending == dispatched.pending


def test_a_return_needs_a_reason_and_comes_within_two_working_days() -> None:
    dispatched = a_petition_at(Status.DISPATCHED)
    with pytest.raises(Invalid):
        perform(ReturnToSender(reason=""), a_scene(dispatched, LAMPS))
    last_second = datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)
    assert (
        perform(ReturnToSender(reason="非职责"), a_scene(dispatched, LAMPS, at=last_second)).status is Status.RETURNED
    )
    with pytest.raises(ReturnTooLate):
        perform(ReturnToSender(reason="非职责"), a_scene(dispatched, LAMPS, at=last_second + timedelta(seconds=1)))


def test_a_return_that_no_rule_limits_is_never_too_late() -> None:
    dispatched = a_petition_at(Status.DISPATCHED)
    unlimited = replace(dispatched, rules=replace(dispatched.rules, return_within=None))
    late = TUESDAY + timedelta(days=30)
    assert perform(ReturnToSender(reason="非职责"), a_scene(unlimited, LAMPS, at=late)).status is Status.RETURNED


def test_an_approved_extension_moves_the_date_and_is_told_with_its_reason() -> None:
    asked = perform(ASKED, a_scene(a_petition_at(Status.HANDLING), LAMPS))
    assert asked.status is Status.EXTENSION_ASKED
    assert asked.due_on == date(2026, 12, 1)
    approved = perform(ApproveExtension(), a_scene(asked, SUPERVISOR))
    assert (approved.status, approved.due_on, approved.unit_due_on) == (
        Status.HANDLING,
        date(2026, 12, 8),
        date(2026, 12, 8),
    )
    promise = approved.pending[-1]
    assert promise.topic is Topic.PETITION_EXTENDED
    assert (promise.facts["due"], promise.facts["reason"], promise.facts["days"]) == ("2026-12-08", "需要停电施工", "5")
    assert approved.extension is None


def test_a_refused_extension_moves_nothing_and_stays_among_staff() -> None:
    asked = perform(ASKED, a_scene(a_petition_at(Status.HANDLING), LAMPS))
    refused = perform(RefuseExtension(reason="可按期完成"), a_scene(asked, SUPERVISOR))
    assert (refused.status, refused.due_on, refused.extension) == (Status.HANDLING, date(2026, 12, 1), None)
    assert to_citizen(refused) == to_citizen(asked)


def test_whoever_handles_it_does_not_extend_his_own_deadline() -> None:
    asked = perform(ASKED, a_scene(a_petition_at(Status.HANDLING), LAMPS))
    for by in (LAMPS, CLERK, AGENT):
        with pytest.raises(ActionNotAllowed):
            perform(ApproveExtension(), a_scene(asked, by))


@pytest.mark.parametrize("days", [0, -1, 11])
def test_an_extension_the_rules_do_not_allow_is_refused_at_once(days: int) -> None:
    with pytest.raises(ExtensionTooLong):
        perform(RequestExtension(days=days, reason="复杂"), a_scene(a_petition_at(Status.HANDLING), LAMPS))


def test_extensions_add_up_to_what_the_rules_allow() -> None:
    first = after(
        a_petition_at(Status.HANDLING), (LAMPS, RequestExtension(days=6, reason="一")), (SUPERVISOR, ApproveExtension())
    )
    with pytest.raises(ExtensionTooLong):
        perform(RequestExtension(days=5, reason="二"), a_scene(first, LAMPS))
    assert perform(RequestExtension(days=4, reason="二"), a_scene(first, LAMPS)).status is Status.EXTENSION_ASKED


def test_what_is_overdue_cannot_be_extended() -> None:
    overdue = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    with pytest.raises(ExtensionTooLate):
        perform(ASKED, a_scene(a_petition_at(Status.HANDLING), LAMPS, at=overdue))


def test_nobody_is_promised_a_day_the_calendar_does_not_know() -> None:
    year_end = datetime(city().rules.calendar.years[-1], 12, 20, 2, 0, tzinfo=UTC)
    handling = after(a_petition(at=year_end), *WAY[Status.HANDLING], at=year_end)
    asked = perform(RequestExtension(days=10, reason="复杂"), a_scene(handling, LAMPS, at=year_end))
    with pytest.raises(CalendarTooShort):
        perform(ApproveExtension(), a_scene(asked, SUPERVISOR, at=year_end))


def test_approving_what_nobody_asked_for_is_refused() -> None:
    asked = perform(ASKED, a_scene(a_petition_at(Status.HANDLING), LAMPS))
    with pytest.raises(Invalid):
        perform(ApproveExtension(), a_scene(replace(asked, extension=None), SUPERVISOR))


def test_a_question_stops_the_clock_until_the_citizen_answers() -> None:
    waiting = a_petition_at(Status.WAITING)
    assert (waiting.question, waiting.due_on) == ("哪一盏灯？", None)
    assert waiting.pending[-1].topic is Topic.PETITION_QUESTION
    assert waiting.pending[-1].facts["text"] == "哪一盏灯？"
    thursday = TUESDAY + timedelta(days=2)
    told = perform(Supplement(text="东头第二盏"), a_scene(waiting, CITIZEN, at=thursday))
    # Tuesday is the day of receipt and never counts; of the wait only Wednesday is a day lost
    assert (told.status, told.question, told.due_on) == (Status.HANDLING, "", date(2026, 12, 2))


def test_handling_goes_on_without_what_the_citizen_never_sent() -> None:
    resumed = perform(
        Resume(reason="市民未回复"), a_scene(a_petition_at(Status.WAITING), SYSTEM, at=TUESDAY + timedelta(days=2))
    )
    assert (resumed.status, resumed.question, resumed.due_on) == (Status.HANDLING, "", date(2026, 12, 2))


def test_an_answer_has_a_public_and_an_internal_text() -> None:
    answered = a_petition_at(Status.ANSWERED)
    assert answered.reply is not None
    assert (answered.reply.public_text, answered.reply.internal_text, answered.reply.department) == (
        "已修好",
        "换灯泡",
        "cgj",
    )
    assert answered.pending[-1].facts["text"] == "已修好"
    assert "换灯泡" not in answered.pending[-1].facts.values()
    with pytest.raises(Invalid):
        perform(Answer(public_text=" "), a_scene(a_petition_at(Status.SIGNED), LAMPS))


def test_an_answer_settles_an_extension_that_was_asked_for() -> None:
    answered = after(a_petition_at(Status.HANDLING), (LAMPS, ASKED), (LAMPS, Answer(public_text="提前修好了")))
    assert (answered.status, answered.extension) == (Status.ANSWERED, None)


def test_an_opinion_needs_words() -> None:
    with pytest.raises(Invalid):
        perform(Contribute(text=""), a_scene(a_petition_at(Status.SIGNED), LAMPS))


def test_a_question_needs_words() -> None:
    with pytest.raises(Invalid):
        perform(Wait(question=""), a_scene(a_petition_at(Status.HANDLING), LAMPS))


def test_an_answer_carries_evidence_of_contact_that_is_not_from_the_future() -> None:
    signed = a_petition_at(Status.SIGNED)
    called = Evidence(at=TUESDAY, way=ContactWay.PHONE, note=" 已电话说明 ")
    answered = perform(Answer(public_text="已修好", evidence=(called,)), a_scene(signed, LAMPS))
    assert answered.reply is not None
    assert answered.reply.evidence == (replace(called, note="已电话说明"),)
    assert "已电话说明" not in str(answered.pending)
    tomorrow = replace(called, at=TUESDAY + timedelta(days=1))
    for command in (
        Answer(public_text="已修好", evidence=(tomorrow,)),
        Answer(public_text="已修好", evidence=(called,) * 11),
        Answer(public_text="已修好", media=(MediaId("media_1"),) * 11),
    ):
        with pytest.raises(Invalid):
            perform(command, a_scene(signed, LAMPS))
