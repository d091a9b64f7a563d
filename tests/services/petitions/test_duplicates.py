"""Petitions about the same matter."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.petitions.citizen_commands import Withdraw
from services.petitions.duplicates import (
    LOOKED_AT,
    NEAR_M,
    WITHIN,
    DuplicateFinder,
    Similar,
    Weights,
    cosine,
    distance_m,
)
from services.petitions.model import Petition, Place
from services.petitions.service import PetitionService, Records
from services.petitions.transitions import Status
from tests.support.petition_data import shipped_model
from tests.support.petitions import CITIZEN, TUESDAY, a_draft, a_petition, a_service
from tests.support.set_clock import SetClock

LAMPS = "示例小区东门的路灯坏了三天，晚上漆黑一片，老人出门容易摔倒"
LAMPS_TOO = "示例小区东门外路灯不亮已经好几天，晚上一片漆黑，请尽快修"
NOISE = "示例小区西门烧烤店的音响每晚放到十二点，吵得睡不着"
SHINAN = Place(text="市南区示例路")
WEIGHTS = Weights(shipped_model().counts)


class Desk:
    """Filed petitions and the finder."""

    def __init__(self, service: PetitionService, records: Records, clock: SetClock) -> None:
        self.service = service
        self.clock = clock
        self.finder = DuplicateFinder(records.petitions, shipped_model().counts)

    async def filed(self, text: str, *, key: str, place: Place = SHINAN) -> Petition:
        number = (await self.service.file(a_draft(text, key=key, place=place))).number
        return await self.service.of(number, by=CITIZEN)

    async def similar(self, petition: Petition) -> tuple[Similar, ...]:
        return await self.finder.similar_to(petition)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = SetClock(TUESDAY)
    async with a_service(clock) as (service, records):
        yield Desk(service, records, clock)


async def test_the_same_matter_in_other_words_is_found_with_its_reasons(desk: Desk) -> None:
    first = await desk.filed(LAMPS, key="1")
    await desk.filed(NOISE, key="2")
    desk.clock.advance(timedelta(days=2))
    again = await desk.filed(LAMPS_TOO, key="3")
    [similar] = await desk.similar(again)
    assert (similar.number, similar.status, similar.days) == (first.number, Status.FILED, 2)
    assert similar.likeness >= 0.3
    assert not similar.same_street
    assert similar.distance_m is None
    assert similar.words[0] == "示例小区东门"
    assert "路灯" in similar.words
    assert all(word in LAMPS_TOO and len(word) > 1 for word in similar.words)


async def test_the_same_words_from_another_district_are_another_matter(desk: Desk) -> None:
    await desk.filed(LAMPS, key="1", place=Place(text="崂山区"))
    assert await desk.similar(await desk.filed(LAMPS, key="2")) == ()


async def test_the_street_is_compared_where_it_is_known(desk: Desk) -> None:
    here, there = (Place(text="市南区", district="370202", street=street) for street in ("370202001", "370202002"))
    await desk.filed(LAMPS, key="1", place=there)
    same = await desk.filed(LAMPS, key="2", place=here)
    [similar] = await desk.similar(await desk.filed(LAMPS_TOO, key="3", place=here))
    assert (similar.number, similar.same_street) == (same.number, True)


async def test_points_far_apart_are_two_places_and_near_ones_are_one(desk: Desk) -> None:
    near = await desk.filed(LAMPS, key="1", place=Place(text="市南区", lat=36.0661, lng=120.3826))
    await desk.filed(LAMPS, key="2", place=Place(text="市南区", lat=36.0761, lng=120.3826))
    again = await desk.filed(LAMPS_TOO, key="3", place=Place(text="市南区", lat=36.0665, lng=120.3826))
    [similar] = await desk.similar(again)
    assert similar.number == near.number
    assert similar.distance_m == 44


async def test_what_is_too_old_or_was_taken_back_is_not_shown(desk: Desk) -> None:
    await desk.filed(LAMPS, key="old")
    desk.clock.advance(WITHIN + timedelta(hours=1))
    withdrawn = await desk.filed(LAMPS, key="withdrawn")
    await desk.service.perform(withdrawn.number, Withdraw(), by=CITIZEN)
    assert await desk.similar(await desk.filed(LAMPS, key="new")) == ()


async def test_a_later_petition_is_not_an_earlier_ones_duplicate(desk: Desk) -> None:
    first = await desk.filed(LAMPS, key="1")
    desk.clock.advance(timedelta(minutes=1))
    await desk.filed(LAMPS, key="2")
    assert await desk.similar(first) == ()


async def test_at_most_three_are_shown_likest_first(desk: Desk) -> None:
    for number in range(5):
        await desk.filed(LAMPS + "，请修" * number, key=str(number))
    similar = await desk.similar(await desk.filed(LAMPS, key="new"))
    assert len(similar) == 3
    assert [one.likeness for one in similar] == sorted((one.likeness for one in similar), reverse=True)


async def test_without_a_place_nothing_is_guessed(desk: Desk) -> None:
    nowhere = Place(text="家门口")
    await desk.filed(LAMPS, key="1", place=nowhere)
    assert await desk.similar(await desk.filed(LAMPS, key="2", place=nowhere)) == ()


def test_no_more_are_looked_at_than_a_query_may_return() -> None:
    assert LOOKED_AT <= 1_000


@given(st.text("路灯坏了停水吵", max_size=40), st.text("路灯坏了停水吵", max_size=40))
def test_likeness_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    first, second = WEIGHTS.vector("", one), WEIGHTS.vector("", other)
    assert cosine(first, second) == pytest.approx(cosine(second, first))
    assert -1e-9 <= cosine(first, second) <= 1 + 1e-9
    assert not first or cosine(first, first) == pytest.approx(1)


def test_a_rare_word_says_more_than_a_common_one() -> None:
    assert WEIGHTS.of("龘龘") > WEIGHTS.of("问题")


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    one, other = (replace(a_petition(), place=Place(text="", lat=lat, lng=120.0)) for lat in (36.0, 37.0))
    distance = distance_m(one, other)
    assert distance == pytest.approx(111_195, abs=1)
    assert distance is not None
    assert distance > NEAR_M
