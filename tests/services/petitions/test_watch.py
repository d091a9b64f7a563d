"""The clockwork over a real store: what is due is done once, whoever looks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from services.petitions.centre_commands import Accept, Dispatch
from services.petitions.citizen_commands import Rate
from services.petitions.department_commands import Answer, Sign, Wait
from services.petitions.merging import Merging
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.service import PetitionService, Records
from services.petitions.transitions import Action, Status
from services.petitions.watch import MARKS, CalendarMark, Clockwork
from tests.support.database import fresh_database
from tests.support.petitions import AGENT, CITIZEN, CLERK, LAMPS, TUESDAY, a_draft, a_service_in, city
from tests.support.set_clock import SetClock


class Office:
    """Petitions, the clockwork and the clock."""

    def __init__(self, service: PetitionService, records: Records, *, clock: SetClock, marks: object) -> None:
        self.service = service
        self.records = records
        self.clock = clock
        self.marks = marks

    def clockwork(self, rules: CityRules | None = None) -> Clockwork:
        """Return a clockwork as any process has it."""
        return Clockwork(
            self.service,
            petitions=self.records.petitions,
            merging=Merging(self.service, self.records.petitions),
            marks=self.marks,  # type: ignore[arg-type]  # opened with the others
            rules=rules or city().rules,
            clock=self.clock,
        )

    async def dispatched(self) -> str:
        number = (await self.service.file(a_draft())).number
        await self.service.perform(number, Accept(), by=AGENT)
        await self.service.perform(number, Dispatch(to="cgj"), by=CLERK)
        await self.service.perform(number, Sign(), by=LAMPS)
        return number

    async def shown(self, number: str) -> Petition:
        return await self.service.of(number, by=CLERK)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    clock = SetClock(TUESDAY)
    async with fresh_database() as database:
        service, records = a_service_in(database, clock)
        marks = database.collection(MARKS)
        await database.open()
        yield Office(service, records, clock=clock, marks=marks)


async def test_cards_fall_at_their_moment_once_for_however_many_processes_look(office: Office) -> None:
    number = await office.dispatched()
    one, other = office.clockwork(), office.clockwork()
    assert await one.step() == 0
    office.clock.advance(datetime(2026, 12, 1, 16, tzinfo=UTC) - TUESDAY)
    assert await one.step() + await other.step() == 2, "the red card, then the supervision that follows from it"
    assert await one.step() + await other.step() == 0
    actions = [event.action for event in (await office.shown(number)).history]
    assert actions[-2:] == [Action.RED_CARD, Action.SUPERVISE]


async def test_a_question_nobody_answers_lets_the_clock_run_on(office: Office) -> None:
    number = await office.dispatched()
    await office.service.perform(number, Wait(question="哪一盏灯？"), by=LAMPS)
    assert (await office.shown(number)).due_on is None
    office.clock.advance(city().rules.patience.wait)
    assert await office.clockwork().step() == 1
    resumed = await office.shown(number)
    assert (resumed.status, resumed.question) == (Status.HANDLING, "")
    assert resumed.due_on is not None


async def test_a_satisfied_citizen_closes_the_matter_by_saying_so(office: Office) -> None:
    number = await office.dispatched()
    await office.service.perform(number, Answer(public_text="已修好"), by=LAMPS)
    await office.service.perform(number, Rate(solved=True, result=5, process=5), by=CITIZEN)
    office.clock.advance(city().rules.patience.close_after - timedelta(seconds=1))
    assert await office.clockwork().step() == 0
    office.clock.advance(timedelta(seconds=1))
    assert await office.clockwork().step() == 1
    closed = await office.shown(number)
    assert (closed.status, closed.history[-1].by) == (Status.CLOSED, "system")


async def test_a_moment_counted_by_other_settings_is_counted_anew(office: Office) -> None:
    number = await office.dispatched()
    petition = await office.shown(number)
    await office.records.petitions.save(replace(petition, watch_at=TUESDAY))
    assert await office.clockwork().step() == 0
    assert (await office.shown(number)).watch_at == petition.watch_at


async def test_more_than_a_page_is_all_done(office: Office) -> None:
    for number in range(205):
        await office.service.file(replace(a_draft(), key=str(number)))
    office.clock.advance(timedelta(days=9))
    assert await office.clockwork().step() == 205


async def test_a_changed_calendar_dates_all_open_petitions_once(office: Office) -> None:
    number = await office.dispatched()
    petition = await office.shown(number)
    await office.records.petitions.save(replace(petition, due_on=None))
    assert await office.clockwork().follow_calendar() == 1
    assert (await office.shown(number)).due_on == petition.due_on
    # The same calendar at the next start changes nothing; an older mark is replaced.
    assert await office.clockwork().follow_calendar() == 0
    mark: CalendarMark = await office.marks.get("calendar")  # type: ignore[attr-defined]  # a collection
    await office.marks.save(replace(mark, fingerprint="older"))  # type: ignore[attr-defined]  # as above
    assert await office.clockwork().follow_calendar() == 0
    assert (await office.marks.get("calendar")).fingerprint == mark.fingerprint  # type: ignore[attr-defined]  # as above


async def test_the_missing_calendar_is_alarmed_from_november_twice_a_day(office: Office) -> None:
    clockwork = office.clockwork()
    office.clock.advance(datetime(2026, 10, 31, 15, tzinfo=UTC) - TUESDAY)
    with capture_logs() as logs:
        assert not clockwork.check_calendar()
        office.clock.advance(timedelta(hours=1))
        assert clockwork.check_calendar(), "1 November has begun in Shanghai"
        assert clockwork.check_calendar()
        office.clock.advance(timedelta(hours=12))
        assert clockwork.check_calendar()
    assert [log["event"] for log in logs] == ["next year's calendar is missing"] * 2
