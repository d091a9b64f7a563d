"""What the system does to petitions by itself; see schedule.py for when."""

from typing import ClassVar, assert_never

from msgspec.structs import replace

from services.errors import Conflict
from services.petitions.cards import card_due, with_card
from services.petitions.centre_commands import Close, Supervise
from services.petitions.commands import Change, Command, Scene
from services.petitions.deadline_model import Card
from services.petitions.department_commands import Resume
from services.petitions.model import Raised
from services.petitions.schedule import Duty
from services.petitions.transitions import Action
from services.promises import CENTRE


class NothingDue(Conflict):
    """Refuse a card that is not due, or was raised before."""

    code = "petition.nothing_due"
    title = "当前没有需要发出的预警"


class RaiseCard(Command, frozen=True, kw_only=True):
    """Raise the card that is due (黄牌、红牌)."""

    def action_on(self, scene: Scene) -> Action:
        """Return which card."""
        return Action.RED_CARD if _due(scene).card is Card.RED else Action.YELLOW_CARD

    def change(self, scene: Scene) -> Change:
        """Remember it, so that it is raised once; the history says to whom and for which date."""
        raised = _due(scene)
        cards = with_card(scene.petition, raised, calendar=scene.rules.calendar)
        note = f"{raised.holder or CENTRE} {raised.due_on.isoformat()}"
        return Change(petition=replace(scene.petition, cards=cards), internal=note)


class EndRating(Command, frozen=True, kw_only=True):
    """End the time in which an answer could be rated: now somebody must call (评价期满转回访)."""

    action: ClassVar[Action] = Action.END_RATING

    def change(self, scene: Scene) -> Change:
        """Remember it."""
        return Change(petition=replace(scene.petition, rating_ended=True))


class Followed(Command, frozen=True, kw_only=True):
    """Note that all merged petitions have followed this one."""

    action: ClassVar[Action] = Action.FOLLOWED

    def change(self, scene: Scene) -> Change:
        """Remember it."""
        return Change(petition=replace(scene.petition, followed_at=scene.at))


def command_for(duty: Duty) -> Command:
    """Return the command that does a duty."""
    match duty:
        case Duty.CARD:
            return RaiseCard()
        case Duty.RESUME:
            return Resume()
        case Duty.END_RATING:
            return EndRating()
        case Duty.CLOSE:
            return Close()
        case Duty.SUPERVISE:
            return Supervise()
        case Duty.RELAY_ANSWER:
            return Followed()
        case _:
            assert_never(duty)


def _due(scene: Scene) -> Raised:
    raised = card_due(scene.petition, scene.rules.calendar, at=scene.at)
    if raised is None:
        raise NothingDue(scene.petition.id)
    return raised
