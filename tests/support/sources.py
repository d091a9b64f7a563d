"""Give tests the ways in and back for petitions from elsewhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct
from msgspec.structs import replace

from services.identity.sealing import Sealer
from services.petitions.kind import Kind
from services.petitions.model import Place
from services.sources.replies import Replies, ReplyMaker
from services.sources.service import Incoming, SourceDesk
from services.sources.store import ORIGINS, SOURCE_REPLIES, Source
from tests.support.following import Ground, opened_ground


class Stage(Struct, frozen=True, kw_only=True):
    """A ground with sources on it."""

    ground: Ground
    sources: SourceDesk
    replies: Replies

    def maker(self) -> ReplyMaker:
        """Return the follower that makes replies, newly started."""
        replies = self.ground.database.collection(SOURCE_REPLIES)
        return ReplyMaker(self.ground.a_trail("source replies"), self.ground.records.history, replies=replies)


@asynccontextmanager
async def a_source_stage() -> AsyncIterator[Stage]:
    """Give the stage, opened."""
    async with opened_ground() as ground:
        origins, replies = ground.database.collection(ORIGINS), ground.database.collection(SOURCE_REPLIES)
        await ground.database.open()
        yield Stage(
            ground=ground,
            sources=SourceDesk(ground.service, origins, sealer=Sealer(b"k" * 32), clock=ground.clock),
            replies=Replies(replies, clock=ground.clock),
        )


def an_incoming(text: str = "路灯坏了三天", **fields: object) -> Incoming:
    """Return what the province's platform hands over."""
    incoming = Incoming(
        source=Source.PROVINCE,
        external_number="SD-2026-1",
        kind=Kind.HELP,
        text=text,
        place=Place(text="市南区示例路"),
        name="示例",
        phone="13000000000",
    )
    return replace(incoming, **fields)
