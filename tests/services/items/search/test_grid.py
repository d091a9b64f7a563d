"""Check the object x action grid."""

from services.items.search.grid import FAMILY, TOPIC, Cell, Grid

GRID = Grid(
    {"renew": ("card expire|renew",), "replace": ("card lost", "card lost replace"), "dog": ("dog !police",)},
    frozenset({"card", "dog", "police"}),
)


def strengths(*mentioned: str) -> dict[str, float]:
    return {code: cell.strength for code, cell in GRID.best_cells(frozenset(mentioned)).items()}


def test_a_cell_holds_when_every_word_is_mentioned_in_one_of_its_forms() -> None:
    cell = Cell.parse("card expire|renew")
    assert cell.holds(frozenset({"card", "renew"}))
    assert not cell.holds(frozenset({"card"}))


def test_a_forbidden_word_breaks_a_cell() -> None:
    assert "dog" in strengths("dog")
    assert GRID.best_cells(frozenset({"dog", "police"}))["dog"].text == "topic"


def test_more_words_make_a_stronger_cell() -> None:
    assert strengths("card", "lost", "replace")["replace"] > strengths("card", "lost")["replace"]


def test_the_action_decides_between_siblings() -> None:
    found = strengths("card", "lost")
    assert found["replace"] > found["renew"] == FAMILY


def test_an_object_alone_makes_all_its_siblings_equal() -> None:
    assert strengths("card") == {"renew": TOPIC, "replace": TOPIC}


def test_an_action_alone_says_nothing() -> None:
    assert strengths("lost") == {}
    assert strengths() == {}


def test_an_item_knows_the_concepts_of_its_cells() -> None:
    assert GRID.concepts_of("replace") == {"card", "lost", "replace"}
    assert GRID.concepts_of("nothing") == frozenset()
