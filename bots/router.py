"""Decide who answers a message, in this order, in every state: safety, a human, an open menu, an open form, the rest.

emergency → hand-off → menu → form (with room for a question in between) → what a petition is to undergo (urge, rate,
redo, withdraw, supplement) → number of a petition → kind
"""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bots import plain, wording
from bots.answers import wording as answer_wording
from bots.answers.bot import ItemAnswers
from bots.choices import picked, refuses
from bots.followup import follows_up
from bots.halls.bot import HallBot
from bots.petition import wording as petition_wording
from bots.petition.bot import PetitionBot
from bots.ports import Understander
from bots.progress.acting import ActingBot
from bots.progress.bot import ProgressBot
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
from services.items.model import GuideField, ItemCode
from services.petitions.doors import Doors

HANDOFF_LONGEST = 12
"""Inside a form only a short text is taken as the wish for a human; a description may well mention one."""
FAQ_LONGEST = 30
"""Characters of a text that is compared with the reviewed questions of the subject."""
ORDER_LONGEST = 8
"""Characters of a text that is taken as an order to look something up, even inside a form."""
MISSES_BEFORE_OFFER = 2
MISSES_BEFORE_HUMAN = 3
_FIELDS = frozenset(field.value for field in GuideField)


class _Pick(Struct, frozen=True):
    """What was picked: the rest of the option's id behind its name, and the words that led to the menu."""

    rest: str
    text: str


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
    ) -> None:
        """Take the bots in the order they are asked."""
        self._understander = understander
        self._answers = answers
        self._petition = petition
        self._progress = progress
        self._acting = acting
        self._halls = halls
        self._doors = doors
        self._clock = clock
        self._options: dict[str, Callable[[Turn, _Pick], Awaitable[Said]]] = {
            "item": self._choose_item,
            "kind": self._choose_kind,
            "petition": self._choose_petition,
            "progress": self._choose_progress,
            "do": self._choose_deed,
            "human": self._choose_human,
            "guide": self._choose_guide,
            "none": self._choose_none,
            "hall": self._choose_hall,
            "halls": self._choose_halls_here,
            "here": self._choose_petition_here,
        }

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Decide the answer to one message; stay silent while somebody else owns the conversation."""
        if conversation.owner is not Owner.BOT:
            return Response(replies=(), dialogue=conversation.dialogue)
        now = self._clock.now()
        dialogue = remembered(conversation.dialogue).aged(now)
        said = await self._say(Turn(conversation=conversation, inbound=inbound, dialogue=dialogue, now=now))
        return Response(replies=said.replies, dialogue=memorised(said.dialogue), provenance=said.provenance)

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
        if understanding.kind is Kind.HANDOFF and (not is_open or len(text) <= HANDOFF_LONGEST):
            return plain.human(turn, rule=understanding.rule)
        menu = turn.dialogue.menu
        if menu is not None:
            option = picked(menu, text)
            if option is not None:
                return await self._chosen(turn, option.id, label=option.label)
            if refuses(text) and not is_open:
                return self._answers.nothing(replace(turn, dialogue=replace(turn.dialogue, menu=None)), understanding)
        if is_open:
            return await self._inside_form(turn, text, understanding=understanding)
        return await self._outside_form(turn, text, understanding=understanding)

    async def _inside_form(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
        """Let the form have the message, unless it is a question that can be answered in between."""
        said = await self._between(turn, text, understanding=understanding)
        if said is None:
            return await self._petition.take_text(turn, text)
        dialogue = replace(turn.dialogue, focus=said.dialogue.focus, menu=None)
        return replace(said, replies=(*said.replies, *self._petition.reminder(turn)), dialogue=dialogue)

    async def _between(self, turn: Turn, text: str, *, understanding: Understanding) -> Said | None:
        """Return the answer to a question of its own, sure enough to be answered while a form is open."""
        if understanding.kind is Kind.PROGRESS and len(text) <= ORDER_LONGEST:
            return await self._progress.overview(turn)
        if not any(mark in text for mark in petition_wording.QUESTION_MARKS):
            return None
        if understanding.kind is Kind.ITEM and understanding.answered:
            return self._answers.direct(turn, understanding, text=text)
        if understanding.kind is Kind.HALL:
            return self._halls.answer(turn, text, understanding=understanding)
        return None

    async def _outside_form(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
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
        return further or await self._by_kind(
            _on_another_subject(turn, understanding), text, understanding=understanding
        )

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
                return self._item(turn, understanding, text=text)
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
                return self._missed(turn, understanding, prompt=answer_wording.OUT_OF_SCOPE)
            case _:
                return plain.fixed(turn, understanding)

    def _item(self, turn: Turn, understanding: Understanding, *, text: str = "") -> Said:
        match understanding.action:
            case Action.ANSWER if understanding.answered:
                return self._answers.direct(turn, understanding, text=text)
            case Action.MENU if understanding.matches:
                return self._answers.menu(turn, understanding)
            case _:
                return self._missed(turn, understanding, prompt=answer_wording.NOTHING_FOUND)

    def _missed(self, turn: Turn, understanding: Understanding, *, prompt: str) -> Said:
        """Count what was not understood: the second time a human is offered, the third time it is done."""
        misses = turn.dialogue.misses + 1
        if misses >= MISSES_BEFORE_HUMAN:
            return plain.human(turn, rule="misses")
        missed = replace(turn, dialogue=replace(turn.dialogue, misses=misses))
        said = self._answers.nothing(missed, understanding, prompt=prompt)
        if misses < MISSES_BEFORE_OFFER:
            return said
        return replace(said, replies=(Text(wording.OFFER_HUMAN_TOO), *said.replies))

    async def _chosen(self, turn: Turn, key: str, *, label: str) -> Said:
        """Do what an option stands for, wherever it was shown: menu, button or the platform's own menu bar."""
        name, _, rest = key.partition(":")
        text = (turn.dialogue.menu.text if turn.dialogue.menu is not None else "") or label
        closed = replace(turn, dialogue=replace(turn.dialogue, menu=None))
        if name == "form" and self._petition.is_open(turn):
            return await self._petition.choose(closed, rest)
        act = self._options.get(name)
        if act is not None:
            return await act(closed, _Pick(rest, text))
        return await self._text(closed, label) if label else plain.capabilities(closed)

    async def _choose_item(self, turn: Turn, pick: _Pick) -> Said:
        code, _, field = pick.rest.partition(":")
        known = GuideField(field) if field in _FIELDS else None
        return self._answers.about(turn, ItemCode(code), field=known, rule="menu")

    async def _choose_kind(self, turn: Turn, pick: _Pick) -> Said:
        if pick.rest == Kind.PETITION:
            return await self._petition.begin(turn, pick.text)
        understanding = self._understander.understand(pick.text)
        if understanding.answered:
            return self._answers.direct(turn, understanding)
        return self._item(turn, replace(understanding, kind=Kind.ITEM, action=Action.MENU, rival=None))

    async def _choose_petition(self, turn: Turn, _: _Pick) -> Said:
        return await self._petition.begin(turn, "")

    async def _choose_progress(self, turn: Turn, pick: _Pick) -> Said:
        return await self._progress.by_number(turn, pick.rest) or await self._progress.overview(turn)

    async def _choose_deed(self, turn: Turn, pick: _Pick) -> Said:
        return await self._acting.chosen(turn, pick.rest, text=pick.text)

    async def _choose_human(self, turn: Turn, _: _Pick) -> Said:
        return plain.human(turn, rule="chosen")

    async def _choose_guide(self, turn: Turn, _: _Pick) -> Said:
        return plain.said(turn, wording.GUIDE_HOW)

    async def _choose_none(self, turn: Turn, _: _Pick) -> Said:
        understanding = Understanding(kind=Kind.ITEM, action=Action.REJECT, rule="none_of_these")
        return self._missed(turn, understanding, prompt=answer_wording.NOTHING_FOUND)

    async def _choose_hall(self, turn: Turn, pick: _Pick) -> Said:
        return self._halls.choose(turn, pick.rest)

    async def _choose_halls_here(self, turn: Turn, pick: _Pick) -> Said:
        location = _point(pick)
        return self._halls.near(turn, location) if location else plain.said(turn, wording.UNSUPPORTED)

    async def _choose_petition_here(self, turn: Turn, pick: _Pick) -> Said:
        location = _point(pick)
        return await self._petition.begin_here(turn, location) if location else await self._petition.begin(turn, "")

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
    return replace(turn, dialogue=replace(turn.dialogue, focus=None)) if has_own else turn


def _point(pick: _Pick) -> Location | None:
    """Return the location that an option carries; None when a client sends something else."""
    try:
        lat, lng = map(float, pick.rest.split(","))
    except ValueError:
        return None
    return Location(lat=lat, lng=lng, label=pick.text)
