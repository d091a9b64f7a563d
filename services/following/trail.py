"""Give the petitions that changed since the last look, each change at least once, whatever crashed in between.

A follower asks for what changed, does its work under ids or markers that make a repeat harmless, and only then lets the
trail move on. Nothing is announced by whoever changes a petition, so nothing can be lost between the two.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, Document, Range, Schema, StaleVersion
from services.petitions.model import Petition

OVERLAP = timedelta(minutes=2)
"""How late a change may become visible after the moment it bears: a slow write, another process's clock."""
PORTION = 500
"""Petitions of one look at most; the next look goes on from there."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Position(Document, frozen=True, kw_only=True):
    """How far one follower has come; the id is its name."""

    reached: datetime


POSITIONS: Schema[Position] = Schema(name="follower_positions", document=Position)


class Look(Struct, frozen=True, kw_only=True):
    """What one look brought: petitions, up to which moment they are all, and the position they were read from."""

    petitions: tuple[Petition, ...]
    reached: datetime
    position: Position | None


class Trail:
    """One follower's way through all changes of petitions."""

    def __init__(
        self, petitions: Collection[Petition], positions: Collection[Position], *, name: str, clock: Clock
    ) -> None:
        """Take the petitions and where the position is kept; ``name`` is the follower's own."""
        self._petitions = petitions
        self._positions = positions
        self._name = name
        self._clock = clock
        # Only spares repeated work: what the last looks brought, by petition and revision.
        self._seen: dict[str, tuple[int, datetime]] = {}

    async def look(self) -> Look:
        """Return up to `PORTION` petitions that changed, oldest change first."""
        began = self._clock.now()
        position = await self._positions.find(self._name)
        since = (position.reached if position else _BEGINNING) - OVERLAP
        petitions: list[Petition] = []
        async with aclosing(self._changed(since)) as changed:
            async for petition in changed:
                petitions.append(petition)
                if len(petitions) >= PORTION:
                    return Look(petitions=tuple(petitions), reached=min(began, petition.changed_at), position=position)
        return Look(petitions=tuple(petitions), reached=began, position=position)

    async def done(self, look: Look) -> None:
        """Move on behind a look whose work is stored; another process that came further stays ahead."""
        self._seen |= {one.id: (one.revision, one.changed_at) for one in look.petitions}
        oldest = look.reached - 2 * OVERLAP
        self._seen = {key: kept for key, kept in self._seen.items() if kept[1] >= oldest}
        before = look.position.reached if look.position else _BEGINNING
        if not look.petitions and look.reached - before < OVERLAP / 2:
            return
        try:
            if look.position is None:
                _ = await self._positions.add(Position(id=self._name, reached=look.reached))
            elif look.reached > before:
                _ = await self._positions.save(
                    Position(id=self._name, version=look.position.version, reached=look.reached)
                )
        except (AlreadyExists, StaleVersion):
            return

    async def _changed(self, since: datetime) -> AsyncGenerator[Petition, None]:
        async for petition in self._petitions.scan("changed", within=Range(at_least=since)):
            if self._seen.get(petition.id, (0, since))[0] != petition.revision:
                yield petition
