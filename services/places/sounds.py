"""Tell which characters sound alike, as they are mixed up when typing by sound."""

from collections import defaultdict
from collections.abc import Set as AbstractSet

from services.text.pinyin import PinyinTable, fold


class Sounds:
    """Give characters their folded sound: zh is z, -ng is -n, tones are left out."""

    def __init__(self, pinyin: PinyinTable) -> None:
        """Turn the table round."""
        self._sounds = {character: fold(syllable) for character, syllable in pinyin.readings.items()}
        self._alike: defaultdict[str, set[str]] = defaultdict(set)
        for character, sound in self._sounds.items():
            self._alike[sound].add(character)

    def of(self, text: str) -> tuple[str, ...]:
        """Return the sound of each character; what has none stands for itself."""
        sounds = self._sounds
        return tuple(sounds.get(character, character) for character in text)

    def alike(self, character: str) -> AbstractSet[str]:
        """Return all characters of the same sound, this one among them."""
        return self._alike.get(self._sounds.get(character, ""), frozenset(character))
