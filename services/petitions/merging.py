"""Merge petitions and take them apart: two documents, the lead's written first, and every step can be repeated."""

from services.database.collection import Collection
from services.errors import Conflict, Invalid
from services.petitions.commands import Command
from services.petitions.merge_commands import CannotLead, Lead, Merge, Unmerge, following
from services.petitions.model import Actor, Petition
from services.petitions.service import PetitionService
from services.petitions.transitions import OPEN, Action, ActorRole, advance

SYSTEM = Actor(role=ActorRole.SYSTEM, id="system")
_PAGE = 200


class Merging:
    """The use cases around groups of petitions."""

    def __init__(self, service: PetitionService, petitions: Collection[Petition]) -> None:
        """Take what acts on petitions, and the petitions by their lead."""
        self._service = service
        self._petitions = petitions

    async def merge(self, number: str, lead: str, *, by: Actor, note: str = "") -> Petition:
        """Put a petition under a lead and return it.

        Raises:
            CannotLead: the lead is not under way, or the petition leads others itself.
            Invalid: a petition under itself.
            ActionNotAllowed, TransitionRefused: the petition is not where it could be merged.
        """
        petition = await self._service.of(number, by=by)
        if petition.merged is not None and petition.merged.lead == lead:
            return petition
        if number == lead:
            raise Invalid(fields={"lead": "不能并入自己"})
        if petition.followers or (await self._service.of(lead, by=by)).status not in OPEN:
            raise CannotLead(lead)
        # Before anything is written to the lead: a refused call changes nothing anywhere.
        _ = advance(petition.status, Action.MERGE, role=by.role)
        await self._service.perform_once(lead, Lead(number=number), by=by, key=f"lead:{number}:{petition.revision}")
        merged = await self._service.perform(number, Merge(lead=lead, note=note), by=by)
        # The lead may have been answered between the two writes.
        await self.follow(merged)
        return await self._service.of(number, by=by)

    async def unmerge(self, number: str, *, by: Actor, note: str = "") -> Petition:
        """Take a petition out of its group and return it as it was before."""
        return await self._service.perform(number, Unmerge(note=note), by=by)

    async def follow_all(self, lead: Petition) -> int:
        """Let every petition of a group follow its lead; return how many did. Repeating it finds the rest."""
        count, after = 0, None
        while True:
            page = await self._petitions.query("lead", {"lead": lead.number}, after=after, limit=_PAGE)
            for petition in page.documents:
                count += await self.follow(petition)
            if (after := page.next) is None:
                return count

    async def follow(self, petition: Petition) -> bool:
        """Let one merged petition follow its lead; tell whether there was something to do."""
        if petition.merged is None:
            return False
        lead = await self._service.of(petition.merged.lead, by=SYSTEM)
        command: Command | None = following(petition, lead)
        if command is None:
            return False
        try:
            _ = await self._service.perform(petition.number, command, by=SYSTEM, revision=petition.revision)
        except Conflict:
            # Somebody was faster; whoever it was, the next round finds what is left.
            return False
        return True
