"""What the classifier counts of a petition."""

from hypothesis import given
from hypothesis import strategies as st

from services.petitions.features import BODY_LIMIT, TITLE_WEIGHT, cleaned, gram_counts, grams


def test_a_title_counts_more_than_the_text() -> None:
    counts = gram_counts("路灯坏了", "路灯")
    assert counts["路灯"] == TITLE_WEIGHT + 1
    assert counts["坏了"] == TITLE_WEIGHT


def test_only_the_beginning_of_a_text_counts() -> None:
    assert "末尾" not in gram_counts("", "路" * BODY_LIMIT + "末尾")


def test_addresses_of_pages_count_for_nothing() -> None:
    assert cleaned("高1十6https://example.com/a?b=1米") == "高1十6米"


def test_full_width_and_capital_letters_are_one_form() -> None:
    assert cleaned("ＥＴＣ收费") == "etc收费"


def test_grams_do_not_reach_over_what_is_not_han() -> None:
    assert list(grams("公交2路停,车")) == ["公交", "路停"]


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_can_be_counted(title: str, text: str) -> None:
    assert all(len(gram) == 2 and count > 0 for gram, count in gram_counts(title, text).items())


def test_a_pasted_novel_costs_no_more_than_its_beginning() -> None:
    assert gram_counts("", "城市" * 1_000_000) == gram_counts("", "城市" * 4_000)
