"""Map an object and what happens to it straight to an item: the object x action grid.

A cell is text such as ``id_card expire|renew !lost``: every word must be mentioned, one of the alternatives
suffices, and a word behind ``!`` forbids the cell. More words make a stronger cell; the first word names the family.
A lone ``?`` marks what the item only stands in for: the cell gives way when an imported item's own cell holds.
"""

import functools
from collections.abc import Mapping

from msgspec import Struct

STRENGTH = (0.0, 0.6, 0.8, 0.95, 1.0)
"""How sure a cell of so many words is, 0 to 1."""
FAMILY = 0.3
"""What an item gets for its object alone: all siblings the same."""
TOPIC = 0.45
"""... and when the question names nothing else, so that a bare topic opens a menu."""


class Cell(Struct, frozen=True, kw_only=True):
    """Hold one parsed cell."""

    wanted: tuple[frozenset[str], ...]
    forbidden: frozenset[str]
    text: str
    strength: float
    """How sure the cell is when it holds, 0 to 1."""
    gives_way: bool = False
    """The item only stands in for one that an import may bring: renewing a licence under its first issue."""

    @staticmethod
    @functools.lru_cache(maxsize=4096)
    def parse(text: str) -> "Cell":
        """Read a cell as it stands in the data; the few hundred that thousands of items have are shared."""
        words = [word for word in text.split() if word != "?"]
        wanted = tuple(frozenset(word.split("|")) for word in words if not word.startswith("!"))
        forbidden = frozenset(word[1:] for word in words if word.startswith("!"))
        strength = STRENGTH[min(len(wanted), len(STRENGTH) - 1)]
        return Cell(wanted=wanted, forbidden=forbidden, text=text, strength=strength, gives_way="?" in text)

    def holds(self, mentioned: frozenset[str]) -> bool:
        """Tell whether everything wanted and nothing forbidden is mentioned."""
        if not self.forbidden.isdisjoint(mentioned):
            return False
        for word in self.wanted:  # noqa: SIM110 - a generator costs three times as much, for every cell of a family
            if mentioned.isdisjoint(word):
                return False
        return True


_FAMILY_CELL = Cell(wanted=(), forbidden=frozenset(), text="family", strength=FAMILY)
_TOPIC_CELL = Cell(wanted=(), forbidden=frozenset(), text="topic", strength=TOPIC)


class Grid:
    """Hold the cells of all items; immutable."""

    def __init__(
        self,
        reviewed: Mapping[str, tuple[str, ...]],
        derived: Mapping[str, tuple[str, ...]],
        *,
        objects: frozenset[str],
    ) -> None:
        """Prepare the cells.

        Args:
            reviewed: item code to the cells written for it, as text.
            derived: item code to the cells read off its name and aliases; one of a single word only tells the family.
            objects: the names that are objects, the others are actions and circumstances.
        """
        self._cells = {code: tuple(map(Cell.parse, texts)) for code, texts in {**derived, **reviewed}.items()}
        self._derived = derived.keys() - reviewed.keys()
        self._objects = objects
        self._answering = {code: self._answering_cells(code) for code in self._cells}
        self._families = {
            code: objects.intersection(frozenset().union(*(cell.wanted[0] for cell in parsed)))
            for code, parsed in self._cells.items()
        }
        self._by_concept: dict[str, dict[str, None]] = {}
        for code, parsed in self._cells.items():
            for concept in frozenset().union(*(word for cell in parsed for word in cell.wanted)):
                self._by_concept.setdefault(concept, {})[code] = None

    def best_cells(self, mentioned: frozenset[str]) -> dict[str, Cell]:
        """Return for every item its best cell that holds; for one that only shares the object, the family cell."""
        found: dict[str, Cell] = {}
        family = _TOPIC_CELL if mentioned <= self._objects else _FAMILY_CELL
        codes: dict[str, None] = {}
        for concept in sorted(mentioned):  # an order that is the same in every process
            codes.update(self._by_concept.get(concept, {}))
        for code in codes:
            holding = [cell for cell in self._answering[code] if cell.holds(mentioned)]
            if holding:
                found[code] = max(holding, key=lambda cell: (cell.strength, not cell.gives_way))
            elif not self._families[code].isdisjoint(mentioned):
                found[code] = family
        if any(len(found[code].wanted) > 1 for code in self._derived & found.keys()):
            found = {code: family if cell.gives_way else cell for code, cell in found.items()}
        return found

    def _answering_cells(self, code: str) -> tuple[Cell, ...]:
        """Return the cells that say more than the family; of those read off a name, one word is only that."""
        fewest = 2 if code in self._derived else 1
        return tuple(cell for cell in self._cells[code] if len(cell.wanted) >= fewest)

    def concepts_of(self, code: str) -> frozenset[str]:
        """Return every concept that some cell of this item wants."""
        return frozenset().union(*(word for cell in self._cells.get(code, ()) for word in cell.wanted))
