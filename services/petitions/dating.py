"""Count every date of a petition anew from its clocks: due dates, and when the system acts by itself."""

from msgspec.structs import replace

from services.petitions.deadlines import due_of
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.schedule import next_duty_at


def dated(petition: Petition, rules: CityRules) -> Petition:
    """Return the petition with its dates counted anew; the very same one when none has moved.

    A date beyond the calendar is left open, not guessed: the petition is not lost for want of next year's notice, and
    redating.py fills it in once the notice is there.
    """
    due = due_of(petition.clocks.citizen, rules.calendar)
    unit_due = due_of(petition.clocks.unit, rules.calendar) if petition.clocks.unit else None
    due_on, due_at = (due.due_on, due.due_at) if due else (None, None)
    unit_due_on = unit_due.due_on if unit_due else None
    watch_at = next_duty_at(petition, rules)
    before = (petition.due_on, petition.due_at, petition.unit_due_on, petition.watch_at)
    if before == (due_on, due_at, unit_due_on, watch_at):
        return petition
    return replace(petition, due_on=due_on, due_at=due_at, unit_due_on=unit_due_on, watch_at=watch_at)
