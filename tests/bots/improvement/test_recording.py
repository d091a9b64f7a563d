"""A turn is noted on its way through; what is read of it later is masked and says what the bot could not do."""

import pytest
from msgspec import Struct

from bots.improvement.reading import TurnReader
from bots.improvement.recording import Noted, RecordingResponder
from services.conversations.history import with_turn
from services.conversations.message import Choice, InboundPart
from services.conversations.model import Conversation, Owner, citizen_id, conversation_id
from services.improvement.ledger import Entry
from services.improvement.model import Reason, turn_id
from tests.support.bot_chat import a_router, the_items, the_pipeline
from tests.support.conversations import a_contact, an_inbound
from tests.support.petition_dialogue import FilingDesk
from tests.support.set_clock import SetClock

pytestmark = pytest.mark.usefixtures("loaded_city")

UNKNOWN = "腿脚不便的人那个证"
LOST = "身份证丢了怎么补办"


class Chat(Struct):
    """A citizen's chat whose turns are noted."""

    responder: RecordingResponder
    noted: list[Noted]
    conversation: Conversation
    count: int = 0

    async def say(self, part: str | InboundPart) -> Entry:
        """Send a message and return what is kept of the turn."""
        self.count += 1
        inbound = an_inbound(part, key=f"k{self.count}")
        response = await self.responder.respond(self.conversation, inbound)
        self.conversation, _ = with_turn(self.conversation, inbound, response=response, at=inbound.at)
        return TurnReader(the_pipeline()).entry(self.noted[-1])


class Notes:
    def __init__(self, noted: list[Noted]) -> None:
        self._noted = noted

    def note(self, turn: Noted) -> None:
        self._noted.append(turn)


@pytest.fixture
def chat() -> Chat:
    contact, clock = a_contact(), SetClock()
    noted: list[Noted] = []
    return Chat(
        responder=RecordingResponder(
            a_router(FilingDesk(), clock), Notes(noted), index=lambda: the_items().matcher.index, clock=clock
        ),
        noted=noted,
        conversation=Conversation(
            id=conversation_id(contact), contact=contact, citizen_id=citizen_id(contact), version=1
        ),
    )


async def test_an_answer_is_kept_with_what_spoke_for_it(chat: Chat) -> None:
    kept = await chat.say(LOST)
    decision = kept.decision
    assert (decision.kind, decision.action, decision.text) == ("item", "answer", LOST)
    assert decision.item == decision.items[0].item
    assert "alias:" in decision.items[0].rule
    assert (decision.field, decision.catalogue, decision.overlay) == ("overview", the_items().current().version, 0)
    assert decision.took_us > 0
    # And its id is that of the answer, which is the second message
    assert decision.turn == turn_id(chat.conversation.id, 2)
    assert (kept.question, kept.vote) == (None, None)


async def test_a_question_without_an_answer_is_left_open_and_masked(chat: Chat) -> None:
    kept = await chat.say(f"{UNKNOWN} 我电话13012345678")
    assert kept.question is not None
    assert kept.question.reason is Reason.UNANSWERED
    assert "130" not in kept.question.text + kept.decision.text
    assert kept.question.id == kept.decision.turn


async def test_words_that_refuse_a_menu_leave_open_what_the_menu_was_asked_about(chat: Chat) -> None:
    for refusal in ("都不是", Choice("none", "都不是")):
        _ = await chat.say("身份证")
        kept = await chat.say(refusal)
        assert kept.decision.rule == "none_of_these"
        assert kept.question is not None
        assert (kept.question.text, kept.question.reason) == ("身份证", Reason.MENU_REFUSED)


async def test_words_against_an_answer_vote_on_it_and_open_its_question(chat: Chat) -> None:
    answered = await chat.say(LOST)
    kept = await chat.say("没用!")
    assert kept.vote is not None
    assert kept.question is not None
    assert kept.vote.id == kept.question.id == answered.decision.turn
    assert (kept.question.text, kept.question.reason) == (LOST, Reason.DOWNVOTED)
    assert kept.question.item == answered.decision.item
    assert kept.vote.is_useful is False


async def test_what_goes_into_an_open_form_is_not_kept_but_that_there_was_a_turn_is(chat: Chat) -> None:
    opened = await chat.say("我要投诉楼下烧烤店半夜放音乐")
    assert opened.decision.text
    inside = await chat.say("崂山区中韩街道")
    assert (inside.decision.action, inside.decision.text) == ("form", "")


async def test_a_hand_off_after_three_misses_leaves_its_question_open(chat: Chat) -> None:
    for _ in range(2):
        _ = await chat.say(UNKNOWN)
    kept = await chat.say(UNKNOWN)
    assert kept.decision.rule == "misses"
    assert kept.question is not None
    assert kept.question.text == UNKNOWN


async def test_what_the_bot_does_not_answer_is_no_turn_of_its_own(chat: Chat) -> None:
    silent = Conversation(
        id=chat.conversation.id,
        contact=chat.conversation.contact,
        citizen_id=chat.conversation.citizen_id,
        owner=Owner.AGENT,
    )
    _ = await chat.responder.respond(silent, an_inbound(LOST))
    assert chat.noted == []


async def test_a_conversation_is_held_on_to_only_where_it_is_needed(chat: Chat) -> None:
    _ = await chat.say(LOST)
    _ = await chat.say(UNKNOWN)
    assert [note.conversation is not None for note in chat.noted] == [False, True]
