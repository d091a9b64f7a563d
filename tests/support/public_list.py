"""Give tests the public list over petitions that were answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct
from msgspec.structs import replace

from services.petitions.centre_commands import Accept, Dispatch
from services.petitions.department_commands import Answer, Sign
from services.public_list.service import PublicList
from services.public_list.store import PUBLIC_PETITIONS
from services.public_list.upkeep import Upkeep
from tests.support.following import Ground, opened_ground
from tests.support.petitions import AGENT, CLERK, LAMPS, a_draft, city


class Stage(Struct, frozen=True, kw_only=True):
    """A ground with the public list on it."""

    ground: Ground
    public_list: PublicList

    async def answered(self, text: str = "路灯坏了三天", *, key: str = "d1", **fields: object) -> str:
        """File a petition that is answered already and return its number."""
        filed = await self.ground.service.file(replace(a_draft(text, key=key), **fields))
        for by, command in (
            (AGENT, Accept()),
            (CLERK, Dispatch(to="cgj")),
            (LAMPS, Sign()),
            (LAMPS, Answer(public_text="已修好，联系人王强13012345678", internal_text="换灯泡")),
        ):
            _ = await self.ground.service.perform(filed.number, command, by=by)
        return filed.number

    async def published(self, text: str = "路灯坏了三天", *, key: str = "d1", **fields: object) -> str:
        """Publish an answered petition and return its public id."""
        number = await self.answered(text, key=key, **fields)
        preview = await self.public_list.preview(number, by=CLERK)
        return (await self.public_list.publish(number, by=CLERK, seen=preview.seen)).id

    def upkeep(self) -> Upkeep:
        """Return the follower, newly started."""
        return Upkeep(self.ground.a_trail("public list"), self.ground.database.collection(PUBLIC_PETITIONS))


@asynccontextmanager
async def a_stage() -> AsyncIterator[Stage]:
    """Give the stage, opened."""
    async with opened_ground() as ground:
        published = ground.database.collection(PUBLIC_PETITIONS)
        await ground.database.open()
        yield Stage(
            ground=ground,
            public_list=PublicList(
                ground.service, published, directory=city().rules.directory, audit=ground.audit, clock=ground.clock
            ),
        )
