"""Say which units, and whether the centre's staff, are told of an action; the citizen's topic is the command's own."""

from datetime import datetime

from services.calendar.model import CalendarTooShort
from services.calendar.working_hours import WorkingHours
from services.ids import CitizenId
from services.petitions.model import Actor, Petition
from services.petitions.rules import CityRules
from services.petitions.transitions import AT_DEPARTMENT, Action
from services.promises import CENTRE, Pending, Topic

_TO_UNIT: dict[Action, Topic] = {
    Action.DISPATCH: Topic.DEPARTMENT_DISPATCHED,
    Action.REDO: Topic.DEPARTMENT_REDO,
    Action.WITHDRAW: Topic.DEPARTMENT_WITHDRAWN,
    Action.URGE: Topic.DEPARTMENT_URGED,
    Action.SUPPLEMENT: Topic.DEPARTMENT_SUPPLEMENTED,
    Action.RESUME: Topic.DEPARTMENT_RESUMED,
    Action.BEGIN_SPECIAL: Topic.DEPARTMENT_SPECIAL_PROCEDURE,
    Action.END_SPECIAL: Topic.DEPARTMENT_PROCEDURE_ENDED,
    Action.APPROVE_EXTENSION: Topic.DEPARTMENT_EXTENSION_APPROVED,
    Action.REFUSE_EXTENSION: Topic.DEPARTMENT_EXTENSION_REFUSED,
    Action.SUPERVISE: Topic.DEPARTMENT_SUPERVISED,
    Action.MERGE: Topic.DEPARTMENT_MERGED,
    Action.UNMERGE: Topic.DEPARTMENT_UNMERGED,
}
_TO_ASSISTANTS = frozenset({Action.DISPATCH, Action.REDO, Action.JOIN})
_CARDS: dict[Action, tuple[Topic, Topic]] = {
    Action.YELLOW_CARD: (Topic.DEPARTMENT_YELLOW_CARD, Topic.CENTRE_YELLOW_CARD),
    Action.RED_CARD: (Topic.DEPARTMENT_RED_CARD, Topic.CENTRE_RED_CARD),
}
_NOTICES = frozenset(
    {Topic.CENTRE_CALL_BACK, Topic.CENTRE_DISSATISFIED, *(topic for pair in _CARDS.values() for topic in pair)}
)
"""What is for people to read, and so goes out when they work."""


def announced(before: Petition, after: Petition, *, by: Actor, rules: CityRules) -> tuple[Pending, ...]:
    """Return the promises to staff that the newest event makes, each with an id of its own.

    Args:
        before: the petition as it stood.
        after: with the event as the last of its history.
        by: who acted; a unit is not told of what it did itself.
        rules: tell when offices work.
    """
    return tuple(
        _promise(after, handler, topic=topic, rules=rules)
        for handler, topic in _told(before, after)
        if handler != by.department or not by.department
    )


def _told(before: Petition, after: Petition) -> list[tuple[str, Topic]]:
    """Return who is told what: (handler, topic)."""
    action = after.history[-1].action
    told: list[tuple[str, Topic]] = []
    concerned = before.status in AT_DEPARTMENT or after.status in AT_DEPARTMENT
    if action in _TO_UNIT and concerned:
        told.append((after.department, _TO_UNIT[action]))
    if action in _TO_ASSISTANTS:
        new = [one for one in after.joint if action is not Action.JOIN or one not in before.joint]
        told += [(one, Topic.DEPARTMENT_JOINED) for one in new]
    if action in _CARDS:
        to_unit, to_centre = _CARDS[action]
        holder = after.cards[-1].holder
        told += [(holder, to_unit)] if holder else []
        told += [(CENTRE, to_centre)] if action is Action.RED_CARD or not holder else []
    if action is Action.END_RATING:
        told.append((CENTRE, Topic.CENTRE_CALL_BACK))
    if action is Action.RATE and after.hearing is not None and after.hearing.is_dissatisfied:
        told.append((CENTRE, Topic.CENTRE_DISSATISFIED))
    return told


def _promise(petition: Petition, handler: str, *, topic: Topic, rules: CityRules) -> Pending:
    event = petition.history[-1]
    due = petition.unit_due_on or petition.due_on
    facts = {
        "number": petition.number,
        "version": str(event.seq),
        "due": due.isoformat() if due else "",
        "text": _text(petition),
    }
    return Pending(
        id=f"{petition.id}:{event.seq}:{handler}",
        topic=topic,
        at=event.at,
        citizen_id=CitizenId(""),
        facts={name: value for name, value in facts.items() if value},
        handler=handler,
        not_before=_when_people_work(event.at, rules) if topic in _NOTICES else None,
    )


def _text(petition: Petition) -> str:
    """Return the words of the event that a unit needs: a reason, a note, what the citizen added."""
    event = petition.history[-1]
    if event.action in _CARDS or event.action is Action.RATE:
        return ""
    return event.internal or event.public.get("text", "") or event.public.get("reason", "")


def _when_people_work(at: datetime, rules: CityRules) -> datetime:
    """Return the moment or the next office hours; past the calendar nobody knows them, and a notice does not wait."""
    try:
        return WorkingHours(rules.calendar, rules.patience.notice_hours).next_working_time(at)
    except CalendarTooShort:
        return at
