"""Look petitions up with the petition service and put them into words."""

from bots.progress import wording
from bots.progress.ports import TimelineStep, View
from services.clock import SHANGHAI
from services.ids import CitizenId
from services.petitions.model import Actor, Petition, PetitionNotFound
from services.petitions.names import Names, shown_facts
from services.petitions.service import PetitionService
from services.petitions.timeline import Step, timeline
from services.petitions.transitions import ActorRole

_NOBODY = CitizenId("")


class PetitionProgress:
    """Show petitions to those who may see them."""

    def __init__(self, petitions: PetitionService, *, names: Names) -> None:
        """Take the service and the names of statuses and steps."""
        self._petitions = petitions
        self._names = names

    async def latest(self, citizen_id: CitizenId) -> tuple[View, ...]:
        """Return the citizen's petitions, newest first, at most five."""
        return tuple([await self._view(petition) for petition in await self._petitions.latest(citizen_id)])

    async def mine(self, number: str, citizen_id: CitizenId) -> View | None:
        """Return one petition if it is the citizen's own."""
        return await self._opened(number, citizen_id, key="")

    async def by_key(self, number: str, query_key: str) -> View | None:
        """Return one petition to whoever holds its query key."""
        return await self._opened(number, _NOBODY, key=query_key)

    async def _opened(self, number: str, citizen_id: CitizenId, *, key: str) -> View | None:
        actor = Actor(role=ActorRole.CITIZEN, id=citizen_id)
        try:
            petition = await self._petitions.of(number, by=actor, key=key)
        except PetitionNotFound:
            return None
        return await self._view(petition)

    async def _view(self, petition: Petition) -> View:
        history = await self._petitions.history(petition)
        return View(
            number=petition.number,
            status=self._names.statuses[petition.status],
            due=petition.due_on,
            steps=tuple(self._step(step) for step in timeline(history)),
        )

    def _step(self, step: Step) -> TimelineStep:
        at = step.at.astimezone(SHANGHAI).strftime(wording.STEP_AT)
        return TimelineStep(at=at, name=self._names.step(step), text=shown_facts(step))
