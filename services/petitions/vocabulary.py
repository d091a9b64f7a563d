"""Find the words that speak for a category: its own names, everyday words and departments' duties.

The words vote for a first level without any training and choose the second and third level below it.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from services.petitions.categories import OTHER, Category, CategoryTree
from services.petitions.features import TITLE_WEIGHT, cleaned, cleaned_body

_WHOLE, _PART = 1.0, 0.5
_SHORTEST = 2
_BY_DEPTH = (0.0, 0.5, 1.0)
"""How much a word given to a first, second or third level says about each category below."""
_JOINTS = re.compile("[和与及、“”]")


class Vote(Struct, frozen=True, kw_only=True):
    """What the words of one petition say.

    ``level1`` holds points by first level, ``leaves`` by category, ``words`` the words found, each with the first
    levels it speaks for, strongest first.
    """

    level1: dict[str, float]
    leaves: dict[Category, float]
    words: tuple[tuple[str, frozenset[str]], ...]

    def reasons(self, level1: str, limit: int = 5) -> tuple[str, ...]:
        """Return the strongest words that spoke for a first level."""
        return tuple(word for word, levels in self.words if level1 in levels)[:limit]


class _Meaning(Struct):
    """Which first levels and which categories one word speaks for, and how loudly."""

    level1: dict[str, float] = msgspec.field(default_factory=dict)
    leaves: dict[Category, float] = msgspec.field(default_factory=dict)


class Vocabulary:
    """Look words up in a text in one pass, whatever their number."""

    def __init__(
        self, tree: CategoryTree, *, everyday: Mapping[str, Iterable[str]], duties: Mapping[str, Iterable[str]]
    ) -> None:
        """Learn all words.

        Args:
            tree: whose names are words too, whole and in their parts.
            everyday: words by node: a category, a second level or, for words that only name the field, a first level.
            duties: words by first level.

        Raises:
            UnknownCategory: a word is given to a node that does not exist.
        """
        self._tree = tree
        self._meanings: dict[str, _Meaning] = {}
        for node in dict.fromkeys(
            node for category in tree.categories for node in (category.level2_path, category.path)
        ):
            for word, weight in _name_words(node.rpartition("/")[2]):
                self._learn(word, node, weight=weight)
        for node, words in [*everyday.items(), *duties.items()]:
            for word in words:
                self._learn(word, node, weight=_WHOLE)
        self._longest = max(map(len, self._meanings))

    def vote(self, title: str, text: str) -> Vote:
        """Return what the words of a petition say; a word in the title counts `TITLE_WEIGHT` times."""
        counts: dict[str, int] = {}
        for part, weight in ((cleaned(title), TITLE_WEIGHT), (cleaned_body(text), 1)):
            for word in self._words_in(part):
                counts[word] = counts.get(word, 0) + weight
        points = {word: math.log1p(count) * len(word) for word, count in counts.items()}
        level1: dict[str, float] = {}
        leaves: dict[Category, float] = {}
        for word, strength in points.items():
            meaning = self._meanings[word]
            # A word that many first levels share says little about each.
            shared = strength / len(meaning.level1)
            for name, loudness in meaning.level1.items():
                level1[name] = level1.get(name, 0.0) + shared * loudness
            for leaf, loudness in meaning.leaves.items():
                leaves[leaf] = leaves.get(leaf, 0.0) + shared * loudness
        strongest = sorted(points, key=lambda word: (-points[word], word))
        words = tuple((word, frozenset(self._meanings[word].level1)) for word in strongest)
        return Vote(level1=level1, leaves=leaves, words=words)

    def best_leaf(self, level1: str, vote: Vote) -> Category:
        """Return the category below a first level that the words speak for most, or its catch-all."""
        leaves = self._tree.below(level1)
        order = {leaf: (vote.leaves.get(leaf, 0.0), leaf.level3 == OTHER) for leaf in leaves}
        best = max(leaves, key=order.__getitem__)
        return best if order[best][0] > 0 else self._tree.catch_all(level1)

    def _words_in(self, text: str) -> Iterator[str]:
        for start in range(len(text) - _SHORTEST + 1):
            for length in range(_SHORTEST, min(self._longest, len(text) - start) + 1):
                if (word := text[start : start + length]) in self._meanings:
                    yield word

    def _learn(self, word: str, node: str, *, weight: float) -> None:
        """Let a word speak for a node: for its first level always, for the categories below unless it is a first level."""
        meaning = self._meanings.setdefault(cleaned(word), _Meaning())
        below = self._tree.below(node)
        level1 = below[0].level1
        meaning.level1[level1] = max(weight, meaning.level1.get(level1, 0.0))
        loudness = weight * _BY_DEPTH[node.count("/")]
        for leaf in below if loudness else ():
            meaning.leaves[leaf] = max(loudness, meaning.leaves.get(leaf, 0.0))


class _WordsFile(Struct, frozen=True):
    words: dict[str, tuple[str, ...]]


def load_everyday_words(path: Path) -> dict[str, tuple[str, ...]]:
    """Return everyday words by node of the tree (data/petition_words.json)."""
    return msgspec.json.decode(path.read_bytes(), type=_WordsFile).words


def _name_words(name: str) -> Iterator[tuple[str, float]]:
    """Yield the words in a category's name: its parts between "和" and "、" whole, and their two-character pieces."""
    if name == OTHER:
        return
    parts = {name, *_JOINTS.split(name)}
    pieces: set[str] = set()
    for part in parts:
        if len(part) >= 2 * _SHORTEST:
            pieces |= {part[:2], part[-2:]}
            if len(part) % 2 == 0:
                pieces |= {part[start : start + 2] for start in range(0, len(part), 2)}
    yield from ((part, _WHOLE) for part in sorted(parts) if len(part) >= _SHORTEST)
    yield from ((piece, _PART) for piece in sorted(pieces - parts))
