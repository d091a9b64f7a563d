"""Check the object x action grid."""

import os
import subprocess
import sys

from services.items.search.grid import FAMILY, TOPIC, Cell, Grid

OBJECTS = frozenset({"card", "dog", "police"})
REVIEWED = {"renew": ("card expire|renew",), "replace": ("card lost", "card lost replace"), "dog": ("dog !police",)}
GRID = Grid(REVIEWED, {}, objects=OBJECTS)


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


def test_an_imported_item_has_the_cells_of_its_name() -> None:
    grid = Grid(REVIEWED, {"import": ("card steal|find",)}, objects=OBJECTS)
    found = grid.best_cells(frozenset({"card", "find"}))
    assert found["import"].strength > found["renew"].strength


def test_an_imported_item_with_an_object_alone_only_joins_the_family() -> None:
    grid = Grid(REVIEWED, {"import": ("card",)}, objects=OBJECTS)
    assert grid.best_cells(frozenset({"card", "lost"}))["import"].strength == FAMILY


def test_a_reviewed_item_keeps_to_its_own_cells() -> None:
    grid = Grid(REVIEWED, {"dog": ("card lost",)}, objects=OBJECTS)
    assert "dog" not in grid.best_cells(frozenset({"card", "lost"}))


def test_a_stand_in_gives_way_to_the_item_it_stood_in_for() -> None:
    # Given an item that answers for a lost card as long as nobody else does
    stand_in = {"issue": ("card apply", "card lost ?")}
    lost = frozenset({"card", "lost"})
    assert Grid(stand_in, {}, objects=OBJECTS).best_cells(lost)["issue"].text == "card lost ?"
    # When an item for lost cards is imported, then only that one holds
    found = Grid(stand_in, {"import": ("card lost",)}, objects=OBJECTS).best_cells(lost)
    assert found["import"].strength > found["issue"].strength == FAMILY


def test_an_item_knows_the_concepts_of_its_cells() -> None:
    assert GRID.concepts_of("replace") == {"card", "lost", "replace"}
    assert GRID.concepts_of("nothing") == frozenset()


_PRINT_THE_ORDER = """
from services.items.search.grid import Grid
grid = Grid({}, {f"c{number}": ("lamp open", "lamp close") for number in range(20)}, objects=frozenset({"lamp"}))
print(list(grid.best_cells(frozenset({"lamp", "open", "close"}))))
"""


def test_equals_come_in_the_order_of_the_catalogue_in_every_process() -> None:
    # Sets of words are walked in another order in every process: a menu must not depend on who answers.
    orders = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_THE_ORDER],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert orders == {str([f"c{number}" for number in range(20)])}
