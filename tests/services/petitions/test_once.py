"""A caller's key makes a repeat the same action."""

import pytest
from msgspec.structs import replace

from services.database.collection import StaleVersion
from services.petitions.centre_commands import Accept, Dispatch
from services.petitions.department_commands import RequestExtension, Sign, Start
from services.petitions.model import PetitionNotFound
from services.petitions.once import DONE_KEPT, ActionKeyUsedAgain, done_before, done_now, once_key, remembered
from services.petitions.transitions import Status, TransitionRefused
from tests.support.petitions import AGENT, CLERK, LAMPS, WATER, a_draft, a_petition_at, a_service, to_citizen

KEY = "lamps-system-0001"


async def test_a_repeat_gets_the_first_answer_and_changes_nothing() -> None:
    async with a_service() as (service, _):
        number = (await service.file(a_draft())).number
        await service.perform(number, Accept(), by=AGENT)
        await service.perform(number, Dispatch(to="cgj"), by=CLERK)
        first = await service.perform_once(number, Sign(), by=LAMPS, key=KEY, revision=3)
        await service.perform_once(number, Start(), by=LAMPS, key="lamps-system-0002")
        before = await service.of(number, by=CLERK)
        # The repeat is not refused for what it saw: it was done when that was still so.
        assert await service.perform_once(number, Sign(), by=LAMPS, key=KEY, revision=3) == first
        assert await service.of(number, by=CLERK) == before
        assert (first.status, first.revision, first.due_on) == (Status.SIGNED, 4, before.unit_due_on)
        assert len({promise.id for promise in to_citizen(before)}) == 3


async def test_a_refusal_is_not_kept_and_a_key_stands_for_one_action() -> None:
    async with a_service() as (service, _):
        number = (await service.file(a_draft())).number
        await service.perform(number, Accept(), by=AGENT)
        await service.perform(number, Dispatch(to="cgj"), by=CLERK)
        with pytest.raises(TransitionRefused):
            await service.perform_once(number, Start(), by=LAMPS, key=KEY)
        with pytest.raises(StaleVersion):
            await service.perform_once(number, Sign(), by=LAMPS, key=KEY, revision=1)
        await service.perform_once(number, Sign(), by=LAMPS, key=KEY)
        with pytest.raises(ActionKeyUsedAgain):
            await service.perform_once(number, Start(), by=LAMPS, key=KEY)
        with pytest.raises(PetitionNotFound):
            await service.perform_once(number, Sign(), by=WATER, key=KEY)


async def test_a_unit_is_given_the_contact_unless_it_is_withheld() -> None:
    async with a_service() as (service, _):
        for key, anonymous in (("open", False), ("hidden", True)):
            number = (await service.file(replace(a_draft(), key=key, anonymous=anonymous))).number
            await service.perform(number, Accept(), by=AGENT)
            await service.perform(number, Dispatch(to="cgj"), by=CLERK)
            _, contact = await service.handed_over(number, "cgj")
            assert (contact is None) == anonymous
            with pytest.raises(PetitionNotFound):
                await service.handed_over(number, "gsqy")


def test_only_so_many_answers_are_kept_and_other_fields_are_another_action() -> None:
    petition = a_petition_at(Status.HANDLING)
    three = RequestExtension(days=3, reason="待料")
    for number in range(DONE_KEPT + 1):
        key = once_key("cgj", str(number))
        petition = remembered(petition, done_now(petition, three, key=key))
    assert len(petition.done) == DONE_KEPT
    assert done_before(petition, three, key=once_key("cgj", "0")) is None
    assert done_before(petition, three, key=once_key("gsqy", "1")) is None
    assert done_before(petition, three, key=once_key("cgj", "1")) is not None
    with pytest.raises(ActionKeyUsedAgain):
        done_before(petition, RequestExtension(days=4, reason="待料"), key=once_key("cgj", "1"))
