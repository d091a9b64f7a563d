"""Fill and empty the slots of the petition form; the order in which they were filled is what 返回 goes back along."""

from msgspec.structs import replace

from bots.petition.reading import Reading
from bots.petition.state import Form, Slot


def filled_with(form: Form, slot: Slot, **values: object) -> Form:
    """Return the form with a slot filled."""
    filled = (*(one for one in form.filled if one is not slot), slot)
    return replace(form, filled=filled, asked_twice=False, places=(), **values)


def emptied(form: Form, slot: Slot) -> Form:
    """Return the form without what a slot held."""
    match slot:
        case Slot.TEXT:
            return replace(form, text="")
        case Slot.PLACE:
            return replace(form, place=None)
        case Slot.OCCURRED:
            return replace(form, occurred="")
        case Slot.CONTACT:
            return replace(form, phone="", anonymous=False)


def is_filled(form: Form, slot: Slot) -> bool:
    """Tell whether a slot holds something."""
    match slot:
        case Slot.TEXT:
            return bool(form.text)
        case Slot.PLACE:
            return form.place is not None
        case Slot.OCCURRED:
            return bool(form.occurred)
        case Slot.CONTACT:
            return form.anonymous or bool(form.phone)


def also_said(form: Form, reading: Reading) -> Form:
    """Fill every other slot that the same sentence names: never ask what was said."""
    if form.place is None and reading.place is not None:
        form = filled_with(form, Slot.PLACE, place=reading.place)
    if not form.occurred and reading.occurred:
        form = filled_with(form, Slot.OCCURRED, occurred=reading.occurred)
    if not form.phone and not form.anonymous and reading.phone:
        form = filled_with(form, Slot.CONTACT, phone=reading.phone)
    return form
