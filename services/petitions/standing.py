"""Say what of a petition depends on the moment: who has it, how many working days are left, what its citizen may do."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct

from services.calendar.model import CalendarTooShort
from services.clock import SHANGHAI
from services.errors import Conflict
from services.petitions.citizen_commands import URGED_AGAIN_AFTER, Appeal, Rate, Supplement, Urge, Withdraw
from services.petitions.commands import Command, Scene
from services.petitions.transitions import AT_DEPARTMENT, OPEN, Action, ActorRole, Status, advance
from services.promises import CENTRE

CITIZENS_COMMANDS: Mapping[Action, type[Command]] = MappingProxyType(
    {one.action: one for one in (Rate, Supplement, Urge, Withdraw, Appeal)}
)
"""What citizens do by themselves, in the order it is offered."""

_AT_CENTRE = OPEN - set(AT_DEPARTMENT) | {Status.ANSWERED, Status.HEARD, Status.APPEALED}


class Standing(Struct, frozen=True, kw_only=True):
    """How a petition stands for its citizen at one moment.

    Args:
        holder: the unit that has it, `CENTRE` while the centre has it, empty when nobody has any more.
        days_left: working days after today up to the promised day, so 0 on that day itself and negative once working
            days have passed it; None when nothing is owed, while the clock stands still and past the calendar.
        is_overdue: whether the last second in time is over.
        actions: what the citizen may do now.
        urge_again_at: until when urging is still the same urging.
        rate_until: the last moment of a rating that is open now.
    """

    holder: str
    days_left: int | None
    is_overdue: bool
    actions: tuple[Action, ...]
    urge_again_at: datetime | None
    rate_until: datetime | None


def standing(scene: Scene) -> Standing:
    """Return how a petition stands for its citizen at the scene's moment."""
    actions = tuple(action for action, command in CITIZENS_COMMANDS.items() if _is_open(command, scene))
    return Standing(
        holder=_holder(scene),
        days_left=_days_left(scene),
        is_overdue=scene.petition.status in OPEN and scene.is_over(scene.petition.clocks.citizen),
        actions=actions,
        urge_again_at=_urge_again_at(scene) if Action.URGE in actions else None,
        rate_until=_rate_until(scene) if Action.RATE in actions else None,
    )


def _is_open(command: type[Command], scene: Scene) -> bool:
    """Tell whether a citizen's command would be taken now, whatever is filled in."""
    try:
        _ = advance(scene.petition.status, command.action, role=ActorRole.CITIZEN)
        command.check(scene)
    except Conflict:
        return False
    return True


def _holder(scene: Scene) -> str:
    if scene.petition.status in AT_DEPARTMENT:
        return scene.petition.department
    return CENTRE if scene.petition.status in _AT_CENTRE else ""


def _days_left(scene: Scene) -> int | None:
    due_on = scene.petition.due_on
    if due_on is None or scene.petition.status not in OPEN:
        return None
    try:
        return scene.rules.calendar.workdays_between(scene.at.astimezone(SHANGHAI).date(), due_on)
    except CalendarTooShort:
        return None


def _urge_again_at(scene: Scene) -> datetime | None:
    urged_at = scene.petition.urged_at
    return urged_at + URGED_AGAIN_AFTER if urged_at is not None and Urge.is_repeated(scene) else None


def _rate_until(scene: Scene) -> datetime | None:
    reply = scene.petition.reply
    return reply.at + scene.rules.patience.rating if reply is not None else None
