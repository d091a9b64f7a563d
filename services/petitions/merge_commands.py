"""Group petitions about the same matter under one of them, take them apart again, and pass its answer on (并案).

The petition that leads keeps its own life. One that is merged stands still, its clocks run on, and nothing of it is
changed but where it stands: so taking it apart restores exactly what was there before. When the lead is answered, every
merged one is answered with the same words and goes its own way from there: each reporter is heard for themselves.
"""

from typing import ClassVar

from msgspec.structs import replace

from services.errors import Conflict, Invalid
from services.petitions.commands import Change, Command, Scene, optional
from services.petitions.model import Merged, Petition, Reply
from services.petitions.transitions import OPEN, Action, Status
from services.promises import Topic

FOLLOWERS_MOST = 10_000
"""Petitions under one lead; more than a city-wide outage brings."""


class CannotLead(Conflict):
    """Refuse to merge under a petition that is answered, merged or withdrawn, or with one that leads itself."""

    code = "petition.cannot_lead"
    title = "这件诉求不能作为主件"


class Lead(Command, frozen=True, kw_only=True):
    """Become the lead of another petition; the history says which."""

    action: ClassVar[Action] = Action.LEAD
    number: str

    def change(self, scene: Scene) -> Change:
        """Count it; the same one twice is one."""
        if scene.petition.followers >= FOLLOWERS_MOST:
            raise CannotLead(scene.petition.id)
        changed = replace(scene.petition, followers=scene.petition.followers + 1, followed_at=None)
        return Change(petition=changed, internal=self.number)


class Merge(Command, frozen=True, kw_only=True):
    """Stand under another petition about the same matter, and tell the reporter so."""

    action: ClassVar[Action] = Action.MERGE
    lead: str
    note: str = ""

    def change(self, scene: Scene) -> Change:
        """Remember where it stood; refused for one that leads others."""
        petition = scene.petition
        if petition.followers:
            raise CannotLead(petition.id)
        if self.lead == petition.number:
            raise Invalid(fields={"lead": "不能并入自己"})
        merged = Merged(lead=self.lead, status=petition.status, at=scene.at)
        note = optional("note", self.note)
        return Change(
            petition=replace(petition, merged=merged),
            internal=f"{self.lead} {note}".strip(),
            topic=Topic.PETITION_MERGED,
        )


class Unmerge(Command, frozen=True, kw_only=True):
    """Stand alone again, exactly as before."""

    action: ClassVar[Action] = Action.UNMERGE
    note: str = ""

    def change(self, scene: Scene) -> Change:
        """Go back to where it stood, and tell the reporter so."""
        merged = _merged(scene.petition)
        return Change(
            petition=replace(scene.petition, merged=None),
            back_to=merged.status,
            internal=f"{merged.lead} {optional('note', self.note)}".strip(),
            topic=Topic.PETITION_UNMERGED,
        )


class RelayAnswer(Command, frozen=True, kw_only=True):
    """Answer a merged petition with the lead's answer."""

    action: ClassVar[Action] = Action.RELAY_ANSWER
    reply: Reply

    def change(self, scene: Scene) -> Change:
        """Keep the lead's reply as its own and tell the reporter; from here on it stands alone."""
        merged = _merged(scene.petition)
        # The moment is this petition's own: its reporter's days to rate begin now.
        reply = replace(self.reply, at=scene.at)
        return Change(
            petition=replace(scene.petition, merged=None, reply=reply, extension=None, rating_ended=False),
            public={"text": reply.public_text},
            internal=merged.lead,
            topic=Topic.PETITION_ANSWERED,
        )


def following(petition: Petition, lead: Petition) -> Command | None:
    """Return what a merged petition does now that its lead stands where it does; None while the lead is under way."""
    if petition.merged is None or lead.status in OPEN:
        return None
    if lead.reply is not None and lead.status not in {Status.WITHDRAWN, Status.NOT_ACCEPTED, Status.MERGED}:
        return RelayAnswer(reply=lead.reply)
    return Unmerge()


def _merged(petition: Petition) -> Merged:
    if petition.merged is None:
        raise Conflict(petition.id)
    return petition.merged
