"""Find many fixed phrases in a text at once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

import ahocorasick_rs
from msgspec import Struct

Meaning = TypeVar("Meaning")
Name = TypeVar("Name", bound=str)


class Hit(Struct, Generic[Meaning], frozen=True, kw_only=True):
    """Say that a phrase stands at ``start`` to ``end`` (exclusive) of a text, and what it means."""

    start: int
    end: int
    phrase: str
    meaning: Meaning


class PhraseFinder(Generic[Meaning]):
    """Find the phrases of a fixed list; immutable, a few microseconds a message."""

    def __init__(self, meanings: Mapping[str, Meaning], *, overlapping: bool = False) -> None:
        """Prepare the search.

        Args:
            meanings: phrase to meaning; empty phrases are left out.
            overlapping: report every occurrence; else leftmost first, and of several that begin together the longest.
        """
        self._phrases = [phrase for phrase in meanings if phrase]
        self._meanings = [meanings[phrase] for phrase in self._phrases]
        self._overlapping = overlapping
        kind = ahocorasick_rs.MatchKind.Standard if overlapping else ahocorasick_rs.MatchKind.LeftmostLongest
        self._automaton = ahocorasick_rs.AhoCorasick(self._phrases, matchkind=kind) if self._phrases else None

    def find(self, text: str) -> list[Hit[Meaning]]:
        """Return the hits in the order of the text."""
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(text, overlapping=self._overlapping)
        return [
            Hit(start=start, end=end, phrase=self._phrases[index], meaning=self._meanings[index])
            for index, start, end in found
        ]

    def cut(self, text: str, *, mark: str) -> str:
        """Return the text with every hit replaced by a mark."""
        return self._with(text, lambda _: mark)

    def replace(self, text: str) -> str:
        """Return the text with every hit replaced by its meaning."""
        return self._with(text, lambda hit: str(hit.meaning))

    def _with(self, text: str, replacement: Callable[[Hit[Meaning]], str]) -> str:
        pieces, position = [], 0
        for hit in self.find(text):
            pieces += [text[position : hit.start], replacement(hit)]
            position = hit.end
        return "".join((*pieces, text[position:]))


def by_phrase(groups: Mapping[Name, Iterable[str]]) -> dict[str, tuple[Name, ...]]:
    """Turn name to phrases round into phrase to names, in the order of the groups."""
    names: dict[str, tuple[Name, ...]] = {}
    for name, phrases in groups.items():
        for phrase in phrases:
            if name not in names.get(phrase, ()):
                names[phrase] = (*names.get(phrase, ()), name)
    return names
