"""Check how evidence adds up."""

import pytest

from services.items.model import ItemCode
from services.items.search.scoring import Evidence, Weights, best_first, confidence, merge, weigh
from tests.support.items import a_catalogue, an_item
from tests.support.search import index_of, shipped_index

WEIGHTS = Weights()
ONE, OTHER = ItemCode("1"), ItemCode("2")


def evidence(amount: float, *, named: bool = False) -> Evidence:
    return Evidence(amount=amount, reasons=("text",), name_length=6 if named else 0)


def test_a_clause_that_names_an_item_counts_beside_the_whole_sentence() -> None:
    merged = merge({ONE: evidence(0.2)}, ({ONE: evidence(1.0, named=True)},), weights=WEIGHTS)
    assert merged[ONE].amount == pytest.approx(WEIGHTS.clause)


def test_a_clause_that_only_shares_words_counts_nothing() -> None:
    merged = merge({ONE: evidence(0.2)}, ({ONE: evidence(1.0), OTHER: evidence(1.0)},), weights=WEIGHTS)
    assert merged == {ONE: evidence(0.2)}


def test_more_evidence_comes_first_and_ties_keep_their_order() -> None:
    assert best_first({ONE: evidence(0.1), OTHER: evidence(0.9)}) == [OTHER, ONE]
    assert best_first({OTHER: evidence(0.5), ONE: evidence(0.5)}) == [OTHER, ONE]


def test_a_score_grows_with_the_evidence_and_stops_at_one() -> None:
    scores = [confidence(amount, WEIGHTS) for amount in (0.0, 0.5, 1.0, 9.0)]
    assert scores == sorted(scores)
    assert (scores[0], scores[-1]) == (0.0, 1.0)


def test_a_word_against_an_item_lowers_its_evidence() -> None:
    index = shipped_index()
    renewal = ItemCode("370709901000")
    plain = weigh(index, index.reader.read("身份证"), weights=WEIGHTS)[renewal]
    against = weigh(index, index.reader.read("身份证第一次"), weights=WEIGHTS)[renewal]
    assert "negative" in against.reasons
    assert against.amount < plain.amount


def test_a_name_whose_words_are_all_said_counts_in_whatever_order() -> None:
    index = shipped_index()
    found = weigh(index, index.reader.read("个体工商户想注销,在哪登记"), weights=WEIGHTS)
    assert any(reason.startswith("name:") for reason in found[ItemCode("370180907000")].reasons)


def test_a_name_inside_a_longer_one_was_not_meant() -> None:
    marriage = an_item("370711901000", "结婚登记", aliases=("领结婚证",))
    index = index_of(a_catalogue(marriage, an_item("370711909000", "补领结婚证")))
    found = weigh(index, index.reader.read("补领结婚证"), weights=WEIGHTS)
    assert found[ItemCode("370711909000")].name_length == len("补领结婚证")
    assert found[ItemCode("370711901000")].name_length == 0


def test_a_name_found_verbatim_is_evidence_of_its_own() -> None:
    index = shipped_index()
    found = weigh(index, index.reader.read("食品经营许可证核发"), weights=WEIGHTS)[ItemCode("370180904000")]
    assert found.name_length == len("食品经营许可证核发")
    assert found.is_named
