"""What the hotline centre does: accept, dispatch, call back, close, and watch over."""

from typing import ClassVar

from msgspec.structs import replace

from services.errors import Conflict, Invalid, NotAllowed
from services.petitions.citizen_commands import check_grades
from services.petitions.clocks import Clocks
from services.petitions.commands import TEXT_LIMIT, Change, Command, Scene, optional, required
from services.petitions.deadline_model import Run
from services.petitions.departments import UnknownDepartment
from services.petitions.model import Hearing
from services.petitions.transitions import MAY, Action, ActorRole, Status
from services.promises import Topic

CALLS_BEFORE_GIVING_UP = 2
JOINT_MOST = 10


class RedoFirst(Conflict):
    """Refuse to close what the citizen is not satisfied with: redo it, or let a supervisor close it."""

    code = "petition.redo_first"
    title = "市民未满意，应先重办或由督办人员办结"


class RedoTooLate(Conflict):
    """Refuse a redo long after the citizen was heard: a supervisor, or an appeal of the citizen, can still order it."""

    code = "petition.redo_too_late"
    title = "已超过重办时限，请由督办人员处理或由市民申诉"


class ContactWithheld(NotAllowed):
    """Refuse to show who filed anonymously (为举报人保密).

    Source: GB/T 33358: on request the reporter is masked for the handling unit too.
    """

    code = "petition.contact_withheld"
    title = "诉求人要求匿名，不能查看联系方式"


class Accept(Command, frozen=True, kw_only=True):
    """Accept a petition; a category set here overrules the proposed one (受理)."""

    action: ClassVar[Action] = Action.ACCEPT
    category: str = ""

    def change(self, scene: Scene) -> Change:
        """Set the category."""
        category = scene.rules.tree.find(self.category).path if self.category else scene.petition.category
        return Change(petition=replace(scene.petition, category=category), topic=Topic.PETITION_ACCEPTED)


class NotAccept(Command, frozen=True, kw_only=True):
    """Do not accept a petition and name the right door (不予受理)."""

    action: ClassVar[Action] = Action.NOT_ACCEPT
    door: str
    reason: str = ""

    def change(self, scene: Scene) -> Change:
        """Tell the citizen where to go instead."""
        door = scene.rules.doors.get(self.door)
        public = {"door": door.id, "door_name": door.name, "phone": door.phone, "reason": door.say}
        return Change(
            petition=replace(scene.petition, door=door.id),
            public={name: value for name, value in public.items() if value},
            internal=optional("reason", self.reason),
            topic=Topic.PETITION_NOT_ACCEPTED,
        )


class Dispatch(Command, frozen=True, kw_only=True):
    """Send it to whoever must handle it, with those who assist (转办、联办)."""

    action: ClassVar[Action] = Action.DISPATCH
    to: str
    joint: tuple[str, ...] = ()
    note: str = ""

    def change(self, scene: Scene) -> Change:
        """Start the unit's clock and tell the citizen who has it."""
        _check_handlers((self.to, *self.joint), scene)
        changed = replace(
            scene.petition,
            department=self.to,
            joint=_assistants(self.joint, lead=self.to),
            clocks=scene.petition.clocks.dispatched(scene.petition.rules.answer, scene.at),
        )
        return Change(petition=changed, internal=optional("note", self.note), topic=Topic.PETITION_DISPATCHED)


class Join(Command, frozen=True, kw_only=True):
    """Let further departments assist (联办)."""

    action: ClassVar[Action] = Action.JOIN
    departments: tuple[str, ...]

    def change(self, scene: Scene) -> Change:
        """Add them; whoever leads or assists already stays what they are."""
        _check_handlers(self.departments, scene)
        if not self.departments:
            raise Invalid(fields={"departments": "请选择协办单位"})
        joint = _assistants((*scene.petition.joint, *self.departments), lead=scene.petition.department)
        return Change(petition=replace(scene.petition, joint=joint), internal=",".join(self.departments))


class CallBack(Command, frozen=True, kw_only=True):
    """Record a call to the citizen after the answer (回访)."""

    reached: bool
    solved: bool | None = None
    result: int | None = None
    process: int | None = None
    text: str = ""

    def action_on(self, scene: Scene) -> Action:
        """Return CALL_BACK when reached, else MISS or, for the second time, GIVE_UP."""
        if self.reached:
            return Action.CALL_BACK
        return Action.GIVE_UP if scene.petition.missed + 1 >= CALLS_BEFORE_GIVING_UP else Action.MISS

    def change(self, scene: Scene) -> Change:
        """Keep the three answers, or that nobody answered."""
        text = optional("text", self.text)
        if not self.reached:
            return self._missed(scene, text=text)
        if self.solved is None:
            raise Invalid(fields={"solved": "请填写是否解决"})
        check_grades(self.result, self.process)
        hearing = Hearing(
            at=scene.at,
            role=scene.by.role,
            reached=True,
            solved=self.solved,
            result=self.result,
            process=self.process,
            text=text,
        )
        # In the history as well: a redo clears the hearing, and figures are recomputed from events.
        public = {"solved": str(self.solved).lower(), "result": str(self.result), "process": str(self.process)}
        return Change(petition=replace(scene.petition, hearing=hearing), public=public, internal=text)

    def _missed(self, scene: Scene, *, text: str) -> Change:
        missed = scene.petition.missed + 1
        hearing = scene.petition.hearing
        if missed >= CALLS_BEFORE_GIVING_UP:
            hearing = Hearing(at=scene.at, role=scene.by.role, reached=False)
        return Change(petition=replace(scene.petition, missed=missed, hearing=hearing), internal=text)


class Redo(Command, frozen=True, kw_only=True):
    """Have it handled again, in a new round with a new deadline, by whoever had it last or by somebody else (重办)."""

    action: ClassVar[Action] = Action.REDO
    reason: str
    to: str = ""

    def change(self, scene: Scene) -> Change:
        """Begin a round: both clocks start, and the citizen will be heard again."""
        reason = required("reason", self.reason)
        _check_redo_window(scene)
        handler = self.to or scene.petition.department
        _check_handlers((handler,), scene)
        run = Run(received_at=scene.at, limit=scene.petition.rules.answer)
        changed = replace(
            scene.petition,
            department=handler,
            joint=_assistants(scene.petition.joint, lead=handler),
            round=scene.petition.round + 1,
            clocks=Clocks(citizen=run, unit=run),
            missed=0,
            hearing=None,
            rated=False,
            rating_ended=False,
        )
        public = {"round": str(changed.round)}
        return Change(petition=changed, public=public, internal=reason, topic=Topic.PETITION_REDO)


class Close(Command, frozen=True, kw_only=True):
    """Close what the citizen was heard on (办结)."""

    note: str = ""
    reply: str = ""

    def action_on(self, scene: Scene) -> Action:
        """Return CLOSE, or CLOSE_DISSATISFIED when the citizen is not satisfied; raise `RedoFirst` for who may not."""
        if scene.petition.hearing is None or not scene.petition.hearing.is_dissatisfied:
            return Action.CLOSE
        if scene.by.role in MAY[Action.CLOSE] - MAY[Action.CLOSE_DISSATISFIED]:
            raise RedoFirst(scene.petition.id)
        return Action.CLOSE_DISSATISFIED

    def change(self, scene: Scene) -> Change:
        """Tell the citizen; one who is not satisfied is owed a reply of their own (差评必复)."""
        is_dissatisfied = self.action_on(scene) is Action.CLOSE_DISSATISFIED
        reply = (required if is_dissatisfied else optional)("reply", self.reply, limit=TEXT_LIMIT)
        return Change(
            petition=scene.petition,
            public={"text": reply} if reply else {},
            internal=optional("note", self.note),
            topic=Topic.PETITION_CLOSED,
        )


class Supervise(Command, frozen=True, kw_only=True):
    """Put it under supervision (督办)."""

    action: ClassVar[Action] = Action.SUPERVISE
    note: str = ""

    def change(self, scene: Scene) -> Change:
        """Count it."""
        changed = replace(
            scene.petition, supervised=scene.petition.supervised + 1, supervised_round=scene.petition.round
        )
        return Change(petition=changed, internal=optional("note", self.note))


class Reveal(Command, frozen=True, kw_only=True):
    """Look at the reporter's name and telephone, saying what for."""

    action: ClassVar[Action] = Action.REVEAL
    purpose: str

    def change(self, scene: Scene) -> Change:
        """Record who looked and why; refuse the handling side when the reporter asked not to be known to it."""
        if scene.petition.reporter.anonymous and scene.by.role is ActorRole.DEPARTMENT:
            raise ContactWithheld(scene.petition.id)
        return Change(petition=scene.petition, internal=required("purpose", self.purpose))


def _check_redo_window(scene: Scene) -> None:
    """Raise `RedoTooLate` for whoever may not order a redo any more."""
    petition = scene.petition
    is_free = petition.status is Status.APPEALED or scene.by.role is ActorRole.SUPERVISOR
    if petition.hearing and not is_free and scene.at > petition.hearing.at + scene.rules.patience.redo:
        raise RedoTooLate(petition.id)


def _assistants(departments: tuple[str, ...], *, lead: str) -> tuple[str, ...]:
    joint = tuple(dict.fromkeys(one for one in departments if one != lead))
    if len(joint) > JOINT_MOST:
        raise Invalid(fields={"joint": f"协办单位最多{JOINT_MOST}个"})
    return joint


def _check_handlers(handlers: tuple[str, ...], scene: Scene) -> None:
    for handler in handlers:
        if handler not in scene.rules.directory:
            raise UnknownDepartment(fields={"to": UnknownDepartment.title})
