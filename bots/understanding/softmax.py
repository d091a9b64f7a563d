"""Fit a linear model of several classes over sparse features by stochastic gradient descent, without a library."""

import math
import random
from collections.abc import Sequence

from msgspec import Struct

from bots.understanding.kind_model import softmax

ROUNDS = 12
RATE = 0.6
_FIRST_SQUARES = 1e-3
_NOTHING = 1e-4
"""A gradient below this teaches nothing."""


class Example(Struct, frozen=True):
    """One row: the names of its features, its class by number, and how much it counts."""

    features: tuple[str, ...]
    label: int
    weight: float = 1.0


def fit_classes(examples: Sequence[Example], *, classes: int, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return for each feature one weight a class; each feature of a row counts one over the root of their number.

    Each weight has its own rate, which falls with what it has learned (AdaGrad), so that rare features still learn.
    The order of the rows is shuffled with a fixed seed: the same rows always give the same weights.
    """
    weights: dict[str, list[float]] = {}
    squares: dict[str, list[float]] = {}
    for one in examples:
        for name in one.features:
            if name not in weights:
                weights[name], squares[name] = [0.0] * classes, [_FIRST_SQUARES] * classes
    chance, order = random.Random(1), list(examples)  # noqa: S311 - the same order every time, no secret
    for _ in range(rounds):
        chance.shuffle(order)
        for one in order:
            _learn(one, [weights[name] for name in one.features], seen=[squares[name] for name in one.features])
    return weights


def _learn(one: Example, rows: Sequence[list[float]], *, seen: Sequence[list[float]]) -> None:
    """Move the weights of a row's features towards its class; ``seen`` are the squares of what each has learned."""
    value = 1 / math.sqrt(len(rows) or 1)
    shares = softmax(value * sum(column) for column in zip(*rows, strict=True))
    gradient = [one.weight * value * (share - (number == one.label)) for number, share in enumerate(shares)]
    telling = [(number, slope) for number, slope in enumerate(gradient) if abs(slope) > _NOTHING]
    for row, squares in zip(rows, seen, strict=True):
        for number, slope in telling:
            squares[number] += slope * slope
            row[number] -= RATE * slope / math.sqrt(squares[number])
