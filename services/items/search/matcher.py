"""Rank service items for what a citizen typed."""

from collections import OrderedDict

from services.items.model import ItemCode
from services.items.search.clauses import ClauseCutter
from services.items.search.fields import FieldDetector
from services.items.search.index import SearchIndex
from services.items.search.phrases import PhraseFinder
from services.items.search.question import Terms
from services.items.search.ranking import Candidate, Ranking
from services.items.search.scope import ScopeGuard
from services.items.search.scoring import Weighed, Weights, best_first, confidence, merge, weigh
from services.items.search.settings import SearchSettings
from services.items.search.support import support
from services.items.search.wording import Wording
from services.text.normalise import normalise

_MOST_CLAUSES = 8
"""Clauses of one message that are weighed on their own; more is a story, not a question."""


class Matcher:
    """Rank items by an index that is replaced as a whole, never changed."""

    def __init__(self, index: SearchIndex, wording: Wording, *, settings: SearchSettings) -> None:
        """Prepare the parts that do not depend on the catalogue."""
        self.index = index
        """What is searched and, with it, what is published: the one reference that a publication replaces."""
        self._settings = settings
        self._weights = Weights()
        self._rewrites = PhraseFinder(wording.rewrites)
        self._cutter = ClauseCutter(wording.joints, wording.negation)
        self._fields = FieldDetector(wording)
        self._scope = ScopeGuard(wording.scope)
        self._cache: OrderedDict[tuple[str, str, int], Ranking] = OrderedDict()

    def replace(self, index: SearchIndex) -> None:
        """Search another catalogue from the next question on."""
        self.index = index

    def rank(self, text: str, limit: int = 5) -> Ranking:
        """Return the items that are meant, best first.

        Pure: the same text and catalogue always give the same ranking, so rankings are kept in memory.

        Args:
            text: as typed, any length; only the first 2,000 characters are read.
            limit: at most so many candidates.
        """
        index = self.index
        key = (index.catalogue.version, normalise(text).text, limit)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        ranking = self._rank(index, key[1], limit=limit)
        self._cache[key] = ranking
        if len(self._cache) > self._settings.cached_rankings:
            self._cache.popitem(last=False)
        return ranking

    def _rank(self, index: SearchIndex, normal: str, *, limit: int) -> Ranking:
        text = self._cutter.affirm(index.respeller.respell(self._rewrites.replace(normal)).text)
        whole_terms = index.reader.read(text)
        clauses = self._clauses(index, text)
        parts = tuple(weigh(index, clause, weights=self._weights) for clause in clauses)
        weighed = merge(weigh(index, whole_terms, weights=self._weights), parts, weights=self._weights)
        several = self._several(index, tuple(zip(clauses, parts, strict=True)), whole=whole_terms)
        several = tuple(sorted(several, key=lambda code: -weighed[code].amount))
        order = list(dict.fromkeys((*several, *best_first(weighed))))[:limit]
        is_far = bool(order) and order[0] in index.far
        best = order[0] if order else None
        return Ranking(
            candidates=tuple(self._candidate(index, code, weighed=weighed) for code in order),
            field=self._fields.detect(text, is_benefit=best in index.benefits),
            out_of_scope=self._scope.judge(text, whole_terms.mentions.spans, is_far=is_far),
            catalogue_version=index.catalogue.version,
            support=support(index, whole_terms, code=best, evidence=weighed[best]) if best else 0.0,
            several=len(several),
        )

    def _clauses(self, index: SearchIndex, text: str) -> tuple[Terms, ...]:
        """Return the terms of each clause; none when the sentence has only one."""
        clauses = self._cutter.split(text)[:_MOST_CLAUSES]
        return tuple(map(index.reader.read, clauses)) if len(clauses) > 1 else ()

    def _several(
        self, index: SearchIndex, parts: tuple[tuple[Terms, Weighed], ...], *, whole: Terms
    ) -> tuple[ItemCode, ...]:
        """Return the items asked for side by side: the clear best of each clause, when there are at least two.

        A clause that is unclear by itself is read again with the circumstances of the whole sentence:
        孩子刚出生,…还有医保怎么交.
        """
        found: dict[ItemCode, None] = {}
        for terms, weighed in parts:
            best = self._clear_best(weighed)
            if best is None and terms.mentions.objects:
                best = self._clear_best(weigh(index, terms.within(whole), weights=self._weights))
            if best is not None:
                found[best] = None
        return tuple(found) if len(found) > 1 else ()

    def _clear_best(self, weighed: Weighed) -> ItemCode | None:
        order = best_first(weighed)[:2]
        scores = [confidence(weighed[code].amount, self._weights) for code in order] + [0.0]
        is_clear = scores[0] >= self._settings.several and scores[0] - scores[1] >= self._settings.several_margin
        return order[0] if order and is_clear and weighed[order[0]].is_named else None

    def _candidate(self, index: SearchIndex, code: ItemCode, *, weighed: Weighed) -> Candidate:
        return Candidate(
            code=code,
            name=index.catalogue.items[code].name,
            score=round(confidence(weighed[code].amount, self._weights), 4),
            reasons=weighed[code].reasons,
            is_mentioned=weighed[code].is_mentioned,
        )
