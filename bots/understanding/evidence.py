"""Weigh what speaks for a petition against what speaks for an item: how it sounds, and how well an item explains it."""

from collections.abc import Mapping

from bots.understanding.petition_model import GramScore
from services.items.search.phrases import PhraseFinder
from services.items.search.ranking import Ranking

Evidence = Mapping[str, float]
"""What was observed of a text, by name."""


class Observer:
    """Observe the evidence of a text; immutable."""

    def __init__(self, grams: GramScore, *, asks: tuple[str, ...], deals: tuple[str, ...]) -> None:
        """Take the n-grams' score, the words that ask (怎么, 哪里 ...) and those for dealings (申请, 补办 ...)."""
        self._grams = grams
        self._asks = PhraseFinder(dict.fromkeys(asks, ""))
        self._deals = PhraseFinder(dict.fromkeys(deals, ""))

    def observe(self, text: str, ranking: Ranking) -> dict[str, float]:
        """Return the evidence of a text in normal form with its ranking."""
        sound = self._grams.score(text)
        best = ranking.candidates[0].score if ranking.candidates else 0.0
        support = ranking.support if ranking.candidates else 0.0
        return {
            "constant": 1.0,
            "grams": sound,
            "item": best,
            "item_supported": best * support,
            "grams_of_item": sound * best * support,
            "support": support,
            "asks": float(bool(self._asks.find(text))),
            "deals": float(bool(self._deals.find(text))),
            "field": float(ranking.field is not None),
            "out_of_scope": float(ranking.out_of_scope is not None),
        }


def log_odds(evidence: Evidence, weights: Mapping[str, float]) -> float:
    """Return the weighted sum: above zero a petition is likelier than not."""
    return sum(weights.get(name, 0.0) * value for name, value in evidence.items())
