"""Say what an action needs, what it changes and what of it the citizen is told: the frame for all commands.

A command is data with two pure functions; `perform` checks it against the life cycle and writes the history. The
commands themselves stand in citizen_commands.py, centre_commands.py and department_commands.py.
"""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from services.errors import Invalid
from services.petitions.announcements import announced
from services.petitions.dating import dated
from services.petitions.deadline_model import Run
from services.petitions.deadlines import due_of, is_overdue
from services.petitions.departments import Directory
from services.petitions.model import Actor, Event, Petition, PetitionNotFound
from services.petitions.rules import CityRules
from services.petitions.transitions import Action, ActorRole, Status, advance
from services.promises import Pending, Topic

TEXT_LIMIT = 2_000
"""Characters of a petition, an answer or a supplement."""
REASON_LIMIT = 500
"""Characters of a reason, a question or a note."""


class Scene(Struct, frozen=True, kw_only=True):
    """The petition as it stands, who acts on it when, and the city's rules."""

    petition: Petition
    by: Actor
    at: datetime
    rules: CityRules

    def is_over(self, run: Run) -> bool:
        """Tell whether a run's time was over before this moment."""
        due = due_of(run, self.rules.calendar)
        return due is not None and is_overdue(due, self.at)


class Change(Struct, frozen=True, kw_only=True):
    """What a command makes of a petition.

    ``public`` and ``internal`` go into the history; ``topic`` is set when the citizen is told, with ``public``.
    ``back_to`` is where an un-merge leads back to, which no table can know.
    """

    petition: Petition
    public: dict[str, str] = {}
    internal: str = ""
    topic: Topic | None = None
    back_to: Status | None = None


class Command(Struct, frozen=True, kw_only=True):
    """One thing somebody wants to do; the fields are what the doer fills in."""

    action: ClassVar[Action]

    def action_on(self, scene: Scene) -> Action:  # noqa: ARG002 - a command whose action depends on the scene overrides this
        """Return the action of the life cycle that this is."""
        return self.action

    @staticmethod
    def check(scene: Scene) -> None:
        """Raise `Conflict` for what the life cycle's table cannot know and no field can mend: a page asks it beforehand."""

    def change(self, scene: Scene) -> Change:
        """Return what it changes besides the status; raises for what is wrong with the fields."""
        raise NotImplementedError


def perform(command: Command, scene: Scene) -> Petition:
    """Return the petition after a command, with its new event and promise, and its dates counted anew.

    Raises:
        PetitionNotFound: a department acts on what it was not given.
        ActionNotAllowed: the role may never do it.
        TransitionRefused: it does not fit where the petition stands.
        ServiceError: the command's own rules.
    """
    petition = scene.petition
    action = command.action_on(scene)
    if not is_concerned(petition, scene.by, assisting=action is Action.CONTRIBUTE):
        raise PetitionNotFound(petition.number)
    status = advance(petition.status, action, role=scene.by.role)
    command.check(scene)
    change = command.change(scene)
    changed = dated(replace(change.petition, status=change.back_to or status), scene.rules)
    return recorded(replace(change, petition=changed), action, scene=scene)


def recorded(change: Change, action: Action, *, scene: Scene) -> Petition:
    """Append one event and a promise, with an id of its own, to the citizen and to each unit that is told of it."""
    petition = change.petition
    facts = _facts(petition, scene.rules.directory) | change.public
    event = Event(
        seq=petition.revision + 1,
        at=scene.at,
        action=action,
        status=petition.status,
        role=scene.by.role,
        by="" if scene.by.role is ActorRole.CITIZEN else scene.by.id,
        public=facts if change.topic else change.public,
        internal=change.internal,
    )
    after = replace(petition, history=(*petition.history, event))
    promised = (*petition.pending, *announced(scene.petition, after, by=scene.by, rules=scene.rules))
    if change.topic:
        promise = Pending(
            id=f"{petition.id}:{event.seq}",
            topic=change.topic,
            at=scene.at,
            citizen_id=petition.reporter.citizen_id,
            conversation_id=petition.reporter.conversation_id,
            facts={"number": petition.number} | facts,
        )
        promised = (*promised, promise)
    return replace(after, pending=promised)


def is_concerned(petition: Petition, by: Actor, *, assisting: bool) -> bool:
    """Tell whether a department's clerk has to do with a petition; everybody else is checked elsewhere."""
    if by.role is not ActorRole.DEPARTMENT:
        return True
    return by.department == petition.department or (assisting and by.department in petition.joint)


def required(name: str, value: str, *, limit: int = REASON_LIMIT) -> str:
    """Return a text without outer blanks; raise `Invalid` when it is empty or too long."""
    text = value.strip()
    if not text:
        raise Invalid(fields={name: "请填写"})
    return optional(name, text, limit=limit)


def optional(name: str, value: str, *, limit: int = REASON_LIMIT) -> str:
    """Return a text without outer blanks; raise `Invalid` when it is too long."""
    text = value.strip()
    if len(text) > limit:
        raise Invalid(fields={name: f"最多{limit}字"})
    return text


def _facts(petition: Petition, directory: Directory) -> dict[str, str]:
    facts: dict[str, str] = {}
    if petition.department:
        facts["department"] = directory.name_of(petition.department)
    if petition.due_on:
        facts["due"] = petition.due_on.isoformat()
    return facts
