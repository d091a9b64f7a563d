"""Decide who answers a message, in this order, in every state: safety, a human, an open menu, an open form, the rest.

emergency → hand-off → menu → form (with room for a question in between) → what a petition is to undergo (urge, rate,
redo, withdraw, supplement) → number of a petition → kind
"""

from msgspec.structs import replace

from bots import plain, wording
from bots.advice.advisers import Advisers
from bots.answers import wording as answer_wording
from bots.answers.bot import ItemAnswers
from bots.choices import picked, refuses, takes_back
from bots.downvote import is_downvote
from bots.followup import follows_up
from bots.halls.bot import HallBot
from bots.item_replies import ItemReplies
from bots.options import Bots, Options, Pick
from bots.petition import wording as petition_wording
from bots.petition.bot import PetitionBot
from bots.ports import Understander
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
from bots.rules import NONE_OF_THESE
from bots.state import memorised, remembered
from bots.turn import Said, Turn, choices, with_menu
from bots.understanding.model import Action, Kind, Understanding
from services.clock import Clock
from services.conversations.message import (
    Choice,
    Event,
    EventKind,
    Image,
    Inbound,
    Location,
    Provenance,
    Text,
    Unsupported,
    Voice,
)
from services.conversations.model import Conversation, Owner, Response
from services.items.model import ItemCode
from services.petitions.doors import Doors

HANDOFF_LONGEST = 12
"""Inside a form only a short text is taken as the wish for a human; a description may well mention one."""
FAQ_LONGEST = 30
"""Characters of a text that is compared with the reviewed questions of the subject."""
_TAKEN_BACK = frozenset({"item", "hall"})
"""Options that only say something: the citizen may be shown their menu again."""
ORDER_LONGEST = 8
"""Characters of a text that is taken as an order to look something up, even inside a form."""


class Router:
    """The bots' answer to every message, while the bot owns the conversation."""

    def __init__(  # noqa: PLR0913 - the bots by name
        self,
        *,
        understander: Understander,
        answers: ItemAnswers,
        petition: PetitionBot,
        progress: ProgressBot,
        acting: ActingBot,
        halls: HallBot,
        doors: Doors,
        clock: Clock,
        advisers: Advisers | None = None,
    ) -> None:
        """Take the bots in the order they are asked, and the plug-ins if there are any."""
        self._understander = understander
        self._answers = answers
        self._petition = petition
        self._progress = progress
        self._acting = acting
        self._halls = halls
        self._doors = doors
        self._clock = clock
        self._advisers = advisers
        self._replies = ItemReplies(answers)
        bots = Bots(
            understander=understander,
            answers=answers,
            replies=self._replies,
            petition=petition,
            progress=progress,
            acting=acting,
            halls=halls,
        )
        self._options = Options(bots)

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Decide the answer to one message; stay silent while somebody else owns the conversation."""
        if conversation.owner is not Owner.BOT:
            return Response(replies=(), dialogue=conversation.dialogue)
        now = self._clock.now()
        dialogue = remembered(conversation.dialogue).aged(now)
        said = await self._say(Turn(conversation=conversation, inbound=inbound, dialogue=dialogue, now=now))
        return Response(
            replies=said.replies,
            dialogue=memorised(said.dialogue),
            provenance=said.provenance,
            remind_at=self._petition.remind_at(said.dialogue, now=now),
        )

    async def _say(self, turn: Turn) -> Said:
        match turn.inbound.part:
            case Text(body):
                return await self._text(turn, body)
            case Voice(_, recognition):
                return (
                    await self._text(turn, recognition) if recognition else plain.said(turn, wording.VOICE_UNREADABLE)
                )
            case Choice(key, label):
                return await self._chosen(turn, key, label=label)
            case Image() as image:
                return await self._pictured(turn, image)
            case Location() as location:
                return await self._located(turn, location)
            case Event() as event:
                return await self._event(turn, event)
            case Unsupported():
                return plain.said(turn, wording.UNSUPPORTED)

    async def _text(self, turn: Turn, text: str) -> Said:
        understanding = self._understander.understand(text)
        is_open = self._petition.is_open(turn)
        if understanding.kind is Kind.EMERGENCY:
            return plain.emergency(turn, understanding)
        is_order = not is_open or (len(text) <= HANDOFF_LONGEST and not understanding.is_guess)
        if understanding.kind is Kind.HANDOFF and is_order:
            return plain.human(turn, rule=understanding.rule)
        by_menu = await self._by_menu(turn, text, is_open=is_open)
        if by_menu is not None:
            return by_menu
        if is_open:
            return await self._inside_form(turn, text, understanding=understanding)
        if is_downvote(text, turn.dialogue):
            return self._answers.of_no_use(turn)
        return await self._outside_form(turn, text, understanding=understanding)

    async def _by_menu(self, turn: Turn, text: str, *, is_open: bool) -> Said | None:
        """Do what a text says to a menu: pick from the open one, refuse all of it, or take the last pick back."""
        menu, left = turn.dialogue.menu, turn.dialogue.left
        if menu is not None:
            option = picked(menu, text)
            if option is not None:
                return await self._chosen(turn, option.id, label=option.label)
            if refuses(text) and not is_open:
                refused = Understanding(kind=Kind.ITEM, action=Action.REJECT, rule=NONE_OF_THESE)
                return self._answers.nothing(replace(turn, dialogue=replace(turn.dialogue, menu=None)), refused)
        if left is not None and takes_back(text) and not is_open:
            return plain.choose_again(turn, left)
        return None

    async def _inside_form(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
        """Let the form have the message, unless it is a question that can be answered in between."""
        said = await self._between(turn, text, understanding=understanding)
        if said is None:
            return await self._petition.take_text(turn, text)
        dialogue = replace(turn.dialogue, focus=said.dialogue.focus, menu=None)
        return replace(said, replies=(*said.replies, *self._petition.reminder(turn)), dialogue=dialogue)

    async def _between(self, turn: Turn, text: str, *, understanding: Understanding) -> Said | None:
        """Return the answer to a question of its own, sure enough to be answered while a form is open."""
        if understanding.kind is Kind.PROGRESS and len(text) <= ORDER_LONGEST and not understanding.is_guess:
            return await self._progress.overview(turn)
        if not any(mark in text for mark in petition_wording.QUESTION_MARKS):
            return None
        if understanding.kind is Kind.ITEM and understanding.answered:
            return self._answers.direct(turn, understanding, text=text)
        if understanding.kind is Kind.HALL:
            return self._halls.answer(turn, text, understanding=understanding)
        # What a matter is about may well be worded like a question about the item talked about before.
        return None if self._petition.awaits_matter(turn) else self._further(turn, text, understanding=understanding)

    async def _outside_form(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
        if turn.dialogue.form is not None:
            turn = replace(turn, dialogue=replace(turn.dialogue, form=None))
        deed = await self._acting.by_words(turn, text, understanding=understanding)
        if deed is not None:
            return deed
        by_number = await self._progress.by_number(turn, text)
        if by_number is not None:
            return by_number
        if turn.dialogue.filed and text.strip() in petition_wording.CONFIRM:
            return plain.said(turn, petition_wording.ALREADY_FILED.format(number=turn.dialogue.filed))
        if self._halls.continues(turn, text, understanding=understanding):
            return self._halls.go_on(turn, text)
        further = self._further(turn, text, understanding=understanding)
        if further is not None:
            return further
        if self._advisers is not None:
            understanding = await self._advisers.advised(text, understanding)
        return await self._by_kind(_on_another_subject(turn, understanding), text, understanding=understanding)

    def _further(self, turn: Turn, text: str, *, understanding: Understanding) -> Said | None:
        """Answer a further question about what was talked about last; None when it is no such question."""
        focus = turn.dialogue.focus
        if focus is None:
            return None
        item, *others = focus.items
        if not self._is_further(text, understanding, subject=None if others else item):
            return None
        field = understanding.field
        if others:
            return self._answers.which(turn, focus.items, field=field)
        return self._answers.about(turn, item, field=field, rule=f"follow_up.{field or 'overview'}", text=text)

    def _is_further(self, text: str, understanding: Understanding, *, subject: ItemCode | None) -> bool:
        """Tell whether a text asks further; ``subject`` is the one item talked about last, None when there were more."""
        if subject is None or len(text) > FAQ_LONGEST:
            return follows_up(text, understanding, has_answer=False)
        if understanding.answered:
            return self._answers.has_answer(subject, text, word_for_word=True)
        return follows_up(text, understanding, has_answer=self._answers.has_answer(subject, text))

    async def _by_kind(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
        if understanding.rival is not None:
            return _item_or_petition(turn, text)
        match understanding.kind:
            case Kind.ITEM:
                return self._replies.reply(turn, understanding, text=text)
            case Kind.HALL:
                return self._halls.answer(turn, text, understanding=understanding)
            case Kind.NOT_ACCEPTED:
                say = self._doors.get(understanding.topic).say
                return plain.elsewhere(turn, understanding, say=say, text=text)
            case Kind.PETITION:
                return await self._petition.begin(turn, text)
            case Kind.PROGRESS:
                return await self._progress.overview(turn)
            case Kind.OUT_OF_SCOPE:
                return self._replies.missed(turn, understanding, prompt=answer_wording.OUT_OF_SCOPE)
            case _:
                return plain.fixed(turn, understanding)

    async def _chosen(self, turn: Turn, key: str, *, label: str) -> Said:
        """Do what an option stands for, wherever it was shown: menu, button or the platform's own menu bar."""
        name, _, rest = key.partition(":")
        text = (turn.dialogue.menu.text if turn.dialogue.menu is not None else "") or label
        closed = replace(turn, dialogue=replace(turn.dialogue, menu=None))
        if name == "form" and self._petition.is_open(turn):
            return await self._petition.choose(closed, rest)
        said = await self._options.act(closed, name, pick=Pick(rest, text))
        if said is not None and name in _TAKEN_BACK and turn.dialogue.menu is not None:
            left = replace(turn.dialogue.menu, passed_over=0)
            return replace(said, dialogue=replace(said.dialogue, left=left))
        if said is not None:
            return said
        return await self._text(closed, label) if label else plain.capabilities(closed)

    async def _located(self, turn: Turn, location: Location) -> Said:
        if self._petition.is_open(turn):
            return await self._petition.take_location(turn, location)
        if self._halls.awaits_location(turn):
            return self._halls.near(turn, location)
        return plain.here(turn, location)

    async def _pictured(self, turn: Turn, image: Image) -> Said:
        if self._petition.is_open(turn):
            return await self._petition.take_picture(turn, image.media_id)
        return plain.said(turn, wording.PICTURE_ALONE)

    async def _event(self, turn: Turn, event: Event) -> Said:
        match event.kind:
            case EventKind.MENU_CLICKED:
                return await self._chosen(turn, event.key, label="")
            case EventKind.SCANNED | EventKind.FOLLOWED if event.key.startswith("item:"):
                return await self._chosen(turn, event.key, label="")
            case EventKind.FOLLOWED | EventKind.SCANNED | EventKind.ENTERED:
                return plain.greeting(turn)
            case _:
                return Said(replies=(), dialogue=turn.dialogue)


def _item_or_petition(turn: Turn, text: str) -> Said:
    asked = choices(
        petition_wording.WHICH_KIND,
        (f"kind:{Kind.ITEM}", petition_wording.OPTION_ITEM),
        (f"kind:{Kind.PETITION}", petition_wording.OPTION_PETITION),
    )
    why = Provenance(kind=Kind.PETITION, action=Action.MENU, rule="item_or_petition")
    dialogue = with_menu(turn.dialogue, asked, now=turn.now, text=text)
    return Said(replies=(asked,), dialogue=dialogue, provenance=why)


def _on_another_subject(turn: Turn, understanding: Understanding) -> Turn:
    """Forget what was talked about when the message has a subject of its own: 那费用呢 is then about that."""
    has_own = understanding.action in {Action.MENU, Action.FORM, Action.ANSWER} or understanding.kind is Kind.HALL
    has_other = has_own and turn.dialogue.focus is not None
    return replace(turn, dialogue=replace(turn.dialogue, focus=None)) if has_other else turn
