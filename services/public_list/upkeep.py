"""Take down what does not stand any more: reopened, withdrawn or answered anew after it was published."""

import structlog

from services.database.collection import Collection
from services.following.loop import keep_following
from services.following.trail import Trail
from services.petitions.model import Petition
from services.public_list.service import is_publishable, public_id, take_down
from services.public_list.store import PublicPetition

log = structlog.get_logger()


class Upkeep:
    """The follower that keeps the public list true."""

    def __init__(self, trail: Trail, published: Collection[PublicPetition]) -> None:
        """Take the trail of changed petitions and the published ones."""
        self._trail = trail
        self._published = published

    async def run(self) -> None:
        """Follow until cancelled."""
        await keep_following(self.step, name="public list")

    async def step(self) -> int:
        """Look at what changed since the last step; return how many petitions had changed."""
        look = await self._trail.look()
        for petition in look.petitions:
            await self._keep_true(petition)
        await self._trail.done(look)
        return len(look.petitions)

    async def _keep_true(self, petition: Petition) -> None:
        document = await self._published.find(public_id(petition))
        if document is None:
            return
        answered_at = petition.reply.at if petition.reply else None
        still_stands = is_publishable(petition) and answered_at == document.answered_at
        if not still_stands and await take_down(self._published, petition):
            log.info("public petition taken down", petition_id=petition.id)
