"""Find the reviewed question of a guide that a citizen's question comes closest to."""

from services.items.model import GuideField, Question, ServiceItem
from services.items.search.question import character_grams
from services.text.normalise import normalise

CLOSE = 0.45
"""How alike two questions are, 0 to 1, before the answer of one is given to the other."""
CLOSER = 0.62
"""The same when a field of the guide was asked for, which also answers."""
THE_SAME = 0.8
"""The same when the question by itself would be taken for one about another item."""
_SHORTEST = 2


def closest(item: ServiceItem, text: str, *, field: GuideField | None) -> Question | None:
    """Return the question of the guide that a text asks, or None when a field answers it better."""
    return nearest(item, text, least=CLOSE if field is None else CLOSER)


def nearest(item: ServiceItem, text: str, *, least: float) -> Question | None:
    """Return the question of the guide most like a text, if it is at least so much alike.

    What both share is measured in two-character pieces, the names of the item left out: they are in every question.
    """
    named = _pieces("".join((item.name, *item.aliases)))
    asked = _pieces(text) - named
    best, best_likeness = None, 0.0
    for question in item.faqs:
        likeness = _likeness(asked, _pieces(question.question) - named)
        if likeness > best_likeness:
            best, best_likeness = question, likeness
    return best if best_likeness >= least else None


def _pieces(text: str) -> set[str]:
    return {gram for gram in character_grams(normalise(text).text) if len(gram) == _SHORTEST}


def _likeness(one: set[str], other: set[str]) -> float:
    """Return the harmonic mean of the shares that both have in common (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
