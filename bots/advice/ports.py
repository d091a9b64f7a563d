"""What a plug-in may be asked; assembly/ supplies the objects, none by default.

A plug-in sees the citizen's words with personal data masked, and the candidates our own search has found. It is not
trusted: whatever it answers or raises, `bots.advice.advisers` decides what is made of it.
"""

from datetime import timedelta
from typing import Protocol

from services.items.search.preference import Preference
from services.items.search.ranking import Candidate


class Ranker(Protocol):
    """Put candidates into another order."""

    async def rank(self, text: str, candidates: tuple[Candidate, ...], *, deadline: timedelta) -> Preference:
        """Return all candidates best first, and whether the first is meant for certain.

        Raises:
            Unavailable: it cannot tell now; the text of the error is for the log and names no citizen's words.
        """
        ...


class Rewriter(Protocol):
    """Say the same in words that a catalogue uses."""

    async def rewrite(self, text: str, *, deadline: timedelta) -> str:
        """Return another wording, which our own understanding then reads; empty: none is better.

        Raises:
            Unavailable: as `Ranker.rank`.
        """
        ...
