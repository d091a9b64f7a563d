"""The answer goes back by the source, each thing once."""

from services.petitions.centre_commands import Accept, Dispatch, Supervise
from services.petitions.department_commands import Answer, Sign
from services.sources.store import Source
from tests.support.petitions import AGENT, CLERK, LAMPS, SUPERVISOR, a_draft
from tests.support.sources import Stage, a_source_stage, an_incoming


async def answered(stage: Stage) -> str:
    """Take a petition in, answer it, and make the replies more than once; return its number."""
    number = (await stage.sources.take_in(an_incoming())).number
    for by, command in (
        (AGENT, Accept()),
        (CLERK, Dispatch(to="cgj")),
        (SUPERVISOR, Supervise(note="内部")),
        (LAMPS, Sign()),
        (LAMPS, Answer(public_text="已修好", internal_text="换灯泡")),
    ):
        await stage.ground.service.perform(number, command, by=by)
        await stage.maker().step()
    return number


async def test_a_source_is_told_what_a_citizen_is_told_in_order_and_once() -> None:
    async with a_source_stage() as stage:
        number = await answered(stage)
        replies = (await stage.replies.waiting(Source.PROVINCE)).documents
        assert [one.action for one in replies] == ["accept", "dispatch", "answer"]
        assert {(one.external_number, one.number) for one in replies} == {("SD-2026-1", number)}
        assert replies[-1].facts["text"] == "已修好"
        assert "换灯泡" not in str(replies)


async def test_what_was_taken_does_not_come_again() -> None:
    async with a_source_stage() as stage:
        await answered(stage)
        first = (await stage.replies.waiting(Source.PROVINCE)).documents[0]
        for _ in range(2):
            assert (await stage.replies.taken(first.id)).open_for is None
        await stage.maker().step()
        left = (await stage.replies.waiting(Source.PROVINCE)).documents
        assert [one.action for one in left] == ["dispatch", "answer"]


async def test_petitions_of_chats_and_of_other_sources_are_not_told_here() -> None:
    async with a_source_stage() as stage:
        await answered(stage)
        chat = await stage.ground.service.file(a_draft(key="chat"))
        await stage.ground.service.perform(chat.number, Accept(), by=AGENT)
        await stage.maker().step()
        assert len((await stage.replies.waiting(Source.PROVINCE)).documents) == 3
        assert (await stage.replies.waiting(Source.POLICE)).documents == ()
