"""The use cases, over a real store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from services.calendar.model import NamedDay, YearNotice
from services.calendar.work_calendar import WorkCalendar
from services.coordination.in_process import InProcessBell
from services.database.collection import AlreadyExists, Collection, StaleVersion
from services.errors import Invalid
from services.ids import is_petition_number, petition_number
from services.petitions.centre_commands import Accept, CallBack, Close, ContactWithheld, Dispatch, Supervise
from services.petitions.citizen_commands import Rate, Supplement, Urge, Withdraw
from services.petitions.department_commands import Answer, Sign
from services.petitions.keys import Contact
from services.petitions.model import Number, Petition, PetitionNotFound
from services.petitions.service import PetitionService, Records
from services.petitions.store import HISTORY_MOST
from services.petitions.timeline import timeline
from services.petitions.transitions import Action, ActionNotAllowed, Status, TransitionRefused
from tests.support.petition_data import DATA
from tests.support.petitions import (
    AGENT,
    CITIZEN,
    CLERK,
    KEYS,
    LAMPS,
    STRANGER,
    SUPERVISOR,
    TUESDAY,
    WATER,
    a_draft,
    a_filing,
    a_service,
    city,
    to_citizen,
)
from tests.support.set_clock import SetClock


class Desk:
    """The service under test with its records and its clock."""

    def __init__(self, service: PetitionService, records: Records, clock: SetClock) -> None:
        self.service = service
        self.records = records
        self.clock = clock

    async def filed(self, **fields: object) -> str:
        return (await self.service.file(replace(a_draft(), **fields))).number

    async def dispatched(self, **fields: object) -> str:
        number = await self.filed(**fields)
        await self.service.perform(number, Accept(), by=AGENT)
        await self.service.perform(number, Dispatch(to="cgj"), by=CLERK)
        return number


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = SetClock(TUESDAY)
    async with a_service(clock) as (service, records):
        yield Desk(service, records, clock)


class Beaten:
    """A collection in which somebody else is always, or a few times, a little faster."""

    def __init__(self, petitions: Collection[Petition], times: int) -> None:
        self._petitions = petitions
        self._times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._petitions, name)

    async def save(self, document: Petition) -> Petition:
        if self._times:
            self._times -= 1
            present = await self._petitions.get(document.id)
            await self._petitions.save(replace(present, pending=()))
        return await self._petitions.save(document)


def with_day_off(day: date) -> WorkCalendar:
    """Return the calendar of 2026 after a late notice of one more day off."""
    notice = msgspec.json.decode((DATA / "calendar_2026.json").read_bytes(), type=YearNotice)
    return WorkCalendar([replace(notice, off_days=(*notice.off_days, NamedDay(day, "补充通知")))])


def beaten(desk: Desk, times: int) -> PetitionService:
    petitions: Collection[Petition] = Beaten(desk.records.petitions, times)  # type: ignore[assignment]  # passes the rest on
    records = replace(desk.records, petitions=petitions)
    return PetitionService(
        records, filing=a_filing(), rules=city().rules, keys=KEYS, clock=desk.clock, bell=InProcessBell()
    )


async def test_filing_gives_number_key_status_and_date(desk: Desk) -> None:
    filed = await desk.service.file(a_draft())
    assert is_petition_number(filed.number)
    assert filed.number.startswith("QD20261124-")
    assert len(filed.query_key) == 16
    assert (filed.status, filed.due) == (Status.FILED, date(2026, 12, 1))


async def test_the_same_draft_is_filed_once_and_answered_the_same(desk: Desk) -> None:
    first = await desk.service.file(a_draft())
    desk.clock.advance(timedelta(days=1))
    again = await desk.service.file(a_draft("别的内容"))
    assert again == first
    assert len(await desk.service.latest("cz_1")) == 1


async def test_a_draft_filed_many_times_at_once_is_one_petition(desk: Desk) -> None:
    filed = await asyncio.gather(*(desk.service.file(a_draft()) for _ in range(20)))
    assert len({one.number for one in filed}) == 1
    assert len((await desk.service.listed(by=CLERK)).documents) == 1


async def test_a_filing_that_crashed_behind_its_number_is_finished_by_the_repeat(desk: Desk) -> None:
    # Given the number was claimed and then the process died
    filing = a_filing()
    petition = filing.petition(a_draft(), number="x", at=TUESDAY, keys=KEYS)
    number = petition_number(TUESDAY, f"{petition.id}:0")
    await desk.records.numbers.add(Number(id=number, petition_id=petition.id))
    # When the citizen confirms again, then the petition gets that number
    assert (await desk.service.file(a_draft())).number == number


async def test_a_number_that_is_taken_is_not_given_twice(desk: Desk) -> None:
    petition = a_filing().petition(a_draft(), number="x", at=TUESDAY, keys=KEYS)
    taken = petition_number(TUESDAY, f"{petition.id}:0")
    await desk.records.numbers.add(Number(id=taken, petition_id="pt_other"))
    filed = await desk.service.file(a_draft())
    assert filed.number == petition_number(TUESDAY, f"{petition.id}:1")
    assert (await desk.service.of(filed.number, by=CITIZEN)).id == petition.id


async def test_a_bad_draft_changes_nothing(desk: Desk) -> None:
    with pytest.raises(Invalid):
        await desk.service.file(a_draft(" "))
    assert (await desk.service.listed(by=CLERK)).documents == ()


async def test_a_number_alone_opens_nothing(desk: Desk) -> None:
    filed = await desk.service.file(a_draft())
    for key in ("", "0" * 16, filed.number):
        with pytest.raises(PetitionNotFound):
            await desk.service.of(filed.number, by=STRANGER, key=key)
    with pytest.raises(PetitionNotFound):
        await desk.service.of("QD20261124-000000", by=CLERK)
    with pytest.raises(PetitionNotFound):
        await desk.service.perform(filed.number, Withdraw(), by=STRANGER)
    assert (await desk.service.of(filed.number, by=STRANGER, key=filed.query_key)).number == filed.number
    assert (await desk.service.of(filed.number, by=CITIZEN)).number == filed.number


async def test_the_main_path_leads_from_filing_to_closing(desk: Desk) -> None:
    number = await desk.dispatched()
    await desk.service.perform(number, Sign(), by=LAMPS)
    await desk.service.perform(number, Answer(public_text="已修好"), by=LAMPS)
    with pytest.raises(TransitionRefused):
        await desk.service.perform(number, Close(), by=CLERK)
    await desk.service.perform(number, CallBack(reached=True, solved=True, result=5, process=5), by=AGENT)
    closed = await desk.service.perform(number, Close(), by=CLERK)
    assert closed.status is Status.CLOSED
    steps = timeline(await desk.service.history(closed))
    assert [step.step for step in steps][-2:] == ["called_back", "closed"]
    assert len({promise.id for promise in closed.pending}) == len(closed.pending)
    assert len(to_citizen(closed)) == 5


async def test_a_citizen_with_the_key_may_act_as_the_reporter(desk: Desk) -> None:
    filed = await desk.service.file(a_draft())
    urged = await desk.service.perform(filed.number, Urge(), by=STRANGER, key=filed.query_key)
    assert urged.urged == 1


async def test_urging_again_at_once_changes_nothing(desk: Desk) -> None:
    number = await desk.filed()
    once = await desk.service.perform(number, Urge(), by=CITIZEN)
    assert await desk.service.perform(number, Urge(), by=CITIZEN) == once
    desk.clock.advance(timedelta(hours=1))
    assert (await desk.service.perform(number, Urge(), by=CITIZEN)).urged == 2


async def test_a_refused_action_changes_nothing(desk: Desk) -> None:
    number = await desk.filed()
    before = await desk.service.of(number, by=CLERK)
    for command, by in (
        (Sign(), LAMPS),
        (Close(), CLERK),
        (Accept(), CITIZEN),
        (Rate(solved=True, result=1, process=1), CITIZEN),
    ):
        with pytest.raises((TransitionRefused, ActionNotAllowed, PetitionNotFound)):
            await desk.service.perform(number, command, by=by)
    assert await desk.service.of(number, by=CLERK) == before


async def test_a_revision_that_is_not_the_present_one_is_stale(desk: Desk) -> None:
    number = await desk.filed()
    seen = await desk.service.of(number, by=AGENT)
    accepted = await desk.service.perform(number, Accept(), by=AGENT, revision=seen.revision)
    with pytest.raises(StaleVersion):
        await desk.service.perform(number, Dispatch(to="cgj"), by=CLERK, revision=seen.revision)
    await desk.service.perform(number, Dispatch(to="cgj"), by=CLERK, revision=accepted.revision)


async def test_the_relay_taking_promises_out_makes_no_screen_stale(desk: Desk) -> None:
    number = await desk.filed()
    accepted = await desk.service.perform(number, Accept(), by=AGENT)
    await desk.records.petitions.save(replace(accepted, pending=()))
    dispatched = await desk.service.perform(number, Dispatch(to="cgj"), by=CLERK, revision=accepted.revision)
    assert len(to_citizen(dispatched)) == 1


async def test_being_beaten_by_the_relay_is_healed_by_reading_again(desk: Desk) -> None:
    number = await desk.filed()
    accepted = await beaten(desk, 3).perform(number, Accept(), by=AGENT)
    assert (accepted.status, accepted.revision) == (Status.ACCEPTED, 2)


async def test_being_beaten_again_and_again_is_told(desk: Desk) -> None:
    number = await desk.filed()
    with pytest.raises(StaleVersion):
        await beaten(desk, 99).perform(number, Accept(), by=AGENT)
    assert (await desk.service.of(number, by=AGENT)).status is Status.FILED


async def test_two_clerks_at_once_have_one_effect(desk: Desk) -> None:
    number = await desk.filed()
    results = await asyncio.gather(
        *(desk.service.perform(number, Accept(), by=AGENT) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, Petition) for one in results) == 1
    assert sum(isinstance(one, TransitionRefused) for one in results) == 4
    assert (await desk.service.of(number, by=AGENT)).revision == 2


async def test_a_category_that_a_clerk_sets_is_learned(desk: Desk) -> None:
    number = await desk.filed()
    await desk.service.perform(number, Accept(category="民政/优抚/其他"), by=CLERK)
    other = await desk.filed(key="draft-2")
    await desk.service.perform(other, Accept(), by=CLERK)
    page = await desk.records.corrections.query("at")
    assert [(one.category, one.proposed) for one in page.documents] == [
        ("民政/优抚/其他", (await desk.service.of(number, by=CLERK)).proposal.categories[0].category)
    ]


async def test_the_contact_is_shown_after_recording_who_looks(desk: Desk) -> None:
    number = await desk.dispatched(anonymous=True)
    assert await desk.service.contact(number, by=AGENT, purpose="回访") == Contact(name="示例", phone="13000000000")
    event = (await desk.service.of(number, by=AGENT)).history[-1]
    assert (event.action, event.by, event.internal) == (Action.REVEAL, "agent1", "回访")
    with pytest.raises(ContactWithheld):
        await desk.service.contact(number, by=LAMPS, purpose="联系")
    with pytest.raises(ActionNotAllowed):
        await desk.service.contact(number, by=CITIZEN, purpose="看看")


async def test_the_latest_petitions_of_a_citizen_come_newest_first(desk: Desk) -> None:
    numbers = []
    for key in ("a", "b", "c"):
        numbers.append(await desk.filed(key=key))
        desk.clock.advance(timedelta(minutes=1))
    await desk.filed(key="d", citizen_id="cz_2")
    assert [petition.number for petition in await desk.service.latest("cz_1")] == numbers[::-1]
    assert [petition.number for petition in await desk.service.latest("cz_1", limit=1)] == numbers[-1:]


async def test_lists_show_the_centre_everything_and_a_department_its_own_page_by_page(desk: Desk) -> None:
    numbers = [await desk.dispatched(key=str(key)) for key in range(3)]
    waiting = await desk.filed(key="new")
    by_status = await desk.service.listed(by=CLERK, status=Status.DISPATCHED, limit=2)
    rest = await desk.service.listed(by=CLERK, status=Status.DISPATCHED, after=by_status.next, limit=2)
    assert sorted(one.number for one in (*by_status.documents, *rest.documents)) == sorted(numbers)
    assert rest.next is None
    assert len((await desk.service.listed(by=SUPERVISOR)).documents) == 4
    assert len((await desk.service.listed(by=LAMPS)).documents) == 3
    assert len((await desk.service.listed(by=LAMPS, status=Status.DISPATCHED)).documents) == 3
    assert (await desk.service.listed(by=LAMPS, status=Status.FILED)).documents == ()
    assert (await desk.service.listed(by=WATER)).documents == ()
    assert [one.number for one in (await desk.service.listed(by=AGENT, status=Status.FILED)).documents] == [waiting]
    with pytest.raises(PetitionNotFound):
        await desk.service.listed(by=CITIZEN)


async def test_a_department_sees_only_what_it_handles_or_assists_with(desk: Desk) -> None:
    number = await desk.dispatched()
    assert (await desk.service.of(number, by=LAMPS)).number == number
    with pytest.raises(PetitionNotFound):
        await desk.service.of(number, by=WATER)


async def test_a_long_history_is_still_whole(desk: Desk) -> None:
    number = await desk.filed()
    petition = await desk.service.of(number, by=SUPERVISOR)
    for _ in range(HISTORY_MOST + 10):
        petition = await desk.service.perform(number, Supervise(), by=SUPERVISOR)
    assert len(petition.history) < HISTORY_MOST
    whole = await desk.service.history(petition)
    assert [event.seq for event in whole] == list(range(1, HISTORY_MOST + 12))


async def test_open_petitions_are_dated_anew_after_a_change_of_the_calendar(desk: Desk) -> None:
    number = await desk.filed()
    done = await desk.filed(key="done")
    await desk.service.perform(done, Withdraw(), by=CITIZEN)
    for one in (number, done):
        petition = await desk.service.of(one, by=CLERK)
        await desk.records.petitions.save(replace(petition, due_on=None, due_at=None))
    assert await desk.service.redate() == 1
    assert (await desk.service.of(number, by=CLERK)).due_on == date(2026, 12, 1)
    assert (await desk.service.of(done, by=CLERK)).due_on is None
    assert await desk.service.redate() == 0


async def test_a_petition_that_the_relay_wrote_during_the_dating_is_dated_all_the_same(desk: Desk) -> None:
    number = await desk.filed()
    petition = await desk.service.of(number, by=CLERK)
    await desk.records.petitions.save(replace(petition, due_on=None))
    # Given a relay that takes a promise out in the very moment, and so is faster, but counts no dates
    assert await beaten(desk, 1).redate() == 1
    assert (await desk.service.of(number, by=CLERK)).due_on == date(2026, 12, 1)
    assert await desk.service.redate() == 0


async def test_a_petition_that_is_written_all_the_time_fails_the_dating_by_name(desk: Desk) -> None:
    number = await desk.filed()
    petition = await desk.service.of(number, by=CLERK)
    await desk.records.petitions.save(replace(petition, due_on=None))
    with pytest.raises(StaleVersion, match="were faster"):
        await beaten(desk, 1_000).redate()
    assert await desk.service.redate() == 1


async def test_more_open_petitions_than_fit_a_page_are_all_dated_anew(desk: Desk) -> None:
    for number in range(201):
        await desk.filed(key=str(number))
    rules = replace(city().rules, calendar=with_day_off(date(2026, 11, 27)))
    service = PetitionService(
        desk.records, filing=a_filing(), rules=rules, keys=KEYS, clock=desk.clock, bell=InProcessBell()
    )
    assert await service.redate() == 201
    assert (await service.latest("cz_1", limit=1))[0].due_on == date(2026, 12, 2)


async def test_pictures_and_words_can_follow(desk: Desk) -> None:
    number = await desk.filed()
    more = await desk.service.perform(number, Supplement(text="还有一盏"), by=CITIZEN)
    assert more.history[-1].public == {"text": "还有一盏"}


async def test_numbers_that_are_all_taken_are_an_error_and_no_endless_loop(desk: Desk) -> None:
    class Full:
        async def add(self, document: Number) -> Number:
            raise AlreadyExists(document.id)

        async def get(self, document_id: str) -> Number:
            return Number(id=document_id, petition_id="pt_other")

    numbers: Collection[Number] = Full()  # type: ignore[assignment]  # nothing else is asked of it
    service = PetitionService(
        replace(desk.records, numbers=numbers),
        filing=a_filing(),
        rules=city().rules,
        keys=KEYS,
        clock=desk.clock,
        bell=InProcessBell(),
    )
    with pytest.raises(StaleVersion):
        await service.file(a_draft())
