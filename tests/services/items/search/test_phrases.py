"""Check the search for many fixed phrases at once."""

from hypothesis import given
from hypothesis import strategies as st

from services.items.search.phrases import PhraseFinder, by_phrase


def test_of_phrases_that_begin_together_the_longest_is_found() -> None:
    hits = PhraseFinder({"身份证": 1, "身份证丢了": 2, "丢了": 3}).find("我身份证丢了")
    assert [(hit.start, hit.end, hit.meaning) for hit in hits] == [(1, 6, 2)]


def test_an_overlapping_search_finds_every_occurrence() -> None:
    hits = PhraseFinder({"身份证": 1, "身份证丢了": 2, "丢了": 3}, overlapping=True).find("身份证丢了")
    assert {hit.meaning for hit in hits} == {1, 2, 3}


def test_without_phrases_nothing_is_found() -> None:
    assert PhraseFinder({"": 1}).find("身份证") == []


def test_hits_are_cut_or_replaced() -> None:
    finder = PhraseFinder({"咋": "怎么", "俺": "我"})
    assert finder.replace("俺咋办") == "我怎么办"
    assert finder.cut("俺咋办", mark="|") == "||办"


def test_a_phrase_of_two_groups_has_both_meanings_in_order() -> None:
    assert by_phrase({"lost": ["丢", "没了"], "gone": ["没了"]}) == {"丢": ("lost",), "没了": ("lost", "gone")}


@given(st.text("身份证丢了", max_size=30), st.sets(st.text("身份证丢了", min_size=1, max_size=4), max_size=5))
def test_every_hit_is_the_phrase_that_stands_there(text: str, phrases: set[str]) -> None:
    for hit in PhraseFinder(dict.fromkeys(phrases, 0), overlapping=True).find(text):
        assert text[hit.start : hit.end] == hit.phrase
