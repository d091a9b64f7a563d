"""Tell which part of a guide a question asks for."""

import re

from services.items.model import GuideField
from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.wording import Wording

_PATTERN = 1.5
"""How loud a pattern speaks, in characters of a phrase: less than any phrase."""


class FieldDetector:
    """Find the phrases that ask for a part of the guide; the longest phrases speak loudest.

    Phrases listed under ``overview`` ask for nothing and keep shorter ones inside them from counting: 不花钱的卡.
    """

    def __init__(self, wording: Wording) -> None:
        """Prepare the search; of phrases that begin together the longest counts."""
        self._finder = PhraseFinder(by_phrase({str(field): words for field, words in wording.fields.items()}))
        self._patterns = [
            (str(field), re.compile(pattern))
            for field, patterns in wording.field_patterns.items()
            for pattern in patterns
        ]

    def detect(self, text: str) -> GuideField | None:
        """Return the part asked for, or None when the question is about the item as such."""
        loudness: dict[str, float] = {}
        for hit in self._finder.find(text):
            for name in hit.meaning:
                loudness[name] = loudness.get(name, 0.0) + len(hit.phrase)
        for name, pattern in self._patterns:
            if pattern.search(text):
                loudness[name] = loudness.get(name, 0.0) + _PATTERN
        loudness.pop(GuideField.OVERVIEW, None)
        if not loudness:
            return None
        return GuideField(max(loudness, key=lambda name: loudness[name]))
