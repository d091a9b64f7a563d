"""Find the signs of one kind in a message."""

import re
from collections.abc import Iterator

from msgspec import Struct

from bots.understanding.lexicon import KindSigns
from services.items.search.phrases import PhraseFinder
from services.text.pinyin import PinyinTable, fold

SOUNDS_LONGEST = 16
"""Characters of a message that is listened to: in a longer one equal sounds are chance."""
_LETTERS = re.compile(r"[a-z' ]+")
_MARKS = re.compile(r"[\s,.;:!?。、…~\-\"'()]+")


class Heard(Struct, frozen=True):
    """A message in the forms in which signs are looked for."""

    text: str
    """Normal form."""
    bare: str
    """Without marks, and without particles at its ends."""
    sounds: str
    """Folded syllables between apostrophes, empty when the message is long."""


class Sign(Struct, frozen=True):
    """What was found: the topic it stands for and the sign itself."""

    topic: str
    found: str


class Ear:
    """Bring messages into the forms in which signs are looked for; immutable."""

    def __init__(self, table: PinyinTable, *, particles: str) -> None:
        """Take the readings of characters and the characters that say nothing."""
        self._table = table
        self._particles = particles

    def hear(self, text: str) -> Heard:
        """Return the forms of a message in normal form."""
        bare = _MARKS.sub("", text)
        short = bare.strip(self._particles) or bare
        return Heard(text, short, self.sounds(text) if len(text) <= SOUNDS_LONGEST else "")

    def sounds(self, text: str) -> str:
        """Return ``'zuan'ren'gong'`` for 转人工, 转人共 and zhuanrengong."""
        syllables: list[str] = []
        for piece in re.split(r"([a-z' ]+)", text):
            letters = piece.replace("'", "").replace(" ", "")
            if letters and _LETTERS.fullmatch(piece):
                syllables += self._table.split(letters) or (letters,)
            else:
                syllables += self._table.read(piece)
        return "'" + "'".join(map(fold, syllables)) + "'"


class KindFinder:
    """Look for the signs of one kind; immutable, a few microseconds a message."""

    def __init__(self, signs: KindSigns, ear: Ear) -> None:
        """Prepare the searches."""
        self._longest = signs.longest
        self._guards = PhraseFinder(dict.fromkeys(signs.guards, ""))
        self._unless = re.compile("|".join(signs.unless)) if signs.unless else None
        self._even_so = PhraseFinder(dict.fromkeys(signs.even_so, ""))
        self._always = frozenset(topic for topic, some in signs.topics.items() if some.always)
        self._whole = {word: topic for topic, some in signs.topics.items() for word in some.whole}
        self._phrases = PhraseFinder({word: topic for topic, some in signs.topics.items() for word in some.phrases})
        self._patterns = [(topic, _any(some.patterns)) for topic, some in signs.topics.items() if some.patterns]
        self._sounds = [(topic, ear.sounds(word), word) for topic, some in signs.topics.items() for word in some.sounds]

    def find(self, heard: Heard) -> Sign | None:
        """Return the first sign in the message, or None."""
        return next(self.all(heard), None)

    def rules_out(self, heard: Heard) -> bool:
        """Tell whether reviewed words say that a message is not of this kind, however it sounds."""
        return self._is_doubtful(heard.text) or bool(self._guards.find(heard.text))

    def all(self, heard: Heard) -> Iterator[Sign]:
        """Yield every sign in the message: whole, phrases, patterns, then sounds."""
        if len(heard.text) > self._longest:
            return
        doubtful = self._is_doubtful(heard.text)
        if doubtful and not self._always:
            return
        for sign in self._signs(heard):
            if not doubtful or sign.topic in self._always:
                yield sign

    def _is_doubtful(self, text: str) -> bool:
        return bool(self._unless and self._unless.search(text) and not self._even_so.find(text))

    def _signs(self, heard: Heard) -> Iterator[Sign]:
        if heard.bare in self._whole:
            yield Sign(self._whole[heard.bare], heard.bare)
        text = self._guards.cut(heard.text, mark=" ")
        yield from (Sign(hit.meaning, hit.phrase) for hit in self._phrases.find(text))
        for topic, pattern in self._patterns:
            if match := pattern.search(text):
                yield Sign(topic, match[0])
        yield from (Sign(topic, word) for topic, sound, word in self._sounds if sound in heard.sounds)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
