"""Fit a logistic regression by Newton's method: a handful of features, a few thousand rows, no library."""

import math
from collections.abc import Mapping, Sequence

_ROUNDS = 30
_SETTLED = 1e-5
_STEEPEST = 30.0

Row = tuple[Mapping[str, float], bool]
"""The features of a row by name (all rows the same), and whether it belongs to the class."""


def fit(rows: Sequence[Row], *, ridge: float) -> dict[str, float]:
    """Return the weights that explain the rows best.

    Args:
        rows: at least one.
        ridge: pulls weights to zero; in units of one hundredth of a row, per row.
    """
    names = list(rows[0][0])
    points = [([features[name] for name in names], label) for features, label in rows]
    weights = [0.0] * len(names)
    penalty = ridge * len(rows) / 100
    for _ in range(_ROUNDS):
        step = _solve(_system(points, weights, penalty=penalty))
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _SETTLED:
            break
    return dict(zip(names, weights, strict=True))


def _system(
    points: Sequence[tuple[list[float], bool]], weights: Sequence[float], *, penalty: float
) -> list[list[float]]:
    """Return Newton's equations, the right-hand side as last column."""
    size = len(weights)
    system = [[penalty if i == j else 0.0 for j in range(size)] + [-penalty * weights[i]] for i in range(size)]
    for features, label in points:
        total = sum(weight * value for weight, value in zip(weights, features, strict=True))
        probability = 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))
        spread = probability * (1 - probability)
        for i, value in enumerate(features):
            row = system[i]
            row[size] += (label - probability) * value
            for j, other in enumerate(features):
                row[j] += spread * value * other
    return system


def _solve(system: list[list[float]]) -> list[float]:
    """Solve linear equations by elimination with pivots."""
    size = len(system)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(system[row][column]))
        system[column], system[pivot] = system[pivot], system[column]
        for row in range(column + 1, size):
            factor = system[row][column] / system[column][column]
            system[row] = [a - factor * b for a, b in zip(system[row], system[column], strict=True)]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(system[row][column] * solution[column] for column in range(row + 1, size))
        solution[row] = (system[row][size] - known) / system[row][row]
    return solution
