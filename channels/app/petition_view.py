"""Show one petition to its citizen: stored facts and the moment's standing, with the names people read."""

from collections.abc import Iterable

from channels.app import petition_bodies as bodies
from services.petitions.departments import Directory
from services.petitions.model import Event, Hearing, Petition, Reply
from services.petitions.names import Names, shown_facts
from services.petitions.standing import Standing
from services.petitions.timeline import Step, timeline
from services.petitions.transitions import Action, ActorRole, Status
from services.promises import CENTRE

CALLS = frozenset({Action.RATE, Action.SUPPLEMENT, Action.URGE, Action.WITHDRAW})
"""What has a call of its own in the client API; an appeal is said in the chat."""


class PetitionViews:
    """Put petitions into the answer's form."""

    def __init__(self, *, names: Names, directory: Directory) -> None:
        """Take the names of statuses and steps, and of units."""
        self._names = names
        self._directory = directory

    def view(self, petition: Petition, *, history: Iterable[Event], standing: Standing) -> bodies.PetitionView:
        """Return what the citizen sees: no internal note, no name of a person, and not the petition's own words.

        Whoever holds the query key sees the same, and need not be who wrote it.
        """
        return bodies.PetitionView(
            number=petition.number,
            revision=petition.revision,
            status=petition.status,
            status_name=self._status_name(petition),
            due=petition.due_on,
            days_left=standing.days_left,
            overdue=standing.is_overdue,
            handler=self._names.unit(standing.holder, self._directory),
            question=petition.question,
            reply=self._reply(petition.reply) if petition.reply else None,
            rating=_rating(petition.hearing) if petition.hearing else None,
            actions=tuple(action for action in standing.actions if action in CALLS),
            urge_again_at=standing.urge_again_at,
            rate_until=standing.rate_until,
            timeline=tuple(self._line(step) for step in timeline(history)),
        )

    def _status_name(self, petition: Petition) -> str:
        """Return the status in words; whoever rated was not called."""
        if petition.status is Status.HEARD and petition.hearing and _rating(petition.hearing):
            return self._names.rated
        return self._names.statuses[petition.status]

    def _reply(self, reply: Reply) -> bodies.ReplyView:
        department = self._names.unit(reply.department or CENTRE, self._directory)
        return bodies.ReplyView(at=reply.at, department=department, text=reply.public_text)

    def _line(self, step: Step) -> bodies.TimelineLine:
        name, detail = self._names.step(step), shown_facts(step)
        return bodies.TimelineLine(
            at=step.at, step=step.step, name=name, detail=detail, text=" ".join(filter(None, (name, detail)))
        )


def _rating(hearing: Hearing) -> bodies.RatingView | None:
    """Return the citizen's own rating; what was said on the telephone is not one."""
    if hearing.role is not ActorRole.CITIZEN or hearing.solved is None:
        return None
    if hearing.result is None or hearing.process is None:
        return None
    return bodies.RatingView(at=hearing.at, solved=hearing.solved, result=hearing.result, process=hearing.process)
