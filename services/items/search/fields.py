"""Tell which part of a guide a question asks for."""

import re

from services.items.model import GuideField
from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.wording import Wording

_PATTERN = 2.5
"""How loud a pattern speaks, in characters of a phrase."""
_MAY_I = 1.5
"""How loud 能……吗 speaks: it asks about conditions when nothing more definite is asked."""


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

    def detect(self, text: str, *, is_benefit: bool = False) -> GuideField | None:
        """Return the part asked for, or None when the question is about the item as such.

        Args:
            text: normal form.
            is_benefit: the item pays out, so that 多少钱 asks for what one gets and not for what one pays.
        """
        loudness: dict[str, float] = {}
        for hit in self._finder.find(text):
            for name in hit.meaning:
                loudness[name] = loudness.get(name, 0.0) + len(hit.phrase)
        for name, pattern in self._patterns:
            if pattern.search(text):
                loud = _MAY_I if name == GuideField.CONDITIONS else _PATTERN
                loudness[name] = loudness.get(name, 0.0) + loud
        loudness.pop(GuideField.OVERVIEW, None)
        if not loudness:
            return None
        preferred = GuideField.AMOUNT if is_benefit else GuideField.FEE
        return GuideField(max(loudness, key=lambda name: (loudness[name], name == preferred)))
