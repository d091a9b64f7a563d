"""The summary a citizen checks before a petition is filed."""

from bots.petition import wording
from bots.petition.state import Form, Place, Slot

_SHOWN_DIGITS = 3


def summary(form: Form) -> str:
    """Return everything the form holds, one line a value; the telephone number masked in the middle."""
    rows = [(wording.ROW_KIND, wording.KIND_NAMES[form.kind]), (wording.SLOT_NAMES[Slot.TEXT], form.text)]
    if form.place is not None:
        rows.append((wording.SLOT_NAMES[Slot.PLACE], place_text(form.place)))
    if form.occurred:
        rows.append((wording.SLOT_NAMES[Slot.OCCURRED], form.occurred))
    rows.append((wording.SLOT_NAMES[Slot.CONTACT], _contact(form)))
    if form.media:
        rows.append((wording.ROW_PHOTOS, wording.PHOTOS.format(count=len(form.media))))
    lines = "\n".join(wording.SUMMARY_ROW.format(name=name, value=value) for name, value in rows)
    return wording.SUMMARY.format(rows=lines)


def place_text(place: Place) -> str:
    """Return a place as a person reads it: the recognised names, then the citizen's own words."""
    names = "".join(dict.fromkeys(name for name in (place.district, place.street, place.community) if name))
    if not names or place.text.startswith(names):
        return place.text or names
    return f"{names}（{place.text}）" if place.text and place.text not in names else names


def _contact(form: Form) -> str:
    if form.anonymous:
        return wording.ANONYMOUS_VALUE
    if form.phone:
        return wording.MASKED_PHONE.format(head=form.phone[:_SHOWN_DIGITS], tail=form.phone[-4:])
    return wording.NOT_GIVEN
