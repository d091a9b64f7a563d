"""The frame around all commands: status, event, promise, dates; and the whole life cycle, played at random."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from services.errors import Invalid, ServiceError
from services.petitions.centre_commands import (
    Accept,
    CallBack,
    Close,
    Dispatch,
    Join,
    NotAccept,
    Redo,
    Reveal,
    Supervise,
)
from services.petitions.citizen_commands import Appeal, Rate, Supplement, Urge, Withdraw
from services.petitions.commands import Command, optional, perform, required
from services.petitions.dating import dated
from services.petitions.department_commands import (
    Answer,
    ApproveExtension,
    Contribute,
    RefuseExtension,
    RequestExtension,
    Resume,
    ReturnToSender,
    Sign,
    Start,
    Wait,
)
from services.petitions.model import Actor, Petition, PetitionNotFound
from services.petitions.timeline import timeline
from services.petitions.transitions import NEXT, Action, ActorRole, Status, TransitionRefused
from services.promises import Topic
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    WATER,
    a_petition,
    a_petition_at,
    a_scene,
    after,
    city,
    to_citizen,
)


def test_a_command_leaves_one_event_with_who_and_when() -> None:
    accepted = perform(Accept(), a_scene(a_petition(), AGENT))
    event = accepted.history[-1]
    assert (event.seq, event.action, event.status) == (2, Action.ACCEPT, Status.ACCEPTED)
    assert (event.role, event.by, event.at) == (ActorRole.AGENT, "agent1", TUESDAY)
    assert accepted.revision == 2


def test_what_concerns_the_citizen_is_promised_once_with_an_id_of_its_own() -> None:
    dispatched = after(a_petition(), (AGENT, Accept()), (CLERK, Dispatch(to="cgj")))
    assert [(promise.id, promise.topic) for promise in to_citizen(dispatched)] == [
        (f"{dispatched.id}:2", Topic.PETITION_ACCEPTED),
        (f"{dispatched.id}:3", Topic.PETITION_DISPATCHED),
    ]
    promise = dispatched.pending[-1]
    assert promise.facts == {"number": dispatched.number, "department": "青岛市城市管理局", "due": "2026-12-01"}
    assert (promise.citizen_id, promise.conversation_id) == ("cz_1", "cv_1")


def test_what_stays_among_staff_promises_nothing() -> None:
    before = a_petition_at(Status.DISPATCHED)
    supervised = perform(Supervise(note="重点"), a_scene(before, SUPERVISOR))
    assert to_citizen(supervised) == to_citizen(before)
    assert supervised.history[-1].internal == "重点"
    assert supervised.history[-1].public == {}


def test_the_citizens_name_is_in_no_event() -> None:
    withdrawn = perform(Withdraw(reason="修好了"), a_scene(a_petition(), CITIZEN))
    assert withdrawn.history[-1].by == ""
    assert withdrawn.history[-1].public == {"reason": "修好了", "due": "2026-12-01"}


def test_a_department_acts_only_on_what_it_was_given() -> None:
    dispatched = a_petition_at(Status.DISPATCHED)
    with pytest.raises(PetitionNotFound):
        perform(Sign(), a_scene(dispatched, WATER))
    assert perform(Sign(), a_scene(dispatched, LAMPS)).status is Status.SIGNED


def test_an_assisting_department_may_contribute_and_no_more() -> None:
    dispatched = perform(Join(departments=("gsqy",)), a_scene(a_petition_at(Status.DISPATCHED), CLERK))
    assert perform(Contribute(text="没有管线"), a_scene(dispatched, WATER)).history[-1].internal == "没有管线"
    with pytest.raises(PetitionNotFound):
        perform(Answer(public_text="好了"), a_scene(dispatched, WATER))


def test_an_action_that_does_not_fit_is_refused_before_its_own_rules() -> None:
    with pytest.raises(TransitionRefused):
        perform(Dispatch(to="nobody"), a_scene(a_petition(), CLERK))


def test_a_command_that_says_nothing_of_what_it_changes_is_a_mistake_of_ours() -> None:
    class Forgotten(Command, frozen=True, kw_only=True):
        action = Action.ACCEPT

    with pytest.raises(NotImplementedError):
        perform(Forgotten(), a_scene(a_petition(), AGENT))


def test_dates_stand_open_while_the_clock_stands_still() -> None:
    waiting = perform(Wait(question="哪里？"), a_scene(a_petition_at(Status.HANDLING), LAMPS))
    assert (waiting.due_on, waiting.due_at, waiting.unit_due_on) == (None, None, None)


def test_dates_beyond_the_calendar_stand_open_and_are_not_guessed() -> None:
    beyond = datetime(city().rules.calendar.years[-1], 12, 31, 2, 0, tzinfo=UTC)
    assert a_petition(at=beyond).due_on is None


def test_the_units_clock_starts_with_the_dispatch_and_the_citizens_with_the_filing() -> None:
    thursday = TUESDAY + timedelta(days=2)
    dispatched = after(a_petition(), (AGENT, Accept()), (CLERK, Dispatch(to="cgj")), at=thursday)
    assert (dispatched.due_on, dispatched.unit_due_on) == (date(2026, 12, 1), date(2026, 12, 3))
    assert dated(replace(dispatched, due_on=None), city().rules) == dispatched


def test_texts_are_trimmed_and_measured() -> None:
    assert required("text", "  好 ") == "好"
    assert optional("text", "  ") == ""
    with pytest.raises(Invalid) as missing:
        required("text", " \n ")
    assert missing.value.fields == {"text": "请填写"}
    with pytest.raises(Invalid) as long:
        optional("text", "好" * 11, limit=10)
    assert long.value.fields == {"text": "最多10字"}


SECRET = "内部"
GRADES = st.integers(1, 5)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([
        Accept(), NotAccept(door="litigation", reason=SECRET), Dispatch(to="cgj", note=SECRET), Dispatch(to="gsqy"),
        Join(departments=("gsqy",)), Close(note=SECRET), Supervise(note=SECRET), Reveal(purpose=SECRET),
        Redo(reason=SECRET), Redo(reason=SECRET, to="gsqy"), CallBack(reached=False, text=SECRET),
        Sign(), Start(), Contribute(text=SECRET), ReturnToSender(reason=SECRET), ApproveExtension(),
        RequestExtension(days=3, reason="复杂"), RefuseExtension(reason=SECRET), Wait(question="哪里？"),
        Resume(reason=SECRET), Answer(public_text="好了", internal_text=SECRET),
        Withdraw(), Urge(), Supplement(text="补充"), Appeal(reason="不服"),
    ]),
    st.builds(CallBack, reached=st.just(True), solved=st.booleans(), result=GRADES, process=GRADES),
    st.builds(Rate, solved=st.booleans(), result=GRADES, process=GRADES),
)  # fmt: skip


class LifeCycle(RuleBasedStateMachine):
    """One petition, everybody at it, and time passing."""

    def __init__(self) -> None:
        super().__init__()
        self.petition: Petition = a_petition()
        self.now = TUESDAY
        self.walked = [Status.FILED]

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(command=COMMANDS, by=st.sampled_from([CITIZEN, AGENT, CLERK, LAMPS, WATER, SUPERVISOR, SYSTEM]))
    def somebody_acts(self, command: Command, by: Actor) -> None:
        before = self.petition
        try:
            changed = perform(command, a_scene(before, by, at=self.now))
        except ServiceError:
            assert self.petition == before
            return
        event = changed.history[-1]
        assert NEXT[before.status, event.action] is changed.status
        assert changed.history[:-1] == before.history
        assert changed.pending[: len(before.pending)] == before.pending
        assert len(to_citizen(changed)) - len(to_citizen(before)) in {0, 1}
        assert changed.round - before.round == (event.action == "redo")
        self.petition = changed
        self.walked.append(changed.status)

    @rule()
    def the_relay_takes_promises_out(self) -> None:
        self.petition = replace(self.petition, pending=())

    @invariant()
    def nothing_is_closed_that_was_not_heard(self) -> None:
        if self.petition.status is Status.CLOSED:
            last_answer = len(self.walked) - 1 - self.walked[::-1].index(Status.ANSWERED)
            assert Status.HEARD in self.walked[last_answer:]
            assert self.petition.hearing is not None

    @invariant()
    def the_history_has_no_gap(self) -> None:
        assert [event.seq for event in self.petition.history] == list(range(1, self.petition.revision + 1))

    @invariant()
    def promises_have_ids_of_their_own(self) -> None:
        ids = [promise.id for promise in self.petition.pending]
        assert len(ids) == len(set(ids))

    @invariant()
    def the_clock_stands_still_only_while_we_wait(self) -> None:
        if self.petition.status is Status.WAITING:
            assert self.petition.question
        elif self.petition.status is not Status.WITHDRAWN:
            assert not self.petition.question
            assert all(pause.ended_at for pause in self.petition.clocks.citizen.pauses)

    @invariant()
    def an_extension_is_open_only_while_it_is_asked_for(self) -> None:
        assert (self.petition.extension is not None) == (self.petition.status is Status.EXTENSION_ASKED)

    @invariant()
    def nothing_internal_reaches_the_citizen(self) -> None:
        told = [
            *map(str, timeline(self.petition.history)),
            *(str(promise.facts) for promise in to_citizen(self.petition)),
        ]
        assert not any(SECRET in text for text in told)
        assert not any("13000000000" in str(promise.facts) for promise in self.petition.pending)
        assert not any("13000000000" in text for text in told)

    @invariant()
    def it_reads_back_as_it_was_stored(self) -> None:
        assert msgspec.json.decode(msgspec.json.encode(self.petition), type=Petition) == self.petition


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
