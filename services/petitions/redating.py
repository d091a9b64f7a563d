"""Date all open petitions anew after a change of the calendar, while the city goes on working.

Read and counted in groups that hold the event loop for a few milliseconds, and written some groups at once, so that the
store commits many of them together and the next are counted while it does. Cut off anywhere, the next run finds
what is left: a petition whose dates are right is not written.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from services.database.collection import Collection, StaleVersion
from services.petitions.dating import dated
from services.petitions.model import Petition
from services.petitions.rules import CityRules
from services.petitions.transitions import OPEN

GROUP = 32
"""Petitions counted in one turn of the loop: some 3 ms."""
GROUPS_AT_ONCE = 8
"""As many writes as one commit takes at most."""
_TRIES = 20


class Redating:
    """One run over all open petitions."""

    def __init__(self, petitions: Collection[Petition], rules: CityRules) -> None:
        """Take the petitions and the rules with the new calendar."""
        self._petitions = petitions
        self._rules = rules

    async def run(self) -> int:
        """Count the dates of every open petition; return how many moved.

        Raises:
            StaleVersion: others wrote one of them again and again in between; the next run goes on.
            ServiceError: the store's own.
        """
        try:
            return await self._run()
        except BaseExceptionGroup as failed:
            # What failed first: the other groups were given up because of it.
            raise failed.exceptions[0] from failed

    async def _run(self) -> int:
        running: deque[asyncio.Task[int]] = deque()
        moved = 0
        async with asyncio.TaskGroup() as tasks:
            async for group in self._groups():
                if len(running) >= GROUPS_AT_ONCE:
                    moved += await running.popleft()
                running.append(tasks.create_task(self._dated(group)))
                # The group has its turn, and everybody else on the loop, before the next one is begun.
                await asyncio.sleep(0)
        return moved + sum(task.result() for task in running)

    async def _groups(self) -> AsyncIterator[tuple[Petition, ...]]:
        for status in sorted(OPEN):
            after: str | None = None
            while True:
                page = await self._petitions.query("status", {"status": status}, after=after, limit=GROUP)
                yield page.documents
                if (after := page.next) is None:
                    break

    async def _dated(self, group: tuple[Petition, ...]) -> int:
        counted = [(petition, dated(petition, self._rules)) for petition in group]
        moved = [again for petition, again in counted if again is not petition]
        return sum(await asyncio.gather(*(self._saved(again) for again in moved)))

    async def _saved(self, again: Petition) -> bool:
        """Store a petition with its new dates; tell whether that was still to be done.

        Who was faster has often only taken a promise out, and left the dates: so the newer one is counted as well.
        """
        for _ in range(_TRIES):
            try:
                await self._petitions.save(again)
            except StaleVersion:
                newer = await self._petitions.find(again.id)
                if newer is None or newer.status not in OPEN:
                    return False
                again = dated(newer, self._rules)
                if again is newer:
                    return False
            else:
                return True
        raise StaleVersion(f"{_TRIES} others were faster")
