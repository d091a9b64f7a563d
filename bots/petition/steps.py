"""The petition dialogue as a pure function: form and reading in, form, words and perhaps a command out.

Nothing here stores, sends or asks the clock; the same form and reading always give the same step.
"""

from msgspec import Struct
from msgspec.structs import replace

from bots.petition import wording
from bots.petition.reading import Reading, Verb
from bots.petition.slots import also_said, emptied, filled_with, is_filled
from bots.petition.state import Form, Place, Slot
from bots.petition.summary import summary

TEXT_SHORTEST = 4
"""Characters below which a description says nothing."""
TEXT_LONGEST = 2_000
PICTURES_MOST = 9

NEEDED: dict[str, tuple[Slot, ...]] = {
    "complaint": (Slot.TEXT, Slot.PLACE, Slot.OCCURRED, Slot.CONTACT),
    "report": (Slot.TEXT, Slot.PLACE, Slot.OCCURRED, Slot.CONTACT),
    "help": (Slot.TEXT, Slot.PLACE, Slot.CONTACT),
    "consult": (Slot.TEXT, Slot.CONTACT),
    "suggestion": (Slot.TEXT, Slot.CONTACT),
}
"""What is asked for, by kind of petition; what was said already is never asked."""


class Ask(Struct, frozen=True, tag="ask"):
    """Ask for a slot, after saying something."""

    slot: Slot
    said: tuple[str, ...] = ()


class AskPlace(Struct, frozen=True, tag="ask_place"):
    """Ask which of several places is meant."""

    places: tuple[Place, ...]


class Summarise(Struct, frozen=True, tag="summarise"):
    """Show everything and ask for the confirmation."""

    text: str
    said: tuple[str, ...] = ()


class File(Struct, frozen=True, tag="file"):
    """File the petition."""


class Abandon(Struct, frozen=True, tag="abandon"):
    """Close the form; nothing is filed."""


Outcome = Ask | AskPlace | Summarise | File | Abandon


class Step(Struct, frozen=True):
    """The form after one message, and what happens now."""

    form: Form
    outcome: Outcome


def begin(form: Form, reading: Reading) -> Step:
    """Open a form with everything the first sentence already says."""
    opened = form
    if len(reading.value) >= TEXT_SHORTEST:
        opened = filled_with(opened, Slot.TEXT, text=reading.value[:TEXT_LONGEST])
    opened = also_said(opened, reading)
    said = wording.BEGIN.format(kind=wording.KIND_NAMES[form.kind])
    return _onward(opened, (said,), places=reading.places if opened.place is None else ())


def step(form: Form, reading: Reading) -> Step:
    """Take one message into the form."""
    if reading.media:
        return _picture(form, reading.media)
    if form.places and reading.number is not None:
        return _chosen_place(form, reading.number)
    if reading.verb is not None:
        return _ordered(form, reading)
    if form.asking is None:
        return _correction_while_confirming(form, reading)
    return _answered(form, reading)


def question(form: Form) -> Outcome:
    """Return what the form waits for, to say it again after an interruption."""
    if form.places:
        return AskPlace(form.places)
    if form.asking is not None:
        return Ask(form.asking)
    return Summarise(summary(form))


def _ordered(form: Form, reading: Reading) -> Step:
    match reading.verb:
        case Verb.CANCEL:
            return Step(form, Abandon())
        case Verb.BACK:
            return _back(form)
        case Verb.RESTART:
            return _restarted(form)
        case Verb.SHOW:
            return _shown(form)
        case _:
            return _decided(form, reading)


def _decided(form: Form, reading: Reading) -> Step:
    match reading.verb:
        case Verb.ANONYMOUS if form.asking in {Slot.CONTACT, None}:
            return _onward(filled_with(form, Slot.CONTACT, anonymous=True, phone=""), ())
        case Verb.ANONYMOUS:
            # Said early it is kept, and is no answer to what was asked.
            noted = replace(filled_with(form, Slot.CONTACT, anonymous=True, phone=""), places=form.places)
            return Step(noted, question(noted))
        case Verb.CORRECT:
            return _correct(form, reading)
        case Verb.CONFIRM if form.asking is None:
            return Step(form, File())
        case Verb.CONFIRM | Verb.RESUME:
            # 好的 and 继续 answer no question, not even when something happened.
            return Step(form, question(form))
        case Verb.SKIP if form.asking is not None:
            return _skip(form, form.asking)
        case _:
            return _answered(form, reading) if form.asking is not None else Step(form, question(form))


def _restarted(form: Form) -> Step:
    fresh = Form(draft=form.draft, kind=form.kind, at=form.at, asking=Slot.TEXT)
    return Step(fresh, Ask(Slot.TEXT, (wording.RESTARTED,)))


def _shown(form: Form) -> Step:
    if form.asking is None:
        return Step(form, Summarise(summary(form)))
    return Step(form, Ask(form.asking, (summary(form),)))


def _answered(form: Form, reading: Reading) -> Step:
    match form.asking:
        case Slot.TEXT:
            return _text(form, reading)
        case Slot.PLACE:
            return _place(form, reading)
        case Slot.OCCURRED:
            occurred = (reading.occurred or reading.text)[:100]
            return _onward(also_said(filled_with(form, Slot.OCCURRED, occurred=occurred), reading), ())
        case Slot.CONTACT:
            return _contact(form, reading)
        case None:
            return Step(form, question(form))


def _text(form: Form, reading: Reading) -> Step:
    if len(reading.text) < TEXT_SHORTEST:
        return Step(form, Ask(Slot.TEXT, (wording.TOO_SHORT,)))
    if len(reading.text) > TEXT_LONGEST:
        return Step(form, Ask(Slot.TEXT, (wording.TOO_LONG.format(limit=TEXT_LONGEST),)))
    filled = also_said(filled_with(form, Slot.TEXT, text=reading.text), reading)
    return _onward(filled, (), places=reading.places if filled.place is None else ())


def _place(form: Form, reading: Reading) -> Step:
    if reading.place is not None:
        return _onward(also_said(filled_with(form, Slot.PLACE, place=reading.place), reading), ())
    if reading.places:
        return Step(replace(form, places=reading.places), AskPlace(reading.places))
    if not form.asked_twice:
        said = wording.UNCLEAR_PLACE.format(text=reading.text)
        return Step(replace(form, asked_twice=True), Ask(Slot.PLACE, (said,)))
    return _onward(filled_with(form, Slot.PLACE, place=Place(text=reading.text[:200])), ())


def _chosen_place(form: Form, number: int) -> Step:
    if 1 <= number <= len(form.places):
        return _onward(filled_with(form, Slot.PLACE, place=form.places[number - 1]), ())
    return Step(replace(form, places=(), asking=Slot.PLACE), Ask(Slot.PLACE))


def _contact(form: Form, reading: Reading) -> Step:
    if reading.phone:
        return _onward(filled_with(form, Slot.CONTACT, phone=reading.phone, anonymous=False), ())
    if reading.text in wording.ANONYMOUS:
        return _onward(filled_with(form, Slot.CONTACT, anonymous=True, phone=""), ())
    if reading.occurred == reading.text:
        # 昨晚 is no wrong number: it says when, more exactly than before, and the number is still asked for.
        return Step(filled_with(form, Slot.OCCURRED, occurred=reading.occurred), Ask(Slot.CONTACT))
    return Step(form, Ask(Slot.CONTACT, (wording.BAD_PHONE,)))


def _picture(form: Form, media: str) -> Step:
    if len(form.media) >= PICTURES_MOST:
        return Step(form, _after(form, wording.PICTURES_FULL))
    kept = replace(form, media=(*form.media, media))
    return Step(kept, _after(kept, wording.PICTURE_NOTED.format(count=len(kept.media))))


def _skip(form: Form, slot: Slot) -> Step:
    if slot is Slot.TEXT:
        return Step(form, Ask(Slot.TEXT, (wording.NOT_SKIPPABLE,)))
    skipped = replace(form, skipped=(*form.skipped, slot), asked_twice=False, places=())
    return _onward(skipped, ())


def _back(form: Form) -> Step:
    if not form.filled:
        return Step(form, _after(form, wording.NOTHING_BEFORE))
    last = form.filled[-1]
    before = emptied(replace(form, filled=form.filled[:-1], places=(), asked_twice=False), last)
    asked = replace(before, asking=last, skipped=tuple(slot for slot in form.skipped if slot is not last))
    return Step(asked, Ask(last))


def _correct(form: Form, reading: Reading) -> Step:
    slot = reading.slot
    if slot is None:
        return Step(form, question(form))
    asked = replace(
        emptied(form, slot),
        asking=slot,
        asked_twice=False,
        places=(),
        skipped=tuple(skipped for skipped in form.skipped if skipped is not slot),
    )
    if not reading.value:
        return Step(asked, Ask(slot))
    return _answered(asked, replace(reading, verb=None, text=reading.value))


def _correction_while_confirming(form: Form, reading: Reading) -> Step:
    """Take a bare phone number or place said at the summary as a correction; anything else asks again."""
    if reading.phone:
        return _onward(filled_with(form, Slot.CONTACT, phone=reading.phone, anonymous=False), ())
    if reading.place is not None and reading.text == reading.place.text:
        return _onward(filled_with(form, Slot.PLACE, place=reading.place), ())
    return Step(form, question(form))


def _onward(form: Form, said: tuple[str, ...], *, places: tuple[Place, ...] = ()) -> Step:
    """Go to the next slot that is missing, or to the summary."""
    if places and Slot.PLACE in NEEDED[form.kind]:
        return Step(replace(form, places=places, asking=Slot.PLACE), AskPlace(places))
    for slot in NEEDED[form.kind]:
        if slot not in form.skipped and not is_filled(form, slot):
            return Step(replace(form, asking=slot, asked_twice=False, places=()), Ask(slot, said))
    done = replace(form, asking=None, asked_twice=False, places=())
    return Step(done, Summarise(summary(done), said))


def _after(form: Form, said: str) -> Outcome:
    match question(form):
        case Ask(slot, _):
            return Ask(slot, (said,))
        case Summarise(text, _):
            return Summarise(text, (said,))
        case other:
            return other
