"""Lead the petition dialogue: read, step, say, and file when the citizen confirms."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bots.choices import picked
from bots.petition import steps, wording
from bots.petition.ports import Filed, Filing
from bots.petition.reader import Reader
from bots.petition.reading import Reading, Verb, kind_of
from bots.petition.state import Form, Place, Slot
from bots.petition.steps import Abandon, Ask, AskPlace, File, Outcome, Summarise
from bots.petition.summary import place_text
from bots.state import Dialogue, Menu, MenuOption
from bots.turn import Said, Turn, choices, with_menu
from services.conversations.message import Card, Choices, Location, Provenance, ReplyPart, Row, Text
from services.identity.sealing import CannotUnseal, Sealed, Sealer
from services.ids import new_id

DRAFT_LASTS = timedelta(hours=24)
PAUSE = timedelta(minutes=30)
"""Silence after which an unfinished petition is brought to mind, once, and after which the dialogue says that it goes on."""


class PetitionBot:
    """The petition dialogue in a conversation."""

    def __init__(self, *, reader: Reader, petitions: Filing, sealer: Sealer) -> None:
        """Take the recognisers, where to file, and the key for the telephone number at rest."""
        self._reader = reader
        self._petitions = petitions
        self._sealer = sealer

    def is_open(self, turn: Turn) -> bool:
        """Tell whether a form awaits this message; one older than a day is not open any more."""
        form = turn.dialogue.form
        return form is not None and turn.now < form.at + DRAFT_LASTS

    def remind_at(self, dialogue: Dialogue, *, now: datetime) -> datetime | None:
        """Return when what is said now is to be brought to mind; None when nothing is left unfinished."""
        return None if dialogue.form is None else now + PAUSE

    def awaits_matter(self, turn: Turn) -> bool:
        """Tell whether the open form asks what the petition is about."""
        form = turn.dialogue.form
        return form is not None and form.asking is Slot.TEXT

    async def begin(self, turn: Turn, text: str) -> Said:
        """Open a form with what the first sentence says."""
        form = Form(draft=new_id("draft"), kind=kind_of(text), at=turn.now)
        return await self._said(turn, steps.begin(form, self._reader.opening(text, now=turn.now)))

    async def begin_here(self, turn: Turn, location: Location) -> Said:
        """Open a form about the place a citizen is at."""
        form = Form(draft=new_id("draft"), kind="complaint", at=turn.now)
        return await self._said(turn, steps.begin(form, self._reader.location(location)))

    async def take_text(self, turn: Turn, text: str) -> Said:
        """Take words into the open form; of several places shown, any way to pick one counts, also after a pause."""
        form = turn.dialogue.form
        if form is not None and form.places:
            option = picked(_place_menu(form.places, turn), text)
            if option is not None:
                return await self.choose(turn, option.id.removeprefix("form:"))
        return await self._take(turn, self._reader.answer(text, now=turn.now))

    async def take_location(self, turn: Turn, location: Location) -> Said:
        """Take a shared location as the place."""
        return await self._take(turn, self._reader.location(location))

    async def take_picture(self, turn: Turn, media: str) -> Said:
        """Keep a picture; it may come at any time while the form is open."""
        return await self._take(turn, Reading(media=media))

    async def choose(self, turn: Turn, option: str) -> Said:
        """Take a pressed option of the form: "place:2", "edit:occurred" or a steering word."""
        return await self._take(turn, _pressed(option))

    def reminder(self, turn: Turn) -> tuple[ReplyPart, ...]:
        """Return the form's question again, after something else was answered in between."""
        form = turn.dialogue.form
        if form is None:
            return ()
        outcome = steps.question(self._opened(form))
        said = wording.BACK_TO_FORM.format(question=_question_text(outcome))
        if isinstance(outcome, AskPlace):
            return (replace(_which_place(outcome.places), prompt=said),)
        return (Text(said),)

    async def _take(self, turn: Turn, reading: Reading) -> Said:
        form = turn.dialogue.form
        if form is None:
            return Said(replies=(Text(wording.EXPIRED),), dialogue=turn.dialogue)
        said = await self._said(turn, steps.step(self._opened(form), reading))
        if turn.now > form.at + PAUSE and said.dialogue.form is not None:
            return replace(said, replies=(Text(wording.RESUMED), *said.replies))
        return said

    async def _said(self, turn: Turn, step: steps.Step) -> Said:
        why = Provenance(kind="petition", action="form", rule=f"form.{step.form.asking or 'summary'}")
        match step.outcome:
            case Abandon():
                dialogue = replace(turn.dialogue, form=None, menu=None)
                return Said(replies=(Text(wording.CANCELLED),), dialogue=dialogue, provenance=why)
            case File():
                filed = await self._petitions.file(step.form, turn.conversation)
                dialogue = replace(turn.dialogue, form=None, menu=None, filed=filed.number)
                return Said(replies=_receipt(filed), dialogue=dialogue, provenance=why)
            case outcome:
                dialogue = replace(turn.dialogue, form=self._at_rest(replace(step.form, at=turn.now)), menu=None)
                parts = _parts(outcome, step.form)
                for part in parts:
                    if isinstance(part, Choices):
                        dialogue = with_menu(dialogue, part, now=turn.now)
                return Said(replies=parts, dialogue=dialogue, provenance=why)

    def _at_rest(self, form: Form) -> Form:
        if not form.phone:
            return form
        return replace(form, phone=self._sealer.seal(form.phone, context=_context(form)))

    def _opened(self, form: Form) -> Form:
        if not form.phone:
            return form
        try:
            return replace(form, phone=self._sealer.unseal(Sealed(form.phone), context=_context(form)))
        except CannotUnseal:
            # The installation's key changed under an open draft: ask again rather than fail for a day.
            return replace(form, phone="", asking=Slot.CONTACT)


def _pressed(option: str) -> Reading:
    """Read a pressed option; one that we never offered says nothing, so the form asks again."""
    name, _, value = option.partition(":")
    if name == "place" and value.isdecimal():
        return Reading(number=int(value))
    if name == "edit" and value in set(Slot):
        return Reading(verb=Verb.CORRECT, slot=Slot(value))
    return Reading(verb=Verb(name) if name in set(Verb) else Verb.RESUME)


def _context(form: Form) -> str:
    return f"draft:{form.draft}:phone"


def _parts(outcome: Outcome, form: Form) -> tuple[ReplyPart, ...]:
    match outcome:
        case Ask(slot, said):
            return (Text("\n".join((*said, _asking(form, slot)))),)
        case AskPlace(places):
            return (_which_place(places),)
        case Summarise(text, said):
            return (*(Text(line) for line in said), _confirmation(form, text))
        case File() | Abandon():
            return ()


def _asking(form: Form, slot: Slot) -> str:
    optional = slot in {Slot.PLACE, Slot.OCCURRED} or (slot is Slot.CONTACT and not form.anonymous)
    return wording.ASK[slot] + wording.SKIPPABLE_HINT if optional else wording.ASK[slot]


def _which_place(places: tuple[Place, ...]) -> Choices:
    options = [(f"form:place:{number}", place_text(place)) for number, place in enumerate(places, 1)]
    options.append((f"form:place:{len(places) + 1}", wording.OTHER_PLACE))
    return choices(wording.WHICH_PLACE.format(count=len(places)), *options)


def _place_menu(places: tuple[Place, ...], turn: Turn) -> Menu:
    options = tuple(MenuOption(option.id, option.label) for option in _which_place(places).options)
    return Menu(options=options, at=turn.now)


def _confirmation(form: Form, text: str) -> Choices:
    slots = steps.NEEDED[form.kind]
    edits = [(f"form:edit:{slot}", wording.OPTION_EDIT.format(slot=wording.SLOT_NAMES[slot])) for slot in slots]
    confirm = ("form:confirm", wording.OPTION_CONFIRM)
    return choices(text, confirm, *edits, ("form:cancel", wording.OPTION_CANCEL))


def _question_text(outcome: Outcome) -> str:
    match outcome:
        case Ask(slot, _):
            return wording.ASK[slot]
        case AskPlace(places):
            return wording.WHICH_PLACE.format(count=len(places))
        case Summarise(text, _):
            return text
        case File() | Abandon():
            return ""


def _receipt(filed: Filed) -> tuple[ReplyPart, ...]:
    due = wording.FILED_DUE_VALUE.format(due=filed.due.isoformat()) if filed.due else wording.FILED_DUE_LATER
    card = Card(
        title=wording.FILED_TITLE,
        rows=(
            Row(wording.FILED_NUMBER, filed.number),
            Row(wording.FILED_KEY, filed.query_key),
            Row(wording.FILED_STATUS, wording.FILED_STATUS_VALUE),
            Row(wording.FILED_DUE, due),
        ),
        url="/h5/#/progress",
    )
    return (card, Text(wording.FILED_NEXT))
