"""Citizens act on their petitions in the chat, through the bot and the real service."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bots.progress import wording
from bots.progress.acting import ActingBot
from bots.progress.doing import PetitionActing
from bots.progress.ports_acting import Own
from bots.progress.wishes import Wish
from bots.state import Dialogue
from bots.turn import Said, Turn
from bots.understanding.model import Action as BotAction
from bots.understanding.model import Kind, Understanding
from services.conversations.message import Choices, ContactPoint, Text
from services.conversations.model import Conversation, citizen_id, conversation_id
from services.ids import CitizenId
from services.petitions.centre_commands import Accept, Close, Dispatch
from services.petitions.commands import Command
from services.petitions.department_commands import Answer, Sign, Wait
from services.petitions.model import Actor, Petition
from services.petitions.names import load_names
from services.petitions.service import PetitionService
from services.petitions.transitions import Action, ActorRole, Status
from tests.support.conversations import a_contact, an_inbound
from tests.support.petition_data import DATA
from tests.support.petitions import AGENT, CLERK, LAMPS, TUESDAY, a_draft, a_service
from tests.support.set_clock import SetClock

NAMES = load_names(DATA / "wording" / "petition_names.json")
ANSWERED = (
    (AGENT, Accept()),
    (CLERK, Dispatch(to="cgj")),
    (LAMPS, Sign()),
    (LAMPS, Answer(public_text="已修好")),
)


class Chat:
    """One citizen talking to the bot, with the menu kept between messages."""

    def __init__(self, service: PetitionService, clock: SetClock) -> None:
        self.service = service
        self.clock = clock
        self.bot = ActingBot(PetitionActing(service, names=NAMES))
        self.contact: ContactPoint = a_contact()
        self.dialogue = Dialogue()
        self._count = 0

    async def filed(self, *steps: tuple[Actor, Command], key: str = "draft-1") -> str:
        """File a petition and let people act on it; return its number."""
        draft = replace(a_draft(), key=key, citizen_id=citizen_id(self.contact))
        number = (await self.service.file(draft)).number
        for by, command in steps:
            await self.service.perform(number, command, by=by)
        return number

    async def shown(self, number: str) -> Petition:
        return await self.service.of(number, by=CLERK)

    async def say(self, text: str, kind: Kind = Kind.OUT_OF_SCOPE, *, times: int = 1) -> Said | None:
        """Say something; more than once means that the platform repeats the message."""
        self._count += 1
        understanding = Understanding(kind=kind, action=BotAction.CARD, rule="test")
        said = None
        for _ in range(times):
            said = await self.bot.by_words(self._turn(), text, understanding=understanding)
        self.dialogue = said.dialogue if said else self.dialogue
        return said

    async def pick(self, label: str, *, times: int = 1) -> Said:
        """Pick an option of the open menu by its label."""
        self._count += 1
        menu = self.dialogue.menu
        assert menu is not None
        option = next(option for option in menu.options if label in option.label)
        said = None
        for _ in range(times):
            said = await self.bot.chosen(self._turn(), option.id.removeprefix("do:"), text=menu.text)
        assert said is not None
        self.dialogue = said.dialogue
        return said

    def _turn(self) -> Turn:
        conversation = Conversation(
            id=conversation_id(self.contact), contact=self.contact, citizen_id=citizen_id(self.contact), version=1
        )
        inbound = an_inbound(key=f"m{self._count}", contact=self.contact)
        return Turn(conversation=conversation, inbound=inbound, dialogue=self.dialogue, now=self.clock.now())


def words(said: Said | None) -> str:
    assert said is not None
    return "\n".join(
        part.body if isinstance(part, Text) else part.prompt
        for part in said.replies
        if isinstance(part, Text | Choices)
    )


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    clock = SetClock(TUESDAY)
    async with a_service(clock) as (service, _):
        yield Chat(service, clock)


async def test_urging_is_done_at_once_and_a_repeated_message_urges_once(chat: Chat) -> None:
    number = await chat.filed((AGENT, Accept()))
    assert words(await chat.say("帮我催一下", times=3)) == wording.DONE["urge"].format(number=number)
    assert words(await chat.say("催办")) == wording.DONE["urge"].format(number=number)
    assert (await chat.shown(number)).urged == 1, "urging again within the hour is the same urging"
    chat.clock.advance(timedelta(hours=1))
    await chat.say("催一下")
    assert (await chat.shown(number)).urged == 2


async def test_of_several_petitions_the_citizen_names_one(chat: Chat) -> None:
    first, second = await chat.filed(), await chat.filed(key="draft-2")
    assert words(await chat.say("催一下")) == wording.CHOOSE["urge"]
    await chat.pick(first)
    assert [(await chat.shown(number)).urged for number in (first, second)] == [1, 0]
    assert words(await chat.say(f"催办{second}")) == wording.DONE["urge"].format(number=second)
    stranger = await chat.service.file(a_draft(key="other", citizen="cz_9"))
    assert words(await chat.say(f"催办{stranger.number}")) == wording.NOT_YOURS


async def test_a_withdrawal_is_asked_about_first(chat: Chat) -> None:
    number = await chat.filed((AGENT, Accept()))
    await chat.say("我不投诉了", Kind.WITHDRAW)
    assert words(await chat.pick(wording.OPTION_KEEP)) == wording.KEPT
    assert (await chat.shown(number)).status is Status.ACCEPTED
    await chat.say("撤诉", Kind.WITHDRAW)
    said = await chat.pick(wording.OPTION_WITHDRAW, times=2)
    assert said.replies == (), "the withdrawal is confirmed by its own push"
    withdrawn = await chat.shown(number)
    assert (withdrawn.status, withdrawn.history[-1].public["reason"]) == (Status.WITHDRAWN, "撤诉")
    assert words(await chat.say("撤诉", Kind.WITHDRAW)) == wording.NOT_NOW["withdraw"]


async def test_a_supplement_is_added_with_its_words(chat: Chat) -> None:
    number = await chat.filed()
    assert words(await chat.say("补充")) == wording.SUPPLEMENT_HOW
    assert words(await chat.say("补充：第三盏也不亮", times=2)) == wording.DONE["supplement"].format(number=number)
    petition = await chat.shown(number)
    assert (petition.supplements, petition.history[-1].public["text"]) == (1, "第三盏也不亮")


async def test_words_that_mean_nothing_else_may_answer_the_units_question(chat: Chat) -> None:
    number = await chat.filed(
        (AGENT, Accept()), (CLERK, Dispatch(to="cgj")), (LAMPS, Sign()), (LAMPS, Wait(question="哪一盏灯？"))
    )
    assert "哪一盏灯" in words(await chat.say("东门第二盏"))
    assert words(await chat.pick(wording.OPTION_SUPPLEMENT)) == wording.DONE["supplement"].format(number=number)
    petition = await chat.shown(number)
    assert (petition.status, petition.history[-1].public["text"]) == (Status.HANDLING, "东门第二盏")
    assert await chat.say("东门第二盏") is None, "nothing is waited for any more"


async def test_words_like_a_complaint_may_be_the_answer_or_a_new_petition(chat: Chat) -> None:
    await chat.filed(
        (AGENT, Accept()), (CLERK, Dispatch(to="cgj")), (LAMPS, Sign()), (LAMPS, Wait(question="哪一盏灯？"))
    )
    assert "哪一盏灯" in words(await chat.say("东门的路灯还是不亮", Kind.PETITION))
    assert chat.dialogue.menu is not None
    assert [option.id for option in chat.dialogue.menu.options][-1] == "kind:petition"
    assert chat.dialogue.menu.text == "东门的路灯还是不亮"


async def test_a_question_of_another_kind_is_not_taken_for_a_supplement(chat: Chat) -> None:
    await chat.filed(
        (AGENT, Accept()), (CLERK, Dispatch(to="cgj")), (LAMPS, Sign()), (LAMPS, Wait(question="哪一盏灯？"))
    )
    assert await chat.say("身份证丢了怎么补办", Kind.ITEM) is None


async def test_three_answers_make_a_rating(chat: Chat) -> None:
    number = await chat.filed(*ANSWERED)
    assert "解决了吗" in words(await chat.say("满意"))
    assert words(await chat.pick("已解决")) == wording.RESULT
    assert words(await chat.pick("非常满意")) == wording.PROCESS
    assert words(await chat.pick("基本满意", times=2)) == wording.DONE["rate"].format(number=number)
    hearing = (await chat.shown(number)).hearing
    assert hearing is not None
    assert (hearing.solved, hearing.result, hearing.process, hearing.role) == (True, 5, 3, ActorRole.CITIZEN)
    assert await chat.say("我要评价") is None, "once is enough"


async def test_who_wants_a_redo_rates_badly_and_the_centre_is_told(chat: Chat) -> None:
    number = await chat.filed(*ANSWERED)
    said = await chat.say("不满意要重办", Kind.REDO)
    assert words(said) == wording.RESULT
    assert chat.dialogue.menu is not None
    assert [option.label for option in chat.dialogue.menu.options] == ["不满意", "非常不满意"]
    await chat.pick("非常不满意")
    assert words(await chat.pick("基本满意", times=2)) == wording.DONE["bad"].format(number=number)
    petition = await chat.shown(number)
    assert petition.hearing is not None
    assert (petition.hearing.solved, petition.hearing.result, petition.hearing.text) == (False, 1, "不满意要重办")
    assert petition.pending[-1].topic == "centre.dissatisfied"


async def test_after_a_rated_closing_a_redo_is_an_appeal(chat: Chat) -> None:
    number = await chat.filed(*ANSWERED)
    await chat.say("满意")
    for label in ("已解决", "非常满意", "非常满意"):
        await chat.pick(label)
    await chat.service.perform(number, Close(), by=CLERK)
    said = await chat.say("不满意，要求重办", Kind.REDO, times=2)
    assert words(said) == wording.DONE["appeal"].format(number=number)
    appealed = await chat.shown(number)
    assert (appealed.status, appealed.history[-1].action) == (Status.APPEALED, Action.APPEAL)


async def test_what_does_not_fit_is_said_and_changes_nothing(chat: Chat) -> None:
    assert words(await chat.say("催一下")) == wording.NOT_NOW["urge"]
    assert await chat.say("满意") is None, "kind words without an answered petition are only kind"
    number = await chat.filed(*ANSWERED)
    before = await chat.shown(number)
    assert words(await chat.say("撤诉", Kind.WITHDRAW)) == wording.NOT_NOW["withdraw"]
    for rest in ("fly:QD1", f"withdraw:{number}:yes", "rate:QD20261124-000000", "rate"):
        said = await chat.bot.chosen(chat._turn(), rest, text="")
        assert isinstance(said.replies[0], Text)
    await chat.say("满意")
    chat.clock.advance(timedelta(days=8))
    assert words(await chat.pick("已解决")) == wording.NOT_NOW["rate"], "no further question that leads nowhere"
    assert await chat.shown(number) == before


class AMomentAgo(PetitionActing):
    """Petitions as they stood before the last change: everything still seems open."""

    async def one(self, number: str, citizen_id: CitizenId, *, key: str) -> Own | None:
        """Return what was to be seen a moment ago."""
        found = await super().one(number, citizen_id, key=key)
        return replace(found, may=frozenset(Wish), is_rated=False) if found else None


async def test_what_closes_while_the_citizen_chooses_is_refused_with_the_reason(chat: Chat) -> None:
    # Given a rating that was open when the bot looked
    number = await chat.filed(*ANSWERED)
    before = await chat.shown(number)
    chat.bot = ActingBot(AMomentAgo(chat.service, names=NAMES))
    chat.clock.advance(timedelta(days=8))
    # When the last grade is given, then the reason is told and nothing is changed
    said = await chat.bot.chosen(chat._turn(), f"rate:{number}:1:5:5", text="")
    assert "评价期已过" in words(said)
    assert await chat.shown(number) == before
