"""Find the words by which a citizen says when something happened."""

from datetime import datetime

from services.text.dates import find_all

_LONGEST = 100


class TimePhrases:
    """Recognise time phrases by the date reader."""

    def find(self, text: str, *, now: datetime) -> str:
        """Return the time phrases of a text as they stand, each once, or an empty string."""
        phrases = dict.fromkeys(when.phrase for when in find_all(text, now))
        return "，".join(phrases)[:_LONGEST]
