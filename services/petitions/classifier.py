"""Say which category a petition belongs to, how sure that is and why.

Complement naive Bayes over n-grams and the vote of the vocabulary, added; see training.py for how both were chosen.
Pure Python: about 11,000 n-grams load in milliseconds and a petition takes a fraction of one.

Source: Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers" (2003), section 3.1.
"""

import math
from collections.abc import Mapping
from heapq import nlargest

from msgspec import Struct

from services.petitions.categories import Category, CategoryTree
from services.petitions.features import gram_counts
from services.petitions.model_file import Counts, PetitionModel
from services.petitions.vocabulary import Vocabulary, Vote

PROPOSED = 3
"""Proposals shown to an agent: top-3 is right in about 98 of 100."""


class Proposed(Struct, frozen=True, kw_only=True):
    """One category a petition may belong to; ``reasons`` are words of the petition, strongest first."""

    category: str
    probability: float
    reasons: tuple[str, ...]


class Classification(Struct, frozen=True, kw_only=True):
    """The likeliest categories, each of another first level; ``confident`` when the first needs no second look."""

    proposals: tuple[Proposed, ...]
    confident: bool

    @property
    def best(self) -> Category:
        """Return the likeliest category."""
        return Category.parse(self.proposals[0].category)


class GramScores:
    """Score first levels by complement naive Bayes.

    A class is scored by how badly the n-grams fit everything else. What is the same for all classes is left out, so
    only classes that have an n-gram cost anything.
    """

    def __init__(self, counts: Counts, *, classes: int) -> None:
        """Turn counts into log ratios."""
        totals = [0] * classes
        for found in counts.grams.values():
            for position, count in zip(found[::2], found[1::2], strict=True):
                totals[position] += count
        everything = sum(totals)
        self._gram_rest = counts.gram_rest
        self._rest = [math.log(everything - total + counts.smoothing * len(counts.grams)) for total in totals]
        self._gains: dict[str, tuple[tuple[int, float], ...]] = {
            gram: _gains(found, counts.smoothing) for gram, found in counts.grams.items()
        }

    def score(self, counts: Mapping[str, int]) -> list[float]:
        """Return the mean log ratio by class; n-grams never seen count as saying nothing."""
        scores = [0.0] * len(self._rest)
        known = 0
        for gram, count in counts.items():
            gains = self._gains.get(gram)
            if gains is None:
                continue
            known += count
            for position, gain in gains:
                scores[position] += count * gain
        weight = self._gram_rest + sum(counts.values())
        return [(score + known * rest) / weight for score, rest in zip(scores, self._rest, strict=True)]


class Scorer:
    """Score first levels by n-grams and words together."""

    def __init__(self, counts: Counts, vocabulary: Vocabulary) -> None:
        """Prepare the log ratios; costs about 30 ms."""
        self.tree = CategoryTree(Category.parse(path) for path in counts.categories)
        self._vocabulary = vocabulary
        self._counts = counts
        self._grams = GramScores(counts, classes=len(self.tree.level1))

    def scores(self, title: str, text: str) -> tuple[dict[str, float], Vote]:
        """Return the scores by first level and the vote that is part of them."""
        vote = self._vocabulary.vote(title, text)
        points = sum(vote.level1.values()) + self._counts.vote_rest
        by_grams = zip(self.tree.level1, self._grams.score(gram_counts(title, text)), strict=True)
        weight = self._counts.vote_weight / points
        return {level1: score + weight * vote.level1.get(level1, 0.0) for level1, score in by_grams}, vote


class Classifier:
    """Propose categories for petitions."""

    def __init__(self, model: PetitionModel, vocabulary: Vocabulary) -> None:
        """Keep the model and the words beside it."""
        self.model = model
        self._vocabulary = vocabulary
        self._scorer = Scorer(model.counts, vocabulary)

    @property
    def tree(self) -> CategoryTree:
        """Return the categories that can be proposed."""
        return self._scorer.tree

    def classify(self, title: str, text: str) -> Classification:
        """Return the likeliest categories of a petition.

        Args:
            title: may be empty (a petition taken in the chat has none).
            text: its first 300 characters count.
        """
        scores, vote = self._scorer.scores(title, text)
        probabilities = softmax(scores, self.model.sharpness)
        proposals = tuple(
            Proposed(
                category=self._vocabulary.best_leaf(level1, vote).path,
                probability=round(probabilities[level1], 4),
                reasons=vote.reasons(level1),
            )
            for level1 in nlargest(PROPOSED, probabilities, key=probabilities.__getitem__)
        )
        return Classification(proposals=proposals, confident=proposals[0].probability >= self.model.gate)


def softmax(scores: Mapping[str, float], sharpness: float) -> dict[str, float]:
    """Turn scores into probabilities that add up to one; every difference counts ``sharpness`` fold."""
    highest = max(scores.values())
    odds = {name: math.exp(sharpness * (score - highest)) for name, score in scores.items()}
    total = sum(odds.values())
    return {name: value / total for name, value in odds.items()}


def _gains(counts: tuple[int, ...], smoothing: float) -> tuple[tuple[int, float], ...]:
    total = sum(counts[1::2]) + smoothing
    return tuple(
        (position, math.log(total / (total - count))) for position, count in zip(counts[::2], counts[1::2], strict=True)
    )
