"""A change of the calendar reaches every open petition, while everybody else goes on working."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from services.calendar.model import NamedDay, YearNotice
from services.calendar.work_calendar import WorkCalendar
from services.database.collection import Collection, StoreUnavailable
from services.petitions.centre_commands import Accept, Supervise
from services.petitions.dating import dated
from services.petitions.model import Petition
from services.petitions.redating import GROUP, GROUPS_AT_ONCE, Redating
from services.petitions.rules import CityRules
from services.petitions.service import PetitionService, Records
from services.petitions.transitions import OPEN
from tests.support.petition_data import DATA
from tests.support.petitions import AGENT, SUPERVISOR, a_draft, a_petition, a_service, city

_NOTICES = [msgspec.json.decode(path.read_bytes(), type=YearNotice) for path in sorted(DATA.glob("calendar_20*.json"))]


def with_a_day_off() -> CityRules:
    """Return the rules after a notice of one more day off."""
    last = replace(_NOTICES[-1], off_days=(*_NOTICES[-1].off_days, NamedDay(date(2026, 11, 27), "补充通知")))
    return replace(city().rules, calendar=WorkCalendar([*_NOTICES[:-1], last]))


@pytest.fixture
async def desk() -> AsyncIterator[tuple[PetitionService, Records]]:
    async with a_service() as (service, records):
        yield service, records


async def filed(service: PetitionService, count: int) -> list[str]:
    """File some petitions and accept every third; return their numbers."""
    numbers = [(await service.file(a_draft(key=str(n)))).number for n in range(count)]
    for number in numbers[::3]:
        await service.perform(number, Accept(), by=AGENT)
    return numbers


async def stored(petitions: Collection[Petition]) -> list[Petition]:
    return [petition async for petition in petitions.scan()]


async def test_more_groups_than_are_written_at_once_are_all_dated_and_a_second_run_writes_nothing(
    desk: tuple[PetitionService, Records],
) -> None:
    service, records = desk
    count = GROUP * (GROUPS_AT_ONCE + 1) + 1
    await filed(service, count)
    assert await Redating(records.petitions, with_a_day_off()).run() == count
    after = await stored(records.petitions)
    assert {petition.due_on for petition in after} == {date(2026, 12, 2)}
    assert await Redating(records.petitions, with_a_day_off()).run() == 0
    assert await stored(records.petitions) == after


async def test_everybody_else_is_served_between_two_groups(desk: tuple[PetitionService, Records]) -> None:
    service, records = desk
    numbers = await filed(service, 3 * GROUP)
    served = 0

    async def serve() -> None:
        nonlocal served
        while True:
            await service.of(numbers[served % len(numbers)], by=SUPERVISOR)
            served += 1
            await asyncio.sleep(0)

    other = asyncio.ensure_future(serve())  # noqa: TID251 - ended below
    await Redating(records.petitions, with_a_day_off()).run()
    other.cancel()
    assert served >= 3


async def test_actions_during_the_dating_are_kept_and_dated_too(desk: tuple[PetitionService, Records]) -> None:
    # Given petitions on which a supervisor acts by the old calendar while the new one is worked in
    service, records = desk
    numbers = await filed(service, 2 * GROUP)
    acting = [service.perform(number, Supervise(), by=SUPERVISOR) for number in numbers]
    # When both go on at once
    await asyncio.gather(Redating(records.petitions, with_a_day_off()).run(), *acting)
    # Then no action is lost, and one more run leaves every date right
    await Redating(records.petitions, with_a_day_off()).run()
    for petition in await stored(records.petitions):
        assert petition.supervised == 1
        assert dated(petition, with_a_day_off()) is petition


class Failing:
    """The petitions of a store that fails after some writes."""

    def __init__(self, petitions: Collection[Petition], *, after: int) -> None:
        self._petitions = petitions
        self._left = after

    def __getattr__(self, name: str) -> object:
        return getattr(self._petitions, name)

    async def save(self, petition: Petition) -> Petition:
        self._left -= 1
        if self._left < 0:
            raise StoreUnavailable("the disk is gone")
        return await self._petitions.save(petition)


async def test_a_run_that_is_cut_off_says_why_and_the_next_one_finds_what_is_left(
    desk: tuple[PetitionService, Records],
) -> None:
    service, records = desk
    await filed(service, 2 * GROUP)
    failing: Collection[Petition] = Failing(records.petitions, after=GROUP // 2)  # type: ignore[assignment]  # passes the rest on
    with pytest.raises(StoreUnavailable):
        await Redating(failing, with_a_day_off()).run()
    moved = sum(petition.due_on == date(2026, 12, 2) for petition in await stored(records.petitions))
    assert GROUP // 2 <= moved < 2 * GROUP
    assert await Redating(records.petitions, with_a_day_off()).run() == 2 * GROUP - moved


def test_dates_that_are_right_give_the_very_same_petition() -> None:
    petition = a_petition()
    assert dated(petition, city().rules) is petition
    assert petition.status in OPEN
    moved = dated(petition, with_a_day_off())
    assert moved.due_on == date(2026, 12, 2)
    assert replace(moved, due_on=petition.due_on, due_at=petition.due_at, watch_at=petition.watch_at) == petition
