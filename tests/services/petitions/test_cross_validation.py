"""Measuring on what was not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.petitions.cross_validation import (
    Judged,
    accuracy,
    fitted_gate,
    fitted_sharpness,
    held_out,
    log_loss,
    macro_f1,
    stratified_folds,
)


def judged(level1: str, **scores: float) -> Judged:
    return Judged(level1=level1, scores=scores)


@given(st.lists(st.sampled_from("甲乙丙"), min_size=5, max_size=60), st.integers(0, 5))
def test_every_petition_is_in_one_fold_and_labels_are_spread_evenly(labels: list[str], seed: int) -> None:
    folds = stratified_folds(labels, seed=seed)
    assert sorted(position for fold in folds for position in fold) == list(range(len(labels)))
    for label in set(labels):
        sizes = [sum(labels[position] == label for position in fold) for fold in folds]
        assert max(sizes) - min(sizes) <= 1


def test_no_petition_is_judged_by_a_model_that_saw_it() -> None:
    labels = ["甲", "乙"] * 10
    rounds = list(held_out(labels, lambda seen: lambda position: {"甲": float(position in seen), "乙": 0.5}, repeats=2))
    assert len(rounds) == 2
    assert all(len(round_) == len(labels) for round_ in rounds)
    assert all(one.scores["甲"] == 0 for round_ in rounds for one in round_)


def test_accuracy_and_f1_of_a_small_table() -> None:
    table = [judged("a", a=2, b=1), judged("a", a=1, b=2), judged("b", a=0, b=1), judged("b", a=0, b=1)]
    assert accuracy(table) == 0.75
    assert accuracy(table, within=2) == 1
    # a: precision 1, recall 1/2; b: precision 2/3, recall 1
    assert macro_f1(table) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_fitted_sharpness_is_better_than_its_neighbours() -> None:
    table = [judged("a", a=0.3, b=0.1)] * 9 + [judged("b", a=0.3, b=0.1)]
    sharpness = fitted_sharpness(table)
    assert log_loss(table, sharpness) <= log_loss(table, sharpness * 1.1)
    assert log_loss(table, sharpness) <= log_loss(table, sharpness / 1.1)


def test_the_gate_lets_through_as_many_as_are_right_often_enough() -> None:
    # Given the surest nine right, the tenth wrong, and three unsure ones wrong
    table = [judged("a", a=9.0 - step / 10, b=0) for step in range(9)]
    table += [judged("b", a=2, b=0)] + [judged("b", a=1, b=0)] * 3
    gate = fitted_gate(table, 1.0, precision=0.9)
    assert gate.coverage == pytest.approx(10 / 13)
    assert gate.precision == 0.9


def test_a_gate_that_nothing_reaches_stays_shut() -> None:
    assert fitted_gate([judged("b", a=2, b=0)], 1.0).probability > 1
