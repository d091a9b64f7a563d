"""Rank service items for what a citizen typed."""

from collections import OrderedDict

from services.items.catalogue import Catalogue
from services.items.search.clauses import ClauseCutter
from services.items.search.fields import FieldDetector
from services.items.search.index import SearchIndex, build_index
from services.items.search.question import Terms
from services.items.search.ranking import Candidate, Ranking
from services.items.search.scope import ScopeGuard
from services.items.search.scoring import Scored, Weights, confidence, score
from services.items.search.settings import SearchSettings
from services.items.search.wording import Wording
from services.text.normalise import normalise
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter


class Matcher:
    """Rank items by an index that is replaced as a whole, never changed."""

    def __init__(self, index: SearchIndex, wording: Wording, settings: SearchSettings) -> None:
        """Prepare the parts that do not depend on the catalogue."""
        self._index = index
        self._settings = settings
        self._weights = Weights()
        self._cutter = ClauseCutter(wording.joints, wording.negation)
        self._fields = FieldDetector(wording)
        self._scope = ScopeGuard(wording.scope)
        self._cache: OrderedDict[tuple[str, str, int], Ranking] = OrderedDict()

    def replace(self, index: SearchIndex) -> None:
        """Search another catalogue from the next question on."""
        self._index = index

    def rank(self, text: str, limit: int = 5) -> Ranking:
        """Return the items that are meant, best first.

        Pure: the same text and catalogue always give the same ranking, so rankings are kept in memory.

        Args:
            text: as typed, any length; only the first 2,000 characters are read.
            limit: at most so many candidates.
        """
        index = self._index
        key = (index.catalogue.version, normalise(text).text, limit)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        ranking = self._rank(index, key[1], limit)
        self._cache[key] = ranking
        if len(self._cache) > self._settings.cached_rankings:
            self._cache.popitem(last=False)
        return ranking

    def _rank(self, index: SearchIndex, text: str, limit: int) -> Ranking:
        affirmed = self._cutter.affirm(index.respeller.respell(text).text)
        whole = score(index, index.reader.read(affirmed), self._weights)
        candidates = tuple(self._candidate(index, one) for one in whole[:limit])
        is_far = bool(candidates) and candidates[0].code in index.far
        return Ranking(
            candidates=candidates,
            field=self._fields.detect(affirmed),
            out_of_scope=self._scope.judge(affirmed, is_far=is_far),
            catalogue_version=index.catalogue.version,
        )

    def _candidate(self, index: SearchIndex, one: Scored) -> Candidate:
        item = index.catalogue.items[index.codes[one.number]]
        return Candidate(
            code=item.code,
            name=item.name,
            score=round(confidence(one.evidence, self._weights), 4),
            reasons=one.reasons,
        )
