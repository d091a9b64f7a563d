"""Decide which yellow or red card is due, and to whom (黄牌、红牌): each once for each date somebody owes.

The handling unit owes its own date. The centre owes the citizen's date while no unit has the petition, and whenever the
two differ: a return restarts the unit's clock and never the citizen's, so the date that was promised is still watched.
"""

from datetime import datetime
from typing import assert_never

from msgspec import Struct

from services.calendar.work_calendar import WorkCalendar
from services.petitions.deadline_model import Card, Due
from services.petitions.deadlines import card, due_of
from services.petitions.model import Petition, Raised
from services.petitions.transitions import AT_DEPARTMENT, OPEN

_RANK = {Card.NONE: 0, Card.YELLOW: 1, Card.RED: 2}


class Owed(Struct, frozen=True, kw_only=True):
    """A date that somebody owes; an empty holder is the centre."""

    holder: str
    due: Due


def owed(petition: Petition, calendar: WorkCalendar) -> tuple[Owed, ...]:
    """Return who owes what by when; nothing once it is answered, while the clock stands and past the calendar."""
    if petition.status not in OPEN:
        return ()
    citizen = due_of(petition.clocks.citizen, calendar)
    unit = due_of(petition.clocks.unit, calendar) if petition.clocks.unit else None
    found = []
    if unit and petition.status in AT_DEPARTMENT:
        found.append(Owed(holder=petition.department, due=unit))
    if citizen and not (found and found[0].due.due_on == citizen.due_on):
        found.append(Owed(holder="", due=citizen))
    return tuple(found)


def next_card_at(petition: Petition, calendar: WorkCalendar) -> datetime | None:
    """Return when the next card falls that was not raised yet."""
    moments = [_next(one.due, raised_for(petition, one)) for one in owed(petition, calendar)]
    return min((moment for moment in moments if moment is not None), default=None)


def card_due(petition: Petition, calendar: WorkCalendar, *, at: datetime) -> Raised | None:
    """Return the card to raise now; a red one that falls before its yellow was raised stands for both."""
    for one in owed(petition, calendar):
        level = card(one.due, at)
        if _RANK[level] > _RANK[raised_for(petition, one)]:
            return Raised(holder=one.holder, round=petition.round, due_on=one.due.due_on, card=level, at=at)
    return None


def raised_for(petition: Petition, one: Owed) -> Card:
    """Return the card that was raised for this date; another holder, round or date begins anew."""
    levels = [raised.card for raised in petition.cards if _is_for(raised, petition, one=one)]
    return max(levels, key=_RANK.__getitem__, default=Card.NONE)


def with_card(petition: Petition, raised: Raised, *, calendar: WorkCalendar) -> tuple[Raised, ...]:
    """Return the cards after one more; those for dates that nobody owes any more stand in the history alone."""
    still = owed(petition, calendar)
    kept = [one for one in petition.cards if any(_is_for(one, petition, one=date) for date in still)]
    return (*kept, raised)


def _is_for(raised: Raised, petition: Petition, *, one: Owed) -> bool:
    return (raised.holder, raised.round, raised.due_on) == (one.holder, petition.round, one.due.due_on)


def _next(due: Due, level: Card) -> datetime | None:
    match level:
        case Card.NONE:
            return due.yellow_at or due.red_at
        case Card.YELLOW:
            return due.red_at
        case Card.RED:
            return None
        case _:
            assert_never(level)
