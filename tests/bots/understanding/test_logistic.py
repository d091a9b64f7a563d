"""The fitted weights explain their rows: separable ones, noisy ones, hopeless ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.understanding.evidence import log_odds
from bots.understanding.logistic import Row, fit


def rows(*pairs: tuple[float, bool]) -> list[Row]:
    return [({"constant": 1.0, "x": x}, label) for x, label in pairs]


def test_a_feature_that_decides_gets_its_sign_and_the_border_lies_between() -> None:
    # Rows that lie evenly about zero: the ridge pulls the constant too, and would move any other border
    weights = fit(rows((-2.0, False), (-1.0, False), (1.0, True), (2.0, True)), ridge=0.1)
    assert weights["x"] > 0
    assert log_odds({"constant": 1.0, "x": 0.0}, weights) == pytest.approx(0.0, abs=1e-6)
    assert log_odds({"constant": 1.0, "x": 1.5}, weights) > 0


def test_a_feature_that_says_nothing_gets_no_weight() -> None:
    weights = fit(rows((0.0, False), (1.0, False), (0.0, True), (1.0, True)), ridge=1.0)
    assert weights["x"] == pytest.approx(0.0, abs=1e-9)
    assert weights["constant"] == pytest.approx(0.0, abs=1e-9)


def test_without_features_the_constant_is_the_share() -> None:
    weights = fit(rows(*[(0.0, True)] * 3, (0.0, False)), ridge=0.0001)
    assert weights["constant"] == pytest.approx(1.0986, abs=0.01)


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=30))
def test_a_stronger_ridge_never_makes_weights_larger(pairs: list[tuple[float, bool]]) -> None:
    weak, strong = (fit(rows(*pairs), ridge=ridge) for ridge in (5.0, 50.0))
    assert sum(w * w for w in strong.values()) <= sum(w * w for w in weak.values()) + 1e-9
