"""Count every date of a petition anew from its clocks: due dates, and when the system acts by itself."""

from msgspec.structs import replace

from services.petitions.deadlines import due_of
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.schedule import next_duty_at


def dated(petition: Petition, rules: CityRules) -> Petition:
    """Return the petition with its dates counted anew.

    A date beyond the calendar is left open, not guessed: the petition is not lost for want of next year's notice, and
    `PetitionService.redate` fills it in once the notice is there.
    """
    due = due_of(petition.clocks.citizen, rules.calendar)
    unit_due = due_of(petition.clocks.unit, rules.calendar) if petition.clocks.unit else None
    return replace(
        petition,
        due_on=due.due_on if due else None,
        due_at=due.due_at if due else None,
        unit_due_on=unit_due.due_on if unit_due else None,
        watch_at=next_duty_at(petition, rules),
    )
