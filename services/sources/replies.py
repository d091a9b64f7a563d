"""Make what must go back to the sources out of the petitions' histories, and hand it out until it is taken."""

from msgspec.structs import replace

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, Page, StaleVersion
from services.following.loop import keep_following
from services.following.trail import Trail
from services.petitions.model import Event, HistoryPart, Petition
from services.petitions.store import whole_history
from services.petitions.transitions import Action
from services.sources.store import Source, SourceReply

TOLD = frozenset(
    {
        Action.ACCEPT,
        Action.NOT_ACCEPT,
        Action.DISPATCH,
        Action.WAIT,
        Action.BEGIN_SPECIAL,
        Action.END_SPECIAL,
        Action.APPROVE_EXTENSION,
        Action.ANSWER,
        Action.REDO,
        Action.CLOSE,
        Action.CLOSE_DISSATISFIED,
    }
)
"""What a source is told: what a citizen in a chat is told."""
_SOURCES = frozenset(Source)
_TRIES = 5


class Replies:
    """What is to be told, until the source has it."""

    def __init__(self, replies: Collection[SourceReply], *, clock: Clock) -> None:
        """Take the documents."""
        self._replies = replies
        self._clock = clock

    async def waiting(self, source: Source, *, after: str | None = None, limit: int = 50) -> Page[SourceReply]:
        """Return what a source has not taken yet, oldest first."""
        return await self._replies.query("open", {"open_for": source}, after=after, limit=limit)

    async def taken(self, reply_id: str) -> SourceReply:
        """Note that the source has it; repeated, it changes nothing. Raises `MissingDocument`."""
        for _ in range(_TRIES):
            reply = await self._replies.get(reply_id)
            if reply.open_for is None:
                return reply
            try:
                return await self._replies.save(replace(reply, open_for=None, taken_at=self._clock.now()))
            except StaleVersion:
                continue
        raise StaleVersion(reply_id)


class ReplyMaker:
    """The follower that makes replies."""

    def __init__(self, trail: Trail, parts: Collection[HistoryPart], *, replies: Collection[SourceReply]) -> None:
        """Take the trail of changed petitions, the archive of their histories, and where replies are kept."""
        self._trail = trail
        self._parts = parts
        self._replies = replies

    async def run(self) -> None:
        """Follow until cancelled."""
        await keep_following(self.step, name="source replies")

    async def step(self) -> int:
        """Make the replies of what happened since the last step; return how many petitions had changed."""
        look = await self._trail.look()
        for petition in look.petitions:
            if petition.external_number and petition.source in _SOURCES:
                for reply in replies_of(petition, await whole_history(petition, self._parts)):
                    await self._keep(reply)
        await self._trail.done(look)
        return len(look.petitions)

    async def _keep(self, reply: SourceReply) -> None:
        try:
            _ = await self._replies.add(reply)
        except AlreadyExists:
            return


def replies_of(petition: Petition, history: tuple[Event, ...]) -> tuple[SourceReply, ...]:
    """Return everything that a petition's source is told, each with the id that every process gives it."""
    return tuple(
        SourceReply(
            id=f"{petition.id}:{event.seq}",
            source=Source(petition.source),
            external_number=petition.external_number,
            number=petition.number,
            action=event.action,
            facts=event.public,
            at=event.at,
            open_for=petition.source,
        )
        for event in history
        if event.action in TOLD
    )
