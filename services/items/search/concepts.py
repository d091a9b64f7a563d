"""Find in a text the classes of words that mean the same (objects, actions, circumstances)."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.wording import Concepts


class Mentions(Struct, frozen=True, kw_only=True):
    """Hold the concepts of a text and where each stands."""

    objects: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Actions and circumstances."""
    spans: tuple[tuple[int, int, str], ...] = ()
    """Start, end and name of every object."""

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
        objects = tuple(_spans(self._objects, text, words=words))
        others = (*_spans(self._actions, text, words=words), *_spans(self._circumstances, text, words=words))
        return Mentions(
            objects=tuple(dict.fromkeys(name for _, _, name in objects)),
            others=tuple(dict.fromkeys(name for _, _, name in others)),
            spans=objects,
        )

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and name of every concept of a piece of text, of whatever kind."""
        for finder in (self._objects, self._actions, self._circumstances):
            for hit in finder.find(text):
                for name in hit.meaning:
                    yield hit.start, hit.end, name


def _spans(
    finder: PhraseFinder[tuple[str, ...]], text: str, *, words: Collection[str]
) -> Iterator[tuple[int, int, str]]:
    for hit in finder.find(text):
        if len(hit.phrase) > 1 or hit.phrase in words:
            for name in hit.meaning:
                yield hit.start, hit.end, name
