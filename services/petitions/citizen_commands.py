"""What citizens do to their petitions."""

from datetime import timedelta
from typing import ClassVar

from msgspec.structs import replace

from services.conversations.message import MediaId
from services.errors import Conflict, Invalid
from services.petitions.commands import TEXT_LIMIT, Change, Command, Scene, optional, required
from services.petitions.model import Hearing
from services.petitions.transitions import Action, Status
from services.promises import Topic

URGED_AGAIN_AFTER = timedelta(hours=1)
"""Urging sooner is the same urging."""
SUPPLEMENTS_MOST = 20
MEDIA_MOST = 20
APPEALS_MOST = 2
_GRADES = range(1, 6)


class RatedAlready(Conflict):
    """Refuse a second rating of one answer: one matter, one rating (一事一评)."""

    code = "petition.rated_already"
    title = "您已经评价过了"


class RatingEnded(Conflict):
    """Refuse a rating after the days there are for it; the centre calls instead."""

    code = "petition.rating_ended"
    title = "评价期已过，我们会电话回访"


class TooManySupplements(Conflict):
    """Refuse a twenty-first supplement."""

    code = "petition.too_many_supplements"
    title = "补充次数已达上限"


class NoMoreAppeals(Conflict):
    """Refuse a third appeal: the next instance is elsewhere."""

    code = "petition.no_more_appeals"
    title = "申诉次数已达上限"


class Rate(Command, frozen=True, kw_only=True):
    """Say whether the matter is solved, and grade result and process from 1 to 5."""

    action: ClassVar[Action] = Action.RATE
    solved: bool
    result: int
    process: int
    text: str = ""

    @staticmethod
    def check(scene: Scene) -> None:
        """Refuse a second rating of one answer, and one after its days."""
        if scene.petition.rated:
            raise RatedAlready(scene.petition.id)
        reply = scene.petition.reply
        if reply is not None and scene.at > reply.at + scene.rules.patience.rating:
            raise RatingEnded(scene.petition.id)

    def change(self, scene: Scene) -> Change:
        """Hear the citizen."""
        check_grades(self.result, self.process)
        text = optional("text", self.text)
        hearing = Hearing(
            at=scene.at,
            role=scene.by.role,
            reached=True,
            solved=self.solved,
            result=self.result,
            process=self.process,
            text=text,
        )
        public = {"solved": str(self.solved).lower(), "result": str(self.result), "process": str(self.process)}
        return Change(
            petition=replace(scene.petition, hearing=hearing, rated=True),
            public=public | ({"text": text} if text else {}),
        )


class Withdraw(Command, frozen=True, kw_only=True):
    """Take the petition back."""

    action: ClassVar[Action] = Action.WITHDRAW
    reason: str = ""

    def change(self, scene: Scene) -> Change:
        """Keep the reason."""
        reason = optional("reason", self.reason)
        return Change(
            petition=replace(scene.petition, extension=None, question=""),
            public={"reason": reason} if reason else {},
            topic=Topic.PETITION_WITHDRAWN,
        )


class Urge(Command, frozen=True, kw_only=True):
    """Ask for haste."""

    action: ClassVar[Action] = Action.URGE

    def change(self, scene: Scene) -> Change:
        """Count it."""
        return Change(petition=replace(scene.petition, urged=scene.petition.urged + 1, urged_at=scene.at))

    @staticmethod
    def is_repeated(scene: Scene) -> bool:
        """Tell whether the citizen urged a moment ago."""
        return scene.petition.urged_at is not None and scene.at < scene.petition.urged_at + URGED_AGAIN_AFTER


class Supplement(Command, frozen=True, kw_only=True):
    """Add words or pictures; what was asked for lets the clock run again."""

    action: ClassVar[Action] = Action.SUPPLEMENT
    text: str = ""
    media: tuple[MediaId, ...] = ()

    @staticmethod
    def check(scene: Scene) -> None:
        """Refuse more than there is room for."""
        if scene.petition.supplements >= SUPPLEMENTS_MOST:
            raise TooManySupplements(scene.petition.id)

    def change(self, scene: Scene) -> Change:
        """Add it to the petition; the words stand in the history."""
        text = optional("text", self.text, limit=TEXT_LIMIT)
        if not text and not self.media:
            raise Invalid(fields={"text": "请填写补充内容或上传图片"})
        media = tuple(dict.fromkeys((*scene.petition.media, *self.media)))
        if len(media) > MEDIA_MOST:
            raise Invalid(fields={"media": f"图片最多{MEDIA_MOST}张"})
        waited = scene.petition.status is Status.WAITING
        changed = replace(
            scene.petition,
            media=media,
            supplements=scene.petition.supplements + 1,
            question="" if waited else scene.petition.question,
            clocks=scene.petition.clocks.resumed(scene.at) if waited else scene.petition.clocks,
        )
        pictures = {"media": ",".join(self.media)} if self.media else {}
        return Change(petition=changed, public=({"text": text} if text else {}) | pictures)


class Appeal(Command, frozen=True, kw_only=True):
    """Ask for a second look at a closing or at not being accepted (申诉复核)."""

    action: ClassVar[Action] = Action.APPEAL
    reason: str

    @staticmethod
    def check(scene: Scene) -> None:
        """Refuse the third."""
        if scene.petition.appeals >= APPEALS_MOST:
            raise NoMoreAppeals(scene.petition.id)

    def change(self, scene: Scene) -> Change:
        """Count it."""
        reason = required("reason", self.reason)
        return Change(
            petition=replace(scene.petition, appeals=scene.petition.appeals + 1, door=""), public={"reason": reason}
        )


def check_grades(result: int | None, process: int | None) -> None:
    """Raise `Invalid` for a grade that is missing or not 1 to 5."""
    faults = [name for name, grade in (("result", result), ("process", process)) if grade not in _GRADES]
    if faults:
        raise Invalid(fields=dict.fromkeys(faults, "请评1至5分"))
