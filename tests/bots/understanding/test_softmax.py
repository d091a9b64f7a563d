"""The classes that sparse features are told apart by."""

import pytest

from bots.understanding.softmax import Example, fit_classes

ROWS = [
    Example(features=("red", "round"), label=0),
    Example(features=("red", "long"), label=0),
    Example(features=("green", "round"), label=1),
    Example(features=("green", "long"), label=1),
    Example(features=("blue", "flat"), label=2),
]


def test_a_feature_speaks_for_its_class_and_one_that_all_share_for_none() -> None:
    weights = fit_classes(ROWS, classes=3)
    assert max(range(3), key=weights["red"].__getitem__) == 0
    assert max(range(3), key=weights["green"].__getitem__) == 1
    assert max(range(3), key=weights["blue"].__getitem__) == 2
    assert abs(weights["round"][0] - weights["round"][1]) < abs(weights["red"][0] - weights["red"][1]) / 2


def test_the_same_rows_always_give_the_same_weights() -> None:
    assert fit_classes(ROWS, classes=3) == fit_classes(ROWS, classes=3)


def test_a_row_that_counts_for_nothing_teaches_nothing() -> None:
    contrary = Example(features=("red",), label=1, weight=0.0)
    weights = fit_classes([*ROWS, contrary], classes=3)
    assert max(range(3), key=weights["red"].__getitem__) == 0


@pytest.mark.parametrize("weight", [0.5, 5.0])
def test_of_two_rows_that_disagree_the_heavier_wins(weight: float) -> None:
    rows = [Example(features=("x",), label=0, weight=1.0), Example(features=("x",), label=1, weight=weight)]
    weights = fit_classes(rows * 20, classes=2)
    assert (weights["x"][1] > weights["x"][0]) == (weight > 1)
