"""Give Chinese characters their sound, fold sounds that people mix up, and read typed pinyin.

The readings come from a table made with pypinyin; importing the library itself costs 57 MB of memory.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from services.text.normalise import is_han

_FOLDS = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"([aei])ng$"), r"\1n"),
    (re.compile(r"^([nl])v"), r"\1u"),
)
LONGEST_WORD = 5
"""Characters of the longest word with a reading of its own."""
LONGEST_SYLLABLE = 6


@functools.lru_cache(maxsize=1024)
def fold(syllable: str) -> str:
    """Return a syllable with the sounds folded that dialects and typing mix up: zh/z, ch/c, sh/s, -ng/-n, lv/lu."""
    for pattern, replacement in _FOLDS:
        syllable = pattern.sub(replacement, syllable)
    return syllable


class PinyinTable(Struct, frozen=True):
    """Hold toneless readings of characters, and of words that are read otherwise."""

    readings: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    syllables: frozenset[str]

    @staticmethod
    def load(path: Path) -> "PinyinTable":
        """Read the table: lines ``syllable characters``, a line of dashes, lines ``word syllable syllable``."""
        readings: dict[str, str] = {}
        words: dict[str, tuple[str, ...]] = {}
        lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        middle = lines.index("---")
        for line in lines[:middle]:
            syllable, _, characters = line.partition(" ")
            readings.update(dict.fromkeys(characters, syllable))
        for line in lines[middle + 1 :]:
            word, *syllables = line.split(" ")
            words[word] = tuple(syllables)
        return PinyinTable(readings, words, frozenset(readings.values()))

    def read(self, text: str) -> list[str]:
        """Return one syllable for each character of a text; what is not Chinese stands for itself."""
        syllables: list[str] = []
        position = 0
        while position < len(text):
            for length in range(min(LONGEST_WORD, len(text) - position), 1, -1):
                word = self.words.get(text[position : position + length])
                if word:
                    syllables.extend(word)
                    position += length
                    break
            else:
                syllables.append(self.readings.get(text[position], text[position]))
                position += 1
        return syllables

    def folded(self, text: str) -> list[str]:
        """Return the folded syllables of a text, one for each character."""
        return [fold(syllable) for syllable in self.read(text)]

    def split(self, letters: str) -> tuple[str, ...] | None:
        """Return typed letters as syllables (longest first, with backtracking), or None when they are none."""
        return _split(letters, self.syllables)


@functools.lru_cache(maxsize=1024)
def _split(letters: str, syllables: frozenset[str]) -> tuple[str, ...] | None:
    """Decide from the end, place by place: recursion breaks at a whole message of letters."""
    end = len(letters)
    # From each place, how long the longest syllable is behind which all can be read; 0: there is none.
    taken = [0] * end
    for start in range(end - 1, -1, -1):
        for stop in range(min(start + LONGEST_SYLLABLE, end), start, -1):
            if (stop == end or taken[stop]) and letters[start:stop] in syllables:
                taken[start] = stop - start
                break
    found, place = list[str](), 0
    while place < end:
        if not taken[place]:
            return None
        found.append(letters[place : place + taken[place]])
        place += taken[place]
    return tuple(found)


def grams(syllables: list[str]) -> list[str]:
    """Return the 2-grams and 3-grams of syllables, joined by ``'``; one syllable alone gives itself."""
    if len(syllables) == 1:
        return list(syllables)
    found = ["'".join(syllables[start : start + 2]) for start in range(len(syllables) - 1)]
    return found + ["'".join(syllables[start : start + 3]) for start in range(len(syllables) - 2)]


def is_chinese_run(text: str) -> bool:
    """Tell whether a text is of Chinese characters only."""
    return bool(text) and all(map(is_han, text))
