"""Read a citizen's sentence: what is noise, what is asked, which words and sounds to look for."""

from collections.abc import Iterable

from msgspec import Struct, structs

from services.items.search.concepts import ConceptFinder, Mentions
from services.items.search.phrases import PhraseFinder
from services.items.search.wording import Wording
from services.text import pinyin
from services.text.normalise import is_han
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

_BREAK = "|"


class Terms(Struct, frozen=True, kw_only=True):
    """Hold what is looked up in the index for one sentence or clause."""

    text: str
    """Normal form, respelled."""
    content: tuple[str, ...]
    """The pieces left when noise is cut out."""
    words: tuple[str, ...]
    grams: tuple[str, ...]
    sounds: tuple[str, ...]
    mentions: Mentions

    def within(self, whole: "Terms") -> "Terms":
        """Return these terms of a clause with the circumstances that the whole sentence tells."""
        others = tuple(dict.fromkeys((*self.mentions.others, *whole.mentions.others)))
        return structs.replace(self, mentions=structs.replace(self.mentions, others=others))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is left to look for."""
        return not (self.words or self.grams or self.mentions.all)


class Reader:
    """Turn normalised text into the terms to look up; immutable."""

    def __init__(self, wording: Wording, segmenter: Segmenter, *, table: PinyinTable) -> None:
        """Prepare the searches for noise and concepts."""
        self._segmenter = segmenter
        self._table = table
        self.concepts = ConceptFinder(wording.concepts)
        self.procedures = frozenset(wording.concepts.procedures)
        self._noise_words = frozenset(wording.noise)
        self._noise = PhraseFinder({phrase: None for phrase in wording.noise if len(phrase) > 1})

    def read(self, text: str) -> Terms:
        """Return the terms of a text in normal form."""
        all_words = self._segmenter.words(text)
        pieces = tuple(self._pieces(text))
        searched = [word for piece in pieces for word in self._segmenter.search(piece)]
        return Terms(
            text=text,
            content=pieces,
            words=tuple(dict.fromkeys(word for word in searched if len(word) > 1 or is_han(word))),
            grams=tuple(dict.fromkeys(gram for piece in pieces for gram in character_grams(piece))),
            sounds=tuple(dict.fromkeys(gram for piece in pieces for gram in self._sounds(piece))),
            mentions=self.concepts.find(text, frozenset(all_words)),
        )

    def _pieces(self, text: str) -> Iterable[str]:
        """Return what is left between noise and punctuation."""
        kept = []
        for word in self._segmenter.words(self._noise.cut(text, mark=_BREAK)):
            is_noise = word in self._noise_words or not (is_han(word[0]) or word[0].isalnum())
            kept.append(_BREAK if is_noise else word)
        return [piece for piece in "".join(kept).split(_BREAK) if piece]

    def _sounds(self, piece: str) -> list[str]:
        syllables = self._table.folded(piece)
        return pinyin.grams(syllables) if len(syllables) > 1 else []


def character_grams(text: str) -> list[str]:
    """Return the 2-grams and 3-grams of characters; a text of one character has none."""
    pairs = [text[start : start + 2] for start in range(len(text) - 1)]
    return pairs + [text[start : start + 3] for start in range(len(text) - 2)]
