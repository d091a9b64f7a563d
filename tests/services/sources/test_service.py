"""What comes from elsewhere is filed once for each number it has there."""

import pytest

from services.errors import Invalid
from services.petitions.model import Actor
from services.petitions.transitions import Action, ActorRole
from services.sources.service import NumberUsedAgain
from services.sources.store import ORIGINS, Source
from tests.support.petitions import CLERK
from tests.support.sources import a_source_stage, an_incoming


async def test_a_repeat_under_the_same_number_is_the_same_petition() -> None:
    async with a_source_stage() as stage:
        first = await stage.sources.take_in(an_incoming())
        assert await stage.sources.take_in(an_incoming()) == first
        petition = await stage.ground.service.of(first.number, by=CLERK)
        assert (petition.source, petition.external_number) == ("province", "SD-2026-1")
        assert petition.reporter.conversation_id is None


async def test_the_same_number_of_another_source_is_another_petition() -> None:
    async with a_source_stage() as stage:
        first = await stage.sources.take_in(an_incoming())
        second = await stage.sources.take_in(an_incoming(source=Source.POLICE))
        assert first.number != second.number


async def test_another_matter_under_a_used_number_is_refused_and_changes_nothing() -> None:
    async with a_source_stage() as stage:
        first = await stage.sources.take_in(an_incoming())
        with pytest.raises(NumberUsedAgain):
            await stage.sources.take_in(an_incoming("自来水停了两天"))
        petition = await stage.ground.service.of(first.number, by=CLERK)
        assert (petition.text, petition.revision) == ("路灯坏了三天", 1)


async def test_faulty_fields_are_named_and_nothing_is_kept() -> None:
    async with a_source_stage() as stage:
        with pytest.raises(Invalid) as refused:
            await stage.sources.take_in(an_incoming(" ", phone="x"))
        assert set(refused.value.fields) == {"text", "phone"}
        for faulty in (an_incoming("长" * 20_001), an_incoming(external_number="")):
            with pytest.raises(Invalid):
                await stage.sources.take_in(faulty)
        assert [one async for one in stage.ground.database.collection(ORIGINS).scan()] == []


async def test_a_long_letter_is_kept_whole_also_when_it_is_repeated() -> None:
    async with a_source_stage() as stage:
        text = "".join(chr(0x4E00 + place % 500) for place in range(5_000))
        filed = await stage.sources.take_in(an_incoming(text))
        assert await stage.sources.take_in(an_incoming(text)) == filed
        petition = await stage.ground.service.of(filed.number, by=CLERK)
        added = [event.public["text"] for event in petition.history if event.action is Action.SUPPLEMENT]
        assert petition.text + "".join(added) == text
        assert petition.supplements == 2


async def test_without_a_number_the_key_makes_a_repeat_the_same() -> None:
    async with a_source_stage() as stage:
        record = an_incoming(source=Source.PHONE, external_number="", key="agent1:1")
        first = await stage.sources.take_in(record)
        assert await stage.sources.take_in(record) == first
        with pytest.raises(NumberUsedAgain):
            await stage.sources.take_in(an_incoming("别的事", source=Source.PHONE, external_number="", key="agent1:1"))


async def test_the_address_for_the_answer_is_sealed_where_it_is_kept() -> None:
    async with a_source_stage() as stage:
        await stage.sources.take_in(an_incoming(reply_to="someone@example.org", thread="<1@example.org>"))
        [origin] = [one async for one in stage.ground.database.collection(ORIGINS).scan()]
        assert "example" not in str(origin.reply_to)
        found = await stage.sources.reply_address(Source.PROVINCE, "SD-2026-1")
        assert found is not None
        assert (found[1], found[0].number[:2]) == ("someone@example.org", "QD")
        assert await stage.sources.reply_address(Source.PROVINCE, "none") is None


async def test_two_matters_of_one_source_have_reporters_that_do_not_see_each_other() -> None:
    async with a_source_stage() as stage:
        first = await stage.sources.take_in(an_incoming())
        second = await stage.sources.take_in(an_incoming("自来水停了", external_number="SD-2026-2"))
        petitions = [await stage.ground.service.of(one.number, by=CLERK) for one in (first, second)]
        assert len({one.citizen_id for one in petitions}) == 2
        reporter = Actor(role=ActorRole.CITIZEN, id=petitions[0].citizen_id)
        assert (await stage.ground.service.of(first.number, by=reporter)).number == first.number
