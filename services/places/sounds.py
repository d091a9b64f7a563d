"""Tell which characters sound alike, as they are mixed up when typing by sound."""

from collections.abc import Set as AbstractSet

from services.text.pinyin import PinyinTable, fold


class Sounds:
    """Give characters their folded sound: zh is z, -ng is -n, tones are left out."""

    def __init__(self, pinyin: PinyinTable) -> None:
        """Fold the table."""
        self._sounds = {character: fold(syllable) for character, syllable in pinyin.readings.items()}

    def of(self, text: str) -> tuple[str, ...]:
        """Return the sound of each character; what has none stands for itself."""
        sounds = self._sounds
        return tuple(sounds.get(character, character) for character in text)

    def alike(self, character: str) -> AbstractSet[str]:
        """Return all characters of the same sound, this one among them; reads the whole table."""
        sound = self._sounds.get(character)
        return {other for other, of_other in self._sounds.items() if of_other == sound} | {character}
