"""Measure the classifier on petitions it was not trained on, and set its sharpness and gate by them."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from services.petitions.classifier import softmax

FOLDS = 5
REPEATS = 3
GATE_PRECISION = 0.95
"""How often a proposal above the gate must be right."""

_SHARPEST = 400.0
_NARROW = 1e-3


class Judged(Struct, frozen=True, kw_only=True):
    """One held-out petition: what it is, and the scores of all first levels."""

    level1: str
    scores: dict[str, float]

    @property
    def ranking(self) -> list[str]:
        """Return the first levels, best first; names decide between equals."""
        return sorted(self.scores, key=lambda name: (-self.scores[name], name))


class Gate(Struct, frozen=True, kw_only=True):
    """The probability from which proposals were right often enough, and what share of petitions reached it."""

    probability: float
    precision: float
    coverage: float


def stratified_folds(labels: Sequence[str], *, folds: int = FOLDS, seed: int) -> list[list[int]]:
    """Return positions dealt into folds so that every label is spread as evenly as it can be."""
    positions: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        positions.setdefault(label, []).append(position)
    order = random.Random(seed)  # noqa: S311  # dealing cards, not keeping secrets
    dealt: list[list[int]] = [[] for _ in range(folds)]
    turn = 0
    for label in sorted(positions):
        order.shuffle(positions[label])
        for position in positions[label]:
            dealt[turn % folds].append(position)
            turn += 1
    return dealt


def held_out(
    labels: Sequence[str], fit: Callable[[Sequence[int]], Callable[[int], dict[str, float]]], *, repeats: int = REPEATS
) -> Iterator[list[Judged]]:
    """Yield one full round of held-out judgements for each repeat.

    Args:
        labels: the first level of every petition.
        fit: trains on these positions and returns what scores another.
        repeats: how often the folds are dealt anew.
    """
    for seed in range(repeats):
        judged: list[Judged] = []
        for fold in stratified_folds(labels, seed=seed):
            held = set(fold)
            score = fit([position for position in range(len(labels)) if position not in held])
            judged += [Judged(level1=labels[position], scores=score(position)) for position in fold]
        yield judged


def accuracy(judged: Sequence[Judged], *, within: int = 1) -> float:
    """Return how often the right first level is among the best so many."""
    return sum(one.level1 in one.ranking[:within] for one in judged) / len(judged)


def macro_f1(judged: Sequence[Judged]) -> float:
    """Return the mean F1 over the first levels that occur."""
    said, was, right = Counter[str](), Counter[str](), Counter[str]()
    for one in judged:
        best = one.ranking[0]
        said[best] += 1
        was[one.level1] += 1
        right[one.level1] += best == one.level1
    return mean(2 * right[name] / (said[name] + was[name]) for name in was)


def fitted_sharpness(judged: Sequence[Judged]) -> float:
    """Return the sharpness under which the held-out truth is likeliest (golden section on its logarithm)."""
    ratio = (math.sqrt(5) - 1) / 2
    low, high = 0.0, math.log(_SHARPEST)
    while high - low > _NARROW:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if log_loss(judged, math.exp(left)) < log_loss(judged, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def log_loss(judged: Sequence[Judged], sharpness: float) -> float:
    """Return the mean surprise at the truth, in nats."""
    return -mean(math.log(max(softmax(one.scores, sharpness)[one.level1], 1e-12)) for one in judged)


def fitted_gate(judged: Sequence[Judged], sharpness: float, *, precision: float = GATE_PRECISION) -> Gate:
    """Return the lowest probability above which enough proposals were right; an unreachable one (1.01) if none is."""
    sure = sorted(((probability, right) for probability, right in _best(judged, sharpness)), reverse=True)
    gate = Gate(probability=1.01, precision=0.0, coverage=0.0)
    rights = 0
    for count, (probability, right) in enumerate(sure, 1):
        rights += right
        if rights / count >= precision:
            gate = Gate(probability=probability, precision=rights / count, coverage=count / len(sure))
    return gate


def mean(values: Iterable[float]) -> float:
    """Return the arithmetic mean of at least one value."""
    collected = list(values)
    return sum(collected) / len(collected)


def _best(judged: Sequence[Judged], sharpness: float) -> Iterator[tuple[float, bool]]:
    for one in judged:
        best = one.ranking[0]
        probabilities: Mapping[str, float] = softmax(one.scores, sharpness)
        yield probabilities[best], best == one.level1
