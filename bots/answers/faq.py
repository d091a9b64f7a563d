"""Find the reviewed question of a guide that a citizen's question comes closest to."""

from functools import lru_cache
from itertools import pairwise

from services.items.model import GuideField, Question, ServiceItem
from services.text.normalise import normalise

CLOSE = 0.45
"""How alike two questions are, 0 to 1, before the answer of one is given to the other."""
CLOSER = 0.62
"""The same when a field of the guide was asked for, which also answers."""
THE_SAME = 0.8
"""The same when the question by itself would be taken for one about another item."""
_KEPT = 8192
"""Sentences of guides whose pieces are kept: every further question is held against all of its guide's."""


def least_for(field: GuideField | None) -> float:
    """Return how alike a question must be when the text asks for this field, which then also answers."""
    return CLOSE if field is None else CLOSER


def nearest(item: ServiceItem, text: str, *, least: float) -> Question | None:
    """Return the question of the guide most like a text, if it is at least so much alike.

    What both share is measured in two-character pieces, the names of the item left out: they are in every question.
    """
    named = _pieces_of_guide("".join((item.name, *item.aliases)))
    asked = _pieces(text) - named
    best, best_likeness = None, 0.0
    for question in item.faqs:
        likeness = _likeness(asked, _pieces_of_guide(question.question) - named)
        if likeness > best_likeness:
            best, best_likeness = question, likeness
    return best if best_likeness >= least else None


def _pieces(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(normalise(text).text)))


@lru_cache(maxsize=_KEPT)
def _pieces_of_guide(text: str) -> frozenset[str]:
    return _pieces(text)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the harmonic mean of the shares that both have in common (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
