"""Check what a ranking allows: an answer, a menu or nothing."""

from msgspec.structs import replace

from services.items.model import ItemCode
from services.items.search.ranking import Candidate, Direct, Menu, Nothing, OutOfScope, Ranking, decide
from services.items.search.settings import SearchSettings

SETTINGS = SearchSettings(direct=0.5, margin=0.2, support=0.8, menu=0.3, menu_support=0.2)


def a_ranking(*scores: float, support: float = 1.0, several: int = 0, reason: OutOfScope | None = None) -> Ranking:
    return Ranking(
        candidates=tuple(
            Candidate(code=ItemCode(str(place)), name=str(place), score=score, reasons=())
            for place, score in enumerate(scores)
        ),
        field=None,
        out_of_scope=reason,
        catalogue_version="1-0",
        support=support,
        several=several,
    )


def codes(decision: Direct | Menu | Nothing) -> list[str]:
    return [] if isinstance(decision, Nothing) else [one.code for one in decision.candidates]


def test_a_clear_best_is_answered() -> None:
    decision = decide(a_ranking(0.9, 0.4), SETTINGS)
    assert isinstance(decision, Direct)
    assert codes(decision) == ["0"]


def test_the_only_candidate_is_clear() -> None:
    assert isinstance(decide(a_ranking(0.9), SETTINGS), Direct)


def test_a_close_second_makes_a_menu() -> None:
    assert isinstance(decide(a_ranking(0.9, 0.8), SETTINGS), Menu)


def test_a_question_that_is_hardly_explained_is_asked_back() -> None:
    assert isinstance(decide(a_ranking(0.9, 0.1, support=0.7), SETTINGS), Menu)


def test_a_low_score_makes_a_menu_and_a_lower_one_nothing() -> None:
    assert isinstance(decide(a_ranking(0.4), SETTINGS), Menu)
    assert isinstance(decide(a_ranking(0.2, support=0.5), SETTINGS), Nothing)


def test_a_long_story_that_its_best_item_explains_gets_a_menu() -> None:
    # Given evidence spread thin over a long text
    assert isinstance(decide(a_ranking(0.15, support=0.7), SETTINGS), Menu)
    # ... but not when there is hardly any
    assert isinstance(decide(a_ranking(0.05, support=0.7), SETTINGS), Nothing)


def test_a_question_that_is_not_explained_at_all_gets_no_menu() -> None:
    assert decide(a_ranking(0.9, support=0.1), SETTINGS) == Nothing(None)


def test_several_items_are_answered_together() -> None:
    assert codes(decide(a_ranking(0.6, 0.5, 0.4, several=2), SETTINGS)) == ["0", "1"]


def test_out_of_scope_is_nothing_with_its_reason() -> None:
    assert decide(a_ranking(0.9, reason=OutOfScope.PRIVATE), SETTINGS) == Nothing(OutOfScope.PRIVATE)


def test_no_candidate_is_nothing() -> None:
    assert decide(a_ranking(), SETTINGS) == Nothing(None)


def test_another_item_that_the_question_mentions_makes_a_menu_at_half_the_score() -> None:
    ranking = a_ranking(0.9, 0.5)
    assert isinstance(decide(ranking, SETTINGS), Direct)
    best, other = ranking.candidates
    mentioned = replace(ranking, candidates=(best, replace(other, is_mentioned=True)))
    assert isinstance(decide(mentioned, SETTINGS), Menu)
    low = replace(ranking, candidates=(best, replace(other, is_mentioned=True, score=0.4)))
    assert isinstance(decide(low, SETTINGS), Direct)
