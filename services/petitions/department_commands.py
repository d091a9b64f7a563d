"""What the handling side does: departments, and clerks who record for them."""

from datetime import timedelta
from typing import ClassVar

from msgspec.structs import replace

from services.conversations.message import MediaId
from services.errors import Conflict, Invalid
from services.petitions.commands import TEXT_LIMIT, Change, Command, Scene, optional, required
from services.petitions.deadline_model import PauseReason, Run
from services.petitions.deadlines import deadline
from services.petitions.evidence import Evidence
from services.petitions.model import Extension, Reply
from services.petitions.transitions import Action
from services.promises import Topic

EVIDENCE_MOST = 10
EVIDENCE_AHEAD = timedelta(minutes=5)
"""How far a unit's clock may be before ours."""


class ReturnTooLate(Conflict):
    """Refuse a return after the days the rules give for it."""

    code = "petition.return_too_late"
    title = "已超过退单时限"


class ExtensionTooLate(Conflict):
    """Refuse to extend what is overdue: an extension is asked for before the deadline."""

    code = "petition.extension_too_late"
    title = "已超过办理时限，不能再申请延期"


class Sign(Command, frozen=True, kw_only=True):
    """Sign for a dispatched petition (签收)."""

    action: ClassVar[Action] = Action.SIGN

    def change(self, scene: Scene) -> Change:
        """Tell the citizen who has it now."""
        return Change(petition=scene.petition, topic=Topic.PETITION_SIGNED)


class Start(Command, frozen=True, kw_only=True):
    """Begin to handle it."""

    action: ClassVar[Action] = Action.START

    def change(self, scene: Scene) -> Change:
        """Change nothing but the status."""
        return Change(petition=scene.petition)


class Contribute(Command, frozen=True, kw_only=True):
    """Add the opinion of an assisting department (协办意见)."""

    action: ClassVar[Action] = Action.CONTRIBUTE
    text: str

    def change(self, scene: Scene) -> Change:
        """Keep it for staff."""
        return Change(petition=scene.petition, internal=required("text", self.text, limit=TEXT_LIMIT))


class ReturnToSender(Command, frozen=True, kw_only=True):
    """Send it back to the centre: not ours, and why (退单)."""

    action: ClassVar[Action] = Action.RETURN
    reason: str

    def change(self, scene: Scene) -> Change:
        """End the unit's clock; the citizen's runs on."""
        reason = required("reason", self.reason)
        unit, limit = scene.petition.clocks.unit, scene.petition.rules.return_within
        if unit and limit and scene.is_over(Run(received_at=unit.received_at, limit=limit)):
            raise ReturnTooLate(scene.petition.id)
        return Change(petition=replace(scene.petition, clocks=scene.petition.clocks.returned()), internal=reason)


class RequestExtension(Command, frozen=True, kw_only=True):
    """Ask for more working days, before the deadline (申请延期)."""

    action: ClassVar[Action] = Action.REQUEST_EXTENSION
    days: int
    reason: str

    def change(self, scene: Scene) -> Change:
        """Remember what is asked for; refused at once when the rules would not allow it."""
        reason = required("reason", self.reason)
        if scene.is_over(scene.petition.clocks.unit or scene.petition.clocks.citizen):
            raise ExtensionTooLate(scene.petition.id)
        scene.petition.clocks.extended(self.days, most=scene.petition.rules.most_extension_workdays)
        extension = Extension(days=self.days, reason=reason, asked_at=scene.at)
        return Change(petition=replace(scene.petition, extension=extension), internal=reason)


class ApproveExtension(Command, frozen=True, kw_only=True):
    """Grant the extension that was asked for (批准延期)."""

    action: ClassVar[Action] = Action.APPROVE_EXTENSION

    def change(self, scene: Scene) -> Change:
        """Move the due dates and tell the citizen the new one and why."""
        extension = scene.petition.extension
        if extension is None:
            raise Invalid("no extension was asked for")
        clocks = scene.petition.clocks.extended(extension.days, most=scene.petition.rules.most_extension_workdays)
        # Nobody is promised a day that the calendar does not know yet: this raises, and nothing changes.
        deadline(clocks.citizen, scene.rules.calendar)
        return Change(
            petition=replace(scene.petition, clocks=clocks, extension=None),
            public={"reason": extension.reason, "days": str(extension.days)},
            topic=Topic.PETITION_EXTENDED,
        )


class RefuseExtension(Command, frozen=True, kw_only=True):
    """Refuse the extension that was asked for (不批准延期)."""

    action: ClassVar[Action] = Action.REFUSE_EXTENSION
    reason: str = ""

    def change(self, scene: Scene) -> Change:
        """Leave the dates."""
        return Change(petition=replace(scene.petition, extension=None), internal=optional("reason", self.reason))


class Wait(Command, frozen=True, kw_only=True):
    """Ask the citizen something; the clocks stand still until they answer."""

    action: ClassVar[Action] = Action.WAIT
    question: str

    def change(self, scene: Scene) -> Change:
        """Stop the clocks and put the question to the citizen."""
        question = required("question", self.question)
        clocks = scene.petition.clocks.paused(PauseReason.WAITING_FOR_CITIZEN, scene.at)
        return Change(
            petition=replace(scene.petition, clocks=clocks, question=question),
            public={"text": question},
            topic=Topic.PETITION_QUESTION,
        )


class Resume(Command, frozen=True, kw_only=True):
    """Go on without what was asked for."""

    action: ClassVar[Action] = Action.RESUME
    reason: str = ""

    def change(self, scene: Scene) -> Change:
        """Let the clocks run again."""
        changed = replace(scene.petition, clocks=scene.petition.clocks.resumed(scene.at), question="")
        return Change(petition=changed, internal=optional("reason", self.reason))


class Answer(Command, frozen=True, kw_only=True):
    """Answer the citizen; what only staff may know stands apart (答复)."""

    action: ClassVar[Action] = Action.ANSWER
    public_text: str
    internal_text: str = ""
    evidence: tuple[Evidence, ...] = ()
    media: tuple[MediaId, ...] = ()

    def change(self, scene: Scene) -> Change:
        """Keep both texts and tell the citizen the public one."""
        text = required("public_text", self.public_text, limit=TEXT_LIMIT)
        internal = optional("internal_text", self.internal_text, limit=TEXT_LIMIT)
        if len(self.evidence) > EVIDENCE_MOST or any(one.at > scene.at + EVIDENCE_AHEAD for one in self.evidence):
            raise Invalid(fields={"evidence": f"联系记录最多{EVIDENCE_MOST}条，时间不能在将来"})
        if len(self.media) > EVIDENCE_MOST:
            raise Invalid(fields={"media": f"附件最多{EVIDENCE_MOST}个"})
        reply = Reply(
            at=scene.at,
            department=scene.petition.department,
            public_text=text,
            internal_text=internal,
            evidence=tuple(replace(one, note=optional("evidence", one.note)) for one in self.evidence),
            media=tuple(dict.fromkeys(self.media)),
        )
        return Change(
            petition=replace(scene.petition, reply=reply, extension=None, rating_ended=False),
            public={"text": text},
            internal=internal,
            topic=Topic.PETITION_ANSWERED,
        )
