"""Group petitions, take them apart exactly, and answer every reporter with the lead's answer."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.database.collection import StaleVersion
from services.errors import Conflict, Invalid, ServiceError
from services.petitions.centre_commands import Accept, Dispatch, Join, NotAccept, Supervise
from services.petitions.citizen_commands import Supplement, Urge, Withdraw
from services.petitions.commands import Command, perform
from services.petitions.department_commands import Answer, ReturnToSender, Sign, Start
from services.petitions.merge_commands import FOLLOWERS_MOST, CannotLead, Lead, Merge, RelayAnswer, Unmerge, following
from services.petitions.merging import Merging
from services.petitions.model import Actor, Petition, Reply
from services.petitions.service import PetitionService, Records
from services.petitions.transitions import ActionNotAllowed, Status, TransitionRefused
from services.petitions.watch import MARKS, Clockwork
from services.promises import Topic
from tests.support.database import fresh_database
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    LAMPS,
    SUPERVISOR,
    SYSTEM,
    TUESDAY,
    a_draft,
    a_petition_at,
    a_scene,
    a_service_in,
    after,
    city,
    to_citizen,
    to_staff,
)
from tests.support.set_clock import SetClock

STEPS: tuple[tuple[Actor, Command], ...] = (
    (AGENT, Accept()),
    (CLERK, Dispatch(to="cgj", joint=("gsqy",))),
    (CLERK, Join(departments=("370202",))),
    (LAMPS, Sign()),
    (LAMPS, Start()),
    (LAMPS, ReturnToSender(reason="非我单位")),
    (CITIZEN, Urge()),
    (CITIZEN, Supplement(text="还有一盏")),
    (SUPERVISOR, Supervise()),
)


def state_of(petition: Petition) -> Petition:
    """Return a petition without what only grows: its history, promises and kept answers."""
    return replace(petition, history=(), archived=(), pending=(), done=(), version=0)


@given(steps=st.lists(st.sampled_from(STEPS), max_size=12), hours=st.integers(0, 400))
def test_taking_apart_restores_exactly_what_was_there_before(steps: list[tuple[Actor, Command]], hours: int) -> None:
    # Given a petition wherever people have led it
    before = a_petition_at(Status.FILED)
    for by, command in steps:
        try:
            before = perform(command, a_scene(before, by))
        except ServiceError:
            continue
    # When it is merged and, some time later, taken apart
    later = TUESDAY + timedelta(hours=hours)
    merged = perform(Merge(lead="QD20261124-000000", note="同一处"), a_scene(before, CLERK, at=later))
    assert merged.status is Status.MERGED
    apart = perform(Unmerge(), a_scene(merged, CLERK, at=later + timedelta(hours=hours)))
    # Then it is what it was, with both steps in its history
    assert state_of(apart) == state_of(before)
    assert apart.history[:-2] == before.history
    assert [promise.topic for promise in to_citizen(apart)[-2:]] == [Topic.PETITION_MERGED, Topic.PETITION_UNMERGED]


def test_a_merged_petition_stands_still_and_owes_nothing() -> None:
    handling = a_petition_at(Status.HANDLING)
    merged = perform(Merge(lead="QD20261124-000000"), a_scene(handling, CLERK))
    assert (merged.open_due_at, merged.watch_at, merged.lead) == (None, None, "QD20261124-000000")
    assert to_staff(merged)[-1].topic is Topic.DEPARTMENT_MERGED
    for by, command in STEPS:
        with pytest.raises((TransitionRefused, ActionNotAllowed)):
            perform(command, a_scene(merged, by))
    withdrawn = perform(Withdraw(), a_scene(merged, CITIZEN))
    assert (withdrawn.status, withdrawn.lead) == (Status.WITHDRAWN, None)
    assert "QD20261124-000000" not in str([promise.facts for promise in to_citizen(merged)]), "another person's number"


def test_what_cannot_be_grouped_is_refused() -> None:
    handling = a_petition_at(Status.HANDLING)
    leads = perform(Lead(number="QD20261124-000000"), a_scene(handling, CLERK))
    with pytest.raises(CannotLead):
        perform(Merge(lead="QD20261124-000000"), a_scene(leads, CLERK))
    with pytest.raises(CannotLead):
        perform(Lead(number="QD1"), a_scene(replace(leads, followers=FOLLOWERS_MOST), CLERK))
    with pytest.raises(Invalid):
        perform(Merge(lead=handling.number), a_scene(handling, CLERK))
    for command in (Unmerge(), RelayAnswer(reply=Reply(at=TUESDAY, department="cgj", public_text="已修好"))):
        with pytest.raises(Conflict):
            perform(command, a_scene(replace(handling, status=Status.MERGED), SYSTEM))


def test_a_petition_follows_its_lead_where_that_ends() -> None:
    lead = a_petition_at(Status.HANDLING)
    merged = perform(Merge(lead="QD20261124-000000"), a_scene(a_petition_at(Status.FILED), CLERK))
    assert following(merged, lead) is None
    assert following(lead, a_petition_at(Status.ANSWERED)) is None
    assert isinstance(following(merged, a_petition_at(Status.ANSWERED)), RelayAnswer)
    assert isinstance(following(merged, after(lead, (CITIZEN, Withdraw()))), Unmerge)


class Group:
    """A lead and two petitions about the same matter, by three people."""

    def __init__(self, service: PetitionService, records: Records, *, clockwork: Callable[[], Clockwork]) -> None:
        self.service = service
        self.records = records
        self.clockwork = clockwork
        self.merging = Merging(service, records.petitions)

    async def filed(self, citizen: str) -> str:
        return (await self.service.file(a_draft(key=citizen, citizen=citizen))).number

    async def grouped(self) -> tuple[str, str, str]:
        """Return the numbers of a dispatched lead and of two merged ones."""
        lead, one, other = [await self.filed(citizen) for citizen in ("cz_1", "cz_2", "cz_3")]
        await self.service.perform(lead, Accept(), by=AGENT)
        await self.service.perform(lead, Dispatch(to="cgj"), by=CLERK)
        for number in (one, other):
            assert (await self.merging.merge(number, lead, by=CLERK)).status is Status.MERGED
        return lead, one, other

    async def shown(self, number: str) -> Petition:
        return await self.service.of(number, by=CLERK)


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    clock = SetClock(TUESDAY)
    async with fresh_database() as database:
        service, records = a_service_in(database, clock)
        marks = database.collection(MARKS)
        await database.open()
        yield Group(
            service,
            records,
            clockwork=lambda: Clockwork(
                service,
                petitions=records.petitions,
                merging=Merging(service, records.petitions),
                marks=marks,
                rules=city().rules,
                clock=clock,
            ),
        )


async def test_every_reporter_is_told_of_the_leads_answer_once(group: Group) -> None:
    lead, one, other = await group.grouped()
    assert (await group.shown(lead)).followers == 2
    assert await group.clockwork().step() == 0
    await group.service.perform(lead, Sign(), by=LAMPS)
    await group.service.perform(lead, Answer(public_text="已修好", internal_text="换灯泡"), by=LAMPS)
    for _ in range(3):
        await group.clockwork().step()
    for number in (one, other):
        petition = await group.shown(number)
        assert (petition.status, petition.merged) == (Status.ANSWERED, None)
        answers = [promise for promise in to_citizen(petition) if promise.topic is Topic.PETITION_ANSWERED]
        assert [promise.facts["text"] for promise in answers] == ["已修好"]
    assert (await group.shown(lead)).followed_at is not None


async def test_when_the_lead_is_withdrawn_the_others_stand_alone_again(group: Group) -> None:
    lead, one, _ = await group.grouped()
    await group.service.perform(lead, Withdraw(), by=CITIZEN)
    await group.clockwork().step()
    assert (await group.shown(one)).status is Status.FILED


async def test_merging_again_is_once_and_a_lead_must_be_under_way(group: Group) -> None:
    lead, one, _ = await group.grouped()
    before = await group.shown(lead)
    assert (await group.merging.merge(one, lead, by=CLERK)).status is Status.MERGED
    assert await group.shown(lead) == before
    other = await group.filed("cz_4")
    with pytest.raises(CannotLead):
        await group.merging.merge(other, one, by=CLERK)
    assert (await group.merging.unmerge(one, by=CLERK)).status is Status.FILED
    with pytest.raises(TransitionRefused):
        await group.merging.unmerge(one, by=CLERK)
    refused = await group.filed("cz_5")
    await group.service.perform(refused, NotAccept(door="litigation"), by=CLERK)
    for number, error in ((refused, TransitionRefused), (lead, Invalid)):
        with pytest.raises(error):
            await group.merging.merge(number, lead, by=CLERK)
    with pytest.raises(ActionNotAllowed):
        await group.merging.merge(other, lead, by=SYSTEM)
    assert await group.shown(lead) == before


async def test_what_a_crash_left_behind_is_found_by_the_hourly_sweep(group: Group) -> None:
    # Given a petition that was merged after its lead was answered and had been followed
    lead, _, _ = await group.grouped()
    await group.service.perform(lead, Sign(), by=LAMPS)
    await group.service.perform(lead, Answer(public_text="已修好"), by=LAMPS)
    await group.clockwork().step()
    late = await group.filed("cz_6")
    await group.service.perform(late, Merge(lead=lead), by=CLERK)
    # When the sweep comes by, then it is answered too
    clockwork = group.clockwork()
    assert await clockwork.sweep_merged() == 1
    assert await clockwork.sweep_merged() == 0
    assert (await group.shown(late)).status is Status.ANSWERED
    assert not await group.merging.follow(await group.shown(late))


async def test_a_stale_follower_is_left_to_the_next_round(group: Group) -> None:
    lead, one, _ = await group.grouped()
    stale = await group.shown(one)
    await group.merging.unmerge(one, by=CLERK)
    await group.service.perform(lead, Withdraw(), by=CITIZEN)
    assert not await group.merging.follow(stale)
    with pytest.raises(StaleVersion):
        await group.service.perform(one, Accept(), by=CLERK, revision=stale.revision)
