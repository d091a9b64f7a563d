"""Whole lives over a real store: everybody at two petitions at once, time, the clockwork, the relay, and retries."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from push.outbox import Outbox
from push.recipients import Recipient
from services.conversations.message import Channel, ContactPoint
from services.database.collection import Collection
from services.errors import ServiceError
from services.outbox.delivery import DELIVERIES, Delivery
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
from services.petitions.commands import Command
from services.petitions.dating import dated
from services.petitions.deadlines import due_of
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
from services.petitions.merge_commands import Unmerge
from services.petitions.merging import Merging
from services.petitions.model import Actor, Event, Petition
from services.petitions.special_commands import BeginSpecialProcedure, EndSpecialProcedure
from services.petitions.system_commands import EndRating, Followed, RaiseCard
from services.petitions.transitions import MAY, NEXT, Action, Status
from services.petitions.watch import MARKS, Clockwork
from services.promises import Pending
from tests.support.database import fresh_database
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    STRANGER,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    WATER,
    a_draft,
    a_service_in,
    city,
)
from tests.support.set_clock import SetClock

T = TypeVar("T")

LEAST_STEPS = 5_000
RARE = 5
"""Actions that a run may miss."""
EVERYBODY = (CITIZEN, STRANGER, AGENT, CLERK, LAMPS, WATER, SUPERVISOR, SYSTEM)
TOLD = {
    Action.ACCEPT,
    Action.NOT_ACCEPT,
    Action.DISPATCH,
    Action.SIGN,
    Action.APPROVE_EXTENSION,
    Action.WAIT,
    Action.BEGIN_SPECIAL,
    Action.END_SPECIAL,
    Action.ANSWER,
    Action.REDO,
    Action.CLOSE,
    Action.CLOSE_DISSATISFIED,
    Action.WITHDRAW,
    Action.MERGE,
    Action.UNMERGE,
    Action.RELAY_ANSWER,
}
"""What the citizen is told of, written down again: each once, and nothing else."""

COMMANDS: tuple[Command, ...] = (
    Accept(), NotAccept(door="litigation"), Dispatch(to="cgj"), Dispatch(to="gsqy", joint=("cgj",)),
    Join(departments=("gsqy",)), Close(), Close(reply="已向您说明"), Supervise(), Reveal(purpose="核实"),
    Redo(reason="没修好"), Redo(reason="没修好", to="gsqy"), CallBack(reached=False),
    CallBack(reached=True, solved=True, result=5, process=4), CallBack(reached=True, solved=False, result=1, process=2),
    Sign(), Start(), Contribute(text="没有管线"), ReturnToSender(reason="不是我们的"), Resume(),
    RequestExtension(days=3, reason="复杂"), ApproveExtension(), RefuseExtension(), Wait(question="哪里？"),
    BeginSpecialProcedure(reason="听证"), EndSpecialProcedure(),
    Answer(public_text="好了", internal_text="换灯泡"), Unmerge(), RaiseCard(), EndRating(), Followed(),
    Withdraw(), Urge(), Supplement(text="补充"), Appeal(reason="不服"),
    Rate(solved=True, result=5, process=5), Rate(solved=False, result=1, process=1),
)  # fmt: skip
PAIRS = tuple(itertools.product(EVERYBODY, COMMANDS))
ENDED = {Status.WITHDRAWN, Status.NOT_ACCEPTED, Status.CLOSED}
DEAD_ENDS = {Action.WITHDRAW, Action.NOT_ACCEPT}
ASIDE = {Action.REVEAL, Action.SUPERVISE, Action.URGE, Action.JOIN, Action.CONTRIBUTE, Action.FOLLOWED}
ONWARD = 0.8


def is_promising(petition: Petition, by: Actor, command: Command, *, avoided: set[Action]) -> bool:
    """Tell whether the tables let somebody try this; the command's own rules may still refuse."""
    if by.department not in {"", petition.department} or by is STRANGER:
        return False
    action = getattr(type(command), "action", None)
    if action is None:
        return petition.status is (Status.HEARD if isinstance(command, Close) else Status.ANSWERED)
    return (petition.status, action) in NEXT and by.role in MAY[action] and action not in avoided


def name_of(command: Command) -> str:
    """Return what is done, not how: both ratings are one."""
    return type(command).__name__


SEEDS = st.integers(0, 2**64 - 1)
"""Dice for choices out of a list that changes: drawn one by one, hypothesis keeps to the first few of it."""


class OnePhone:
    """Give everybody's promises one address each, as `Recipients` gives those of people who can be reached."""

    async def of(self, promise: Pending) -> tuple[Recipient, ...]:
        contact = ContactPoint(channel=Channel.APP, account="main", address=promise.handler or promise.citizen_id)
        return (Recipient(id=contact.address, citizen_id=promise.citizen_id, contact=contact),)


class Lives(RuleBasedStateMachine):
    """Two petitions of one citizen, kept in a store, with everybody who may or may not act on them."""

    steps = 0
    acted: ClassVar[set[Action]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.clock = SetClock(TUESDAY)
        self.run(self._open())
        self.done: Counter[str] = Counter()
        self.numbers: list[str] = []
        """Those that are acted upon now; the others have ended."""
        self.seen: dict[str, Petition] = {}
        for _ in range(2):
            self.numbers.append(self._filed())

    async def _open(self) -> None:
        database = await self.stack.enter_async_context(fresh_database())
        self.service, self.records = a_service_in(database, self.clock)
        self.deliveries: Collection[Delivery] = database.collection(DELIVERIES)
        marks = database.collection(MARKS)
        await database.open()
        self.merging = Merging(self.service, self.records.petitions)
        self.clockwork = Clockwork(
            self.service,
            petitions=self.records.petitions,
            merging=self.merging,
            marks=marks,
            rules=city().rules,
            clock=self.clock,
        )
        self.outbox = Outbox(
            sources=(self.records.petitions,),
            deliveries=self.deliveries,
            recipients=OnePhone(),  # type: ignore[arg-type]  # has the one method that is asked
            clock=self.clock,
        )

    def teardown(self) -> None:
        for petition in self.seen.values():
            self.acted.update(event.action for event in petition.history)
        try:
            self.run(self.outbox.collect())
            self.everything_was_announced_once()
        finally:
            self.run(self.stack.aclose())
            self.runner.close()

    def _filed(self) -> str:
        number = self.run(self.service.file(a_draft(key=str(len(self.seen))))).number
        self.seen[number] = self.shown(number)
        return number

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def shown(self, number: str) -> Petition:
        return self.run(self.service.of(number, by=CLERK))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        type(self).steps += 1

    @rule(which=st.booleans(), seed=SEEDS)
    def anybody_tries_anything(self, *, which: bool, seed: int) -> None:
        self._try(self.numbers[which], *random.Random(seed).choice(PAIRS))

    @rule(which=st.booleans(), seed=SEEDS)
    def somebody_does_what_may_fit(self, *, which: bool, seed: int) -> None:
        petition, dice = self.seen[self.numbers[which]], random.Random(seed)
        # Mostly what life goes on after, else nearly every petition would be withdrawn at once.
        avoided = DEAD_ENDS | ASIDE if dice.random() < ONWARD else set[Action]()
        fitting = [pair for pair in PAIRS if is_promising(petition, *pair, avoided=avoided)] or PAIRS
        # What was done least in this life first, then by whom: so each goes far and leaves little out.
        least = min(self.done[name_of(command)] for _, command in fitting)
        rarest = [pair for pair in fitting if self.done[name_of(pair[1])] == least]
        command = dice.choice(list({id(command): command for _, command in rarest}.values()))
        self.done[name_of(command)] += 1
        self._try(petition.number, *dice.choice([pair for pair in fitting if pair[1] is command]))

    @rule(which=st.booleans(), seed=SEEDS)
    def and_so_does_somebody_else(self, *, which: bool, seed: int) -> None:
        self.somebody_does_what_may_fit(which=which, seed=seed)

    @precondition(lambda self: all(self.seen[number].status in ENDED for number in self.numbers))
    @rule()
    def the_citizen_files_another(self) -> None:
        type(self).steps += 1
        which = next(place for place, number in enumerate(self.numbers) if self.seen[number].status in ENDED)
        self.numbers[which] = self._filed()

    def _try(self, number: str, by: Actor, command: Command) -> None:
        type(self).steps += 1
        before = self.seen[number]
        try:
            after = self.run(self.service.perform(number, command, by=by))
        except ServiceError:
            assert self.shown(number) == before
            return
        if after == before:
            assert isinstance(command, Urge), "only urging again is taken and changes nothing"
            return
        event = after.history[-1]
        self._check_step(before, after, event=event)
        assert event.role is by.role
        assert by.role in MAY[event.action]
        self.seen[number] = after

    @rule(which=st.booleans(), pair=st.sampled_from(PAIRS))
    def somebody_acts_on_what_he_saw_before(self, *, which: bool, pair: tuple[Actor, Command]) -> None:
        type(self).steps += 1
        number = self.numbers[which]
        before = self.seen[number]
        by, command = pair
        with pytest.raises(ServiceError):
            self.run(self.service.perform(number, command, by=by, revision=before.revision - 1))
        assert self.shown(number) == before

    @rule(which=st.booleans(), by=st.sampled_from((CLERK, SUPERVISOR, AGENT, LAMPS)))
    def somebody_merges_them(self, *, which: bool, by: Actor) -> None:
        type(self).steps += 1
        number, lead = self.numbers[which], self.numbers[not which]
        before = dict(self.seen)
        try:
            self.run(self.merging.merge(number, lead, by=by))
        except ServiceError:
            assert self.shown(number) == before[number]
            assert self.shown(lead) == before[lead]
            return
        self._look_again()

    @rule()
    def the_clockwork_goes_on(self) -> None:
        type(self).steps += 1
        self.run(self.clockwork.step())
        self._look_again()

    @rule()
    def the_calendar_is_followed(self) -> None:
        type(self).steps += 1
        self.run(self.service.redate())
        self._look_again()

    @rule(is_cut_off=st.booleans())
    def the_relay_takes_promises_out(self, *, is_cut_off: bool) -> None:
        type(self).steps += 1
        if is_cut_off:
            # It made the deliveries and was killed before it could say so in the petition.
            for number in self.seen:
                for promise in self.shown(number).pending:
                    self.run(self.outbox._promised(promise, at=self.clock.now()))
        else:
            self.run(self.outbox.collect())
            assert all(not self.shown(number).pending for number in self.seen)
        self._look_again()

    @invariant()
    def each_keeps_its_number_and_its_moment(self) -> None:
        for number, petition in self.seen.items():
            assert (petition.number, petition.citizen_id) == (number, "cz_1")
            assert petition.filed_at == petition.clocks.citizen.received_at or petition.round > 1

    @invariant()
    def no_clock_is_negative(self) -> None:
        for petition in self.seen.values():
            for run in filter(None, (petition.clocks.citizen, petition.clocks.unit)):
                ends = [pause.ended_at for pause in run.pauses]
                assert None not in ends[:-1]
                moments = list(itertools.chain.from_iterable((p.began_at, p.ended_at) for p in run.pauses))
                assert all(one <= later for one, later in itertools.pairwise(m for m in moments if m))
                due = due_of(run, city().rules.calendar)
                assert due is None or due.due_at > run.received_at
                assert run.extension_workdays >= 0

    @invariant()
    def dates_are_those_of_the_clocks(self) -> None:
        for petition in self.seen.values():
            if petition.status is not Status.MERGED:
                assert dated(petition, city().rules) is petition

    @invariant()
    def history_has_no_gap_and_only_heard_ones_are_closed(self) -> None:
        for petition in self.seen.values():
            assert [event.seq for event in petition.history] == list(range(1, petition.revision + 1))
            assert petition.status is not Status.CLOSED or petition.hearing is not None

    def _look_again(self) -> None:
        """Look at what others made of both, and check each of their steps."""
        for number, before in self.seen.items():
            after = self.shown(number)
            assert after.version >= before.version
            assert after.history[: before.revision] == before.history
            for last, event in itertools.pairwise(after.history[before.revision - 1 :]):
                assert event.action is Action.UNMERGE or NEXT[last.status, event.action] is event.status
                assert event.role in MAY[event.action]
            self.seen[number] = after

    def _check_step(self, before: Petition, after: Petition, *, event: Event) -> None:
        assert after.version == before.version + 1
        assert after.revision == before.revision + 1
        assert after.history[:-1] == before.history
        back = before.merged.status if before.merged and event.action is Action.UNMERGE else None
        assert after.status is (back or NEXT[before.status, event.action])
        if event.action is Action.RETURN:
            assert (after.due_on, after.due_at) == (before.due_on, before.due_at)
            assert after.clocks.citizen == before.clocks.citizen
        if event.action is Action.DISPATCH:
            assert after.clocks.citizen == before.clocks.citizen
        added = [promise for promise in after.pending[len(before.pending) :] if not promise.handler]
        assert [promise.id for promise in added] == [f"{after.id}:{event.seq}"] * (event.action in TOLD)

    def everything_was_announced_once(self) -> None:
        """Compare what went out to the citizen with what concerns them, over both whole lives."""

        async def gone_out() -> list[str]:
            return sorted([one.promise.id async for one in self.deliveries.scan() if not one.promise.handler])

        expected = sorted(
            f"{petition.id}:{event.seq}"
            for petition in map(self.shown, self.seen)
            for event in petition.history
            if event.action in TOLD
        )
        assert self.run(gone_out()) == expected


def test_five_thousand_steps_of_everybody_break_no_promise() -> None:
    Lives.steps = 0
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=115,
            stateful_step_count=55,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=True,
            phases=[Phase.generate],
        ),
    )
    assert Lives.steps >= LEAST_STEPS
    # Deep enough to be worth something: nearly everything that can be done was done to somebody.
    assert len(set(Action) - Lives.acted) <= RARE, set(Action) - Lives.acted
