"""Tell what is not this city's to answer: another city, a private business, advice for life."""

import re
from collections.abc import Iterable

from services.items.search.phrases import Hit, PhraseFinder, by_phrase
from services.items.search.ranking import OutOfScope
from services.items.search.wording import Scope

_STREET = re.compile(r"市?[东西南北中]?[一二三四五六七八九]?支?[路街道]")
"""What follows a city's name when it is a street of ours: 南京路, 重庆南路."""

Span = tuple[int, int, str]
"""Start, end and name of an object mentioned in a text."""


class ScopeGuard:
    """Find the signs that a question is out of scope; immutable."""

    def __init__(self, scope: Scope) -> None:
        """Prepare the searches."""
        self._phrases = PhraseFinder(by_phrase(scope.phrases))
        self._cities = PhraseFinder(dict.fromkeys(scope.cities, None))
        self._here = PhraseFinder(dict.fromkeys(scope.here, None))
        self._movement = PhraseFinder(dict.fromkeys(scope.movement, None))
        self._weak = frozenset(scope.weak)

    def judge(self, text: str, objects: Iterable[Span], *, is_far: bool) -> OutOfScope | None:
        """Return why a text is out of scope, or None.

        Args:
            text: normal form.
            objects: what of ours is mentioned, and where.
            is_far: the best item is about treatment elsewhere, so another city may be named.
        """
        spans = tuple(objects)
        for hit in self._phrases.find(text):
            reason = OutOfScope(hit.meaning[0])
            if not _is_part_of(hit, spans) and not (reason is OutOfScope.PRIVATE and self._is_vouched(hit, spans)):
                return reason
        return OutOfScope.OTHER_CITY if not is_far and self._names_another_city(text) else None

    def _is_vouched(self, hit: Hit[tuple[str, ...]], spans: Iterable[Span]) -> bool:
        """Tell whether something that only we handle is mentioned beside a private phrase."""
        return any(name not in self._weak and (end <= hit.start or start >= hit.end) for start, end, name in spans)

    def _names_another_city(self, text: str) -> bool:
        cities = [hit for hit in self._cities.find(text) if not _STREET.match(text, hit.end)]
        return bool(cities) and not self._here.find(text) and not self._movement.find(text)


def _is_part_of(hit: Hit[tuple[str, ...]], spans: Iterable[Span]) -> bool:
    """Tell whether a phrase only arises by one of our words: 年卡 in 老年卡, 能吃 where 能 meets 吃低保."""
    length = hit.end - hit.start
    return any(start < hit.end and hit.start < end and end - start > length for start, end, _ in spans)
