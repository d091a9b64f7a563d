"""One vote on each answer; the last word counts, and only answers can be voted on."""

import pytest

from services.conversations.message import Channel, Provenance, Text
from services.conversations.model import Response
from services.conversations.service import ConversationService
from services.improvement.model import OpenQuestion, Reason
from services.improvement.votes import NoSuchMessage, NotAnAnswer
from tests.support.conversations import a_contact, an_inbound, conversations_in
from tests.support.improvement import Workroom
from tests.support.items import CODE

GUEST = a_contact("guest1", channel=Channel.APP)
QUOTED = Provenance(kind="item", action="answer", rule="alias:换证", item=CODE)
QUESTION = "换证多少钱,我电话13012345678"


async def answered(conversations: ConversationService, *, why: Provenance | None = QUOTED) -> int:
    """Let the bot answer a question and return where the answer stands."""
    conversation = await conversations.open(GUEST)
    response = Response(replies=(Text("20元"),), provenance=why)
    inbound = an_inbound(QUESTION, key=f"k{conversation.seq}", contact=GUEST)
    return (await conversations.record(conversation, inbound, response=response)).replies[0].seq


@pytest.fixture
async def conversations(room: Workroom) -> ConversationService:
    service = conversations_in(room.database, room.clock)
    await room.database.open()
    return service


async def opened(room: Workroom) -> list[OpenQuestion]:
    return list((await room.questions.query("at")).documents)


async def test_a_vote_against_opens_the_masked_question_once(
    room: Workroom, conversations: ConversationService
) -> None:
    seq = await answered(conversations)
    for _ in range(2):
        await room.votes.on(GUEST, seq, is_useful=False)
    (question,) = await opened(room)
    assert (question.text, question.reason, question.item) == ("换证多少钱,我电话***", Reason.DOWNVOTED, CODE)
    assert await room.votes.of(question.id) is False


async def test_the_last_word_counts(room: Workroom, conversations: ConversationService) -> None:
    seq = await answered(conversations)
    await room.votes.on(GUEST, seq, is_useful=False)
    turn = (await opened(room))[0].id
    await room.votes.on(GUEST, seq, is_useful=True)
    assert await opened(room) == []
    assert await room.votes.of(turn) is True
    await room.votes.on(GUEST, seq, is_useful=False)
    assert len(await opened(room)) == 1


async def test_only_an_answer_that_quotes_a_guide_can_be_voted_on(
    room: Workroom, conversations: ConversationService
) -> None:
    seq = await answered(conversations, why=Provenance(kind="smalltalk", action="card"))
    for wrong in (seq, seq - 1):
        with pytest.raises(NotAnAnswer):
            await room.votes.on(GUEST, wrong, is_useful=False)
    for nowhere in (0, -1, seq + 1):
        with pytest.raises(NoSuchMessage):
            await room.votes.on(GUEST, nowhere, is_useful=False)
    assert await opened(room) == []


async def test_what_was_forgotten_cannot_be_voted_on_and_what_was_archived_can(
    room: Workroom, conversations: ConversationService
) -> None:
    seq = await answered(conversations)
    for _ in range(30):
        _ = await answered(conversations)
    await room.votes.on(GUEST, seq, is_useful=False)
    assert len(await opened(room)) == 1
    await conversations.forget(GUEST)
    with pytest.raises(NoSuchMessage):
        await room.votes.on(GUEST, seq, is_useful=False)


async def test_a_vote_whose_question_a_crash_left_out_opens_it_when_repeated(
    room: Workroom, conversations: ConversationService
) -> None:
    seq = await answered(conversations)
    await room.votes.on(GUEST, seq, is_useful=False)
    await room.questions.delete((await opened(room))[0])
    await room.votes.on(GUEST, seq, is_useful=False)
    assert len(await opened(room)) == 1
