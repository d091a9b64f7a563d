"""Try a change: build what would be served with it, and hold it against what is served on every row of the pack."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from bots.answers import faq
from bots.improvement.pack import PackRow, Right, load_pack, lost, right
from bots.understanding.model import Action, Kind, Understanding
from bots.understanding.pipeline import Parts, Pipeline
from services.improvement.ports import Findings, Worse
from services.improvement.wording_model import Change, ChangeKind
from services.items.catalogue import Catalogue
from services.items.model import ItemCode
from services.items.overlay import Overlay
from services.items.publication import Workshop
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings
from services.items.search.wording_lint import WordingFlaw, WordingRule, lint_aliases
from services.steps import Steps, in_turns

OF_ALIASES = frozenset({WordingRule.ALIAS_OF_TWO_ITEMS, WordingRule.ALIAS_TOO_SHORT})
"""The rules of the wording that a change can break."""


class Bench(Struct, frozen=True, kw_only=True):
    """What a trial needs of the bot: the parts it is made of and the rows it is tried on."""

    workshop: Workshop
    parts: Parts
    settings: SearchSettings
    pack: Path


class _Standing(Struct, frozen=True, kw_only=True):
    """How one overlay does: its understanding, its catalogue, and what is right about each row."""

    pipeline: Pipeline
    catalogue: Catalogue
    marks: tuple[Right, ...]


class PackTrial:
    """Trials, one at a time; what is served now is scored once and remembered."""

    def __init__(self, bench: Bench, base: Callable[[], Catalogue]) -> None:
        """Take the parts, and what the files say now, with nothing laid over it."""
        self._bench = bench
        self._base = base
        self._rows: tuple[PackRow, ...] = ()
        self._now: tuple[tuple[str, int], _Standing] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def run(self, now: Overlay, then: Overlay, *, change: Change, wordings: Sequence[str]) -> Findings:
        """Compare what the bot does ``now`` with what it would do ``then``; takes seconds, in turns with everybody else."""
        async with self._one_at_a_time:
            self._rows = self._rows or await asyncio.to_thread(load_pack, self._bench.pack)
            return await in_turns(self._finding(now, then, change=change, wordings=wordings))

    def _finding(self, now: Overlay, then: Overlay, *, change: Change, wordings: Sequence[str]) -> Steps[Findings]:
        base = self._base()
        if flaws := self._flaws(base, now, then=then):
            return Findings(flaws=flaws)
        before = yield from self._standing_now(base, now)
        after = yield from self._standing(base, then)
        pairs = list(zip(self._rows, before.marks, after.marks, strict=True))
        asked = tuple(dict.fromkeys((change.question, *wordings)))
        return Findings(
            worse=tuple(
                Worse(place=row.place, text=row.text, lost=_names(lost(was, will)))
                for row, was, will in pairs
                if lost(was, will)
            ),
            better=sum(bool(will & ~was) for _, was, will in pairs),
            rows=len(pairs),
            is_answered=_is_answered(after, change),
            settled=sum(
                _leads(after, text, to=change.item) and not _leads(before, text, to=change.item) for text in asked
            ),
            wordings=len(asked),
        )

    def _flaws(self, base: Catalogue, now: Overlay, *, then: Overlay) -> tuple[tuple[str, str], ...]:
        """Return the rules of the wording that a change breaks and that were kept before."""

        def flaws(overlay: Overlay) -> list[WordingFlaw]:
            wording = overlay.over_wording(self._bench.workshop.wording)
            return [flaw for flaw in lint_aliases(wording, base) if flaw.rule in OF_ALIASES]

        known = frozenset(flaws(now))
        return tuple((flaw.rule.value, f"{flaw.where} {flaw.detail}") for flaw in flaws(then) if flaw not in known)

    def _standing_now(self, base: Catalogue, now: Overlay) -> Steps[_Standing]:
        key = (base.version, now.version)
        if self._now is None or self._now[0] != key:
            standing = yield from self._standing(base, now)
            self._now = key, standing
        return self._now[1]

    def _standing(self, base: Catalogue, overlay: Overlay) -> Steps[_Standing]:
        bench = self._bench
        index = yield from bench.workshop.indexing(base, overlay, serial=0)
        matcher = Matcher(index, bench.workshop.wording, settings=bench.settings)
        yield
        pipeline = Pipeline(bench.parts, matcher, settings=bench.settings)
        marks = []
        for row in self._rows:
            yield
            marks.append(right(row, pipeline.understand(row.text)))
        return _Standing(pipeline=pipeline, catalogue=index.catalogue, marks=tuple(marks))


def _is_answered(standing: _Standing, change: Change) -> bool:
    """Tell whether a change's own question is answered from its item, and in its words if it brings some."""
    if not _leads(standing, change.question, to=change.item):
        return False
    if change.kind is ChangeKind.ALIAS:
        return True
    least = faq.least_for(standing.pipeline.understand(change.question).field)
    answer = faq.nearest(standing.catalogue.item(change.item), change.question, least=least)
    return answer is not None and answer.answer == change.answer


def _leads(standing: _Standing, text: str, *, to: ItemCode) -> bool:
    """Tell whether a text is answered at once, from one item alone."""
    understood: Understanding = standing.pipeline.understand(text)
    is_direct = understood.kind is Kind.ITEM and understood.action is Action.ANSWER and understood.answered == 1
    return is_direct and understood.matches[0].code == to


def _names(marks: Right) -> tuple[str, ...]:
    return tuple(str(mark.name).lower() for mark in marks)
