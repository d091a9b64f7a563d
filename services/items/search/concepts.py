"""Find in a text the classes of words that mean the same (objects, actions, circumstances)."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.wording import Concepts


class Mentions(Struct, frozen=True, kw_only=True):
    """Hold the concepts of a text and where each stands."""

    objects: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Actions and circumstances."""

    @property
    def all(self) -> frozenset[str]:
        """Return every concept."""
        return frozenset((*self.objects, *self.others))


class ConceptFinder:
    """Find concepts; each kind is searched on its own, so that an action inside an object's phrase still counts.

    A surface of one character counts only where it is a word of its own: 电 in 充电, not in 电影.
    """

    def __init__(self, concepts: Concepts) -> None:
        """Prepare one search for each kind."""
        self._objects = PhraseFinder(by_phrase(concepts.objects))
        self._actions = PhraseFinder(by_phrase(concepts.actions))
        self._circumstances = PhraseFinder(by_phrase(concepts.circumstances))

    def find(self, text: str, words: Collection[str]) -> Mentions:
        """Return the concepts of a normalised text; ``words`` are its words as segmented."""
        return Mentions(
            objects=tuple(_names(self._objects, text, words)),
            others=tuple((*_names(self._actions, text, words), *_names(self._circumstances, text, words))),
        )


def _names(finder: PhraseFinder[tuple[str, ...]], text: str, words: Collection[str]) -> Iterable[str]:
    names: dict[str, None] = {}
    for hit in finder.find(text):
        if len(hit.phrase) > 1 or hit.phrase in words:
            names.update(dict.fromkeys(hit.meaning))
    return names
