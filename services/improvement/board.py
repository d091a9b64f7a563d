"""Show operators the questions that want them: grouped, without those that are dismissed, settled or answered now."""

import asyncio
from datetime import timedelta

from msgspec import Struct

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, D, Range
from services.errors import NotFound
from services.improvement.clustering import Cluster, clustered
from services.improvement.model import Dismissal, OpenQuestion
from services.improvement.ports import Judge, Judgement
from services.improvement.wording_book import WordingBook

READ_MOST = 20_000
"""The newest questions that are grouped; they are grouped again whenever somebody looks."""
_PAGE = 500
_JUDGED_AT_ONCE = 5
"""Groups that are judged, half a millisecond each, before others may have the loop."""


class NoSuchQuestion(NotFound):
    """Say that no group of questions has this id now."""

    code = "questions.not_found"
    title = "没有这组问题，可能已被处理"


class Waiting(Struct, frozen=True, kw_only=True):
    """A group that wants an operator, with what the bot would do about it now."""

    cluster: Cluster
    judgement: Judgement


class QuestionBoard:
    """The list that operators work off."""

    def __init__(  # noqa: PLR0913 - parts by name
        self,
        questions: Collection[OpenQuestion],
        dismissals: Collection[Dismissal],
        *,
        judge: Judge,
        book: WordingBook,
        keep: timedelta,
        clock: Clock,
    ) -> None:
        """Take where questions are kept, and who says what the bot makes of them by now."""
        self._questions = questions
        self._dismissals = dismissals
        self._judge = judge
        self._book = book
        self._keep = keep
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def waiting(self, *, limit: int) -> tuple[Waiting, ...]:
        """Return the groups that want an operator, most questions first."""
        clusters = await self._clusters()
        dismissals = await _newest(self._dismissals, since=self._since())
        dismissed = {key for one in dismissals for key in one.keys}
        changes = await self._book.changes_of(await self._book.latest())
        settled = {change.settles: change.at for change in changes}
        found: list[Waiting] = []
        judged = 0
        for cluster in clusters:
            if _is_mostly(cluster, dismissed) or settled.get(cluster.id, cluster.first_seen) > cluster.last_seen:
                continue
            if judged % _JUDGED_AT_ONCE == 0:
                await asyncio.sleep(0)
            judged += 1
            judgement = self._judge.judge(cluster.question)
            if not _is_answered(cluster, judgement):
                found.append(Waiting(cluster=cluster, judgement=judgement))
            if len(found) == limit:
                break
        return tuple(found)

    async def cluster(self, identity: str) -> Cluster:
        """Return a group by its id, whatever became of it, or raise `NoSuchQuestion`."""
        for cluster in await self._clusters():
            if cluster.id == identity:
                return cluster
        raise NoSuchQuestion(identity)

    async def dismiss(self, identity: str, *, by: str) -> None:
        """Put a group aside; it comes back when most of it are questions that were not in it yet.

        Dismissing it again takes in what came meanwhile.
        """
        cluster = await self.cluster(identity)
        dismissal = Dismissal(id=identity, at=self._clock.now(), by=by, keys=cluster.keys)
        try:
            _ = await self._dismissals.add(dismissal)
        except AlreadyExists:
            known = await self._dismissals.get(identity)
            _ = await self._dismissals.save(dismissal.at_version(known.version))

    async def _clusters(self) -> tuple[Cluster, ...]:
        async with self._one_at_a_time:
            questions = await _newest(self._questions, since=self._since())
            return await asyncio.to_thread(clustered, questions)

    def _since(self) -> Range:
        return Range(at_least=self._clock.now() - self._keep)


async def _newest(collection: Collection[D], *, since: Range) -> list[D]:
    """Return the newest documents of a period, at most `READ_MOST`; others have the loop between two pages."""
    found: list[D] = []
    after: str | None = None
    while len(found) < READ_MOST:
        page = await collection.query("at", within=since, descending=True, after=after, limit=_PAGE)
        found += page.documents
        if (after := page.next) is None:
            break
        await asyncio.sleep(0)
    return found


def _is_mostly(cluster: Cluster, dismissed: set[str]) -> bool:
    """Tell whether at least half of a group's questions were put aside."""
    return 2 * len(dismissed.intersection(cluster.keys)) >= len(cluster.keys)


def _is_answered(cluster: Cluster, judgement: Judgement) -> bool:
    """Tell whether the bot answers by now, and from something else than was of no use."""
    return bool(judgement.answered) and judgement.answered[0] not in cluster.items
