"""Record what staff do to petitions: taken from the petitions' own histories, so a crash can lose or double nothing."""

from collections.abc import Iterable, Iterator

from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.database.collection import Collection
from services.following.loop import keep_following
from services.following.trail import Trail
from services.petitions.model import Event, HistoryPart, Petition
from services.petitions.store import whole_history
from services.petitions.transitions import Action, ActorRole

STAFF = frozenset({ActorRole.AGENT, ActorRole.CLERK, ActorRole.DEPARTMENT, ActorRole.SUPERVISOR})


class PetitionAudit:
    """The follower that turns events into entries."""

    def __init__(self, trail: Trail, parts: Collection[HistoryPart], *, audit: AuditLog) -> None:
        """Take the trail of changed petitions, the archive of their histories, and the log."""
        self._trail = trail
        self._parts = parts
        self._audit = audit

    async def run(self) -> None:
        """Follow until cancelled."""
        await keep_following(self.step, name="audit")

    async def step(self) -> int:
        """Record what happened since the last step; return how many petitions had changed."""
        look = await self._trail.look()
        for petition in look.petitions:
            for act in acts_of(petition, await whole_history(petition, self._parts)):
                _ = await self._audit.record(act)
        await self._trail.done(look)
        return len(look.petitions)


def acts_of(petition: Petition, history: Iterable[Event]) -> Iterator[Act]:
    """Yield the acts of staff in a petition's history, each with the key that every process gives it."""
    for event in history:
        if event.role not in STAFF:
            continue
        is_look = event.action is Action.REVEAL
        yield Act(
            kind=ActKind.CONTACT_SEEN if is_look else ActKind.PETITION_ACTION,
            at=event.at,
            by=event.by,
            role=event.role,
            action=event.action,
            subject=petition.number,
            # Other notes may speak of people; the history has them.
            purpose=event.internal if is_look else "",
            key=f"{petition.id}:{event.seq}",
        )
