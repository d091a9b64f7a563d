"""Put right what was typed by sound: homophones (公鸡金 for 公积金) and whole questions in pinyin.

A small noisy-channel model: the cheapest reading of the text as words. A dictionary word costs its rarity; a word
of the catalogue's vocabulary may also stand where only its sound stands, for a penalty. Text that makes sense as it
is stays as it is, because known words cost less than a replacement.
"""

import math
import re
from collections.abc import Iterable
from copy import copy

from msgspec import Struct

from services.steps import Steps
from services.text.pinyin import PinyinTable, is_chinese_run
from services.text.segment import Segmenter

_LONGEST = 8
"""Characters of the longest word tried."""
_UNKNOWN = 17.0
"""Cost of a character that is no word."""
_SUBSTITUTION = 2.5
_CHANGED = 1.2
"""Cost of a replacement, and of each character it changes."""
_FREQUENT = 300
"""A word of the vocabulary counts as at least so frequent in jieba's dictionary."""
_CHEAPEST = 10.5
"""A replacement costs at least this: common words must not draw everything that sounds like them."""
_LONE_SYLLABLE = 13.0
_LONE_LETTER = 26.0
_TYPED = re.compile(r"[a-z](?:[a-z' ]*[a-z])?")
_SHORTEST_TYPED = 4
"""Fewer letters than this are an abbreviation, not pinyin."""


class Respelled(Struct, frozen=True):
    """Hold the text with its sounds put right; ``changed`` tells whether anything was."""

    text: str
    changed: bool


class Respeller:
    """Read text by sound against a vocabulary; immutable."""

    def __init__(
        self, vocabulary: Iterable[str], phrases: Iterable[str], *, base: Segmenter, table: PinyinTable
    ) -> None:
        """Index the vocabulary by sound.

        Args:
            vocabulary: words of the catalogue and the lexicon; they may replace what sounds alike.
            phrases: everyday phrases (怎么办, 在哪里): they only help to read typed pinyin.
            base: word frequencies.
            table: readings.
        """
        self._base = base
        self._table = table
        self._log_total = math.log(base.total)
        self._vocabulary = set[str]()
        self._by_sound: dict[str, tuple[str, ...]] = {}
        self._by_letters: dict[str, tuple[str, ...]] = {}
        self._longest_letters = 0
        for word in vocabulary:
            self._learn(word)
        for phrase in dict.fromkeys(phrases):
            if len(phrase) <= _LONGEST and is_chinese_run(phrase):
                self._hear(phrase)

    def knowing(self, words: Iterable[str]) -> Steps["Respeller"]:
        """Return a copy whose vocabulary has more words; this one stays as it is."""
        more = copy(self)
        more._vocabulary = self._vocabulary.copy()  # noqa: SLF001 - a copy of our own that nobody has yet
        more._by_sound, more._by_letters = self._by_sound.copy(), self._by_letters.copy()  # noqa: SLF001 - as above
        for word in words:
            more._learn(word)  # noqa: SLF001 - as above
            yield
        return more

    def _learn(self, word: str) -> None:
        """Take a word into the vocabulary, unless it is there already or no word that could be misspelt."""
        if word not in self._vocabulary and 1 < len(word) <= _LONGEST and is_chinese_run(word):
            self._vocabulary.add(word)
            sound = "'".join(self._table.folded(word))
            self._by_sound[sound] = (*self._by_sound.get(sound, ()), word)
            self._hear(word)

    def _hear(self, phrase: str) -> None:
        letters = "".join(self._table.read(phrase))
        self._by_letters[letters] = (*self._by_letters.get(letters, ()), phrase)
        self._longest_letters = max(self._longest_letters, len(letters))

    def respell(self, text: str) -> Respelled:
        """Return the text as it was probably meant."""
        typed = _TYPED.sub(lambda match: self._from_letters(match[0]), text)
        meant = self._from_sounds(typed)
        return Respelled(meant, meant != text)

    def _from_sounds(self, text: str) -> str:
        """Return the cheapest reading of a text in Chinese characters."""
        folded = self._table.folded(text)
        best: list[tuple[float, int, str]] = [(0.0, 0, "")] + [(math.inf, 0, "")] * len(text)
        for start in range(len(text)):
            sound = ""
            for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
                span = text[start:end]
                sound = f"{sound}'{folded[end - 1]}" if sound else folded[start]
                if not self._is_readable(span, sound):
                    continue
                for cost, word in self._readings(span, sound):
                    if best[start][0] + cost < best[end][0]:
                        best[end] = (best[start][0] + cost, start, word)
        return "".join(_trace(best))

    def _is_readable(self, span: str, sound: str) -> bool:
        """Tell whether a span may stand for any word; of eight that begin at a character hardly two may."""
        if len(span) == 1 or sound in self._by_sound:
            return True
        return span in self._vocabulary or self._base.frequency(span) > 0

    def _readings(self, span: str, sound: str) -> Iterable[tuple[float, str]]:
        """Yield the words a span may stand for, with their costs."""
        frequency = self._base.frequency(span)
        if frequency or len(span) == 1 or span in self._vocabulary:
            yield self._cost(span), span
        if len(span) > 1:
            for word in self._by_sound.get(sound, ()):
                if word != span:
                    changed = sum(one != other for one, other in zip(word, span, strict=True))
                    yield max(_CHEAPEST, self._cost(word)) + _SUBSTITUTION + _CHANGED * changed, word

    def _cost(self, word: str) -> float:
        frequency = self._base.frequency(word)
        if word in self._vocabulary:
            frequency = max(frequency, _FREQUENT)
        if not frequency:
            return _UNKNOWN * len(word)
        return self._log_total - math.log(frequency)

    def _from_letters(self, typed: str) -> str:
        """Return a run of letters as Chinese when it reads as pinyin, else as it is."""
        letters = typed.replace(" ", "").replace("'", "")
        if len(letters) < _SHORTEST_TYPED or self._table.split(letters) is None:
            return typed
        best: list[tuple[float, int, str]] = [(0.0, 0, "")] + [(math.inf, 0, "")] * len(letters)
        for start in range(len(letters)):
            for end in range(start + 1, min(start + self._longest_letters, len(letters)) + 1):
                for cost, word in self._spoken(letters[start:end]):
                    if best[start][0] + cost < best[end][0]:
                        best[end] = (best[start][0] + cost, start, word)
        return "".join(_trace(best))

    def _spoken(self, letters: str) -> Iterable[tuple[float, str]]:
        """Yield the words typed letters may stand for; a lone syllable is left as it is, apart."""
        for word in self._by_letters.get(letters, ()):
            yield self._cost(word), word
        if letters in self._table.syllables:
            yield _LONE_SYLLABLE, f" {letters} "
        elif len(letters) == 1:
            yield _LONE_LETTER, letters


def _trace(best: list[tuple[float, int, str]]) -> list[str]:
    """Return the words of the cheapest path, in order."""
    words: list[str] = []
    position = len(best) - 1
    while position:
        _, position, word = best[position]
        words.append(word)
    return words[::-1]
