"""Map an object and what happens to it straight to an item: the object x action grid.

A cell is text such as ``id_card expire|renew !lost``: every word must be mentioned, one of the alternatives
suffices, and a word behind ``!`` forbids the cell. More words make a stronger cell; the first word names the family.
"""

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

    @staticmethod
    def parse(text: str) -> "Cell":
        """Read a cell as it stands in the data."""
        words = text.split()
        wanted = tuple(frozenset(word.split("|")) for word in words if not word.startswith("!"))
        forbidden = frozenset(word[1:] for word in words if word.startswith("!"))
        strength = STRENGTH[min(len(wanted), len(STRENGTH) - 1)]
        return Cell(wanted=wanted, forbidden=forbidden, text=text, strength=strength)

    def holds(self, mentioned: frozenset[str]) -> bool:
        """Tell whether everything wanted and nothing forbidden is mentioned."""
        return not (self.forbidden & mentioned) and all(mentioned & word for word in self.wanted)


_FAMILY_CELL = Cell(wanted=(), forbidden=frozenset(), text="family", strength=FAMILY)
_TOPIC_CELL = Cell(wanted=(), forbidden=frozenset(), text="topic", strength=TOPIC)


class Grid:
    """Hold the cells of all items; immutable."""

    def __init__(self, cells: Mapping[str, tuple[str, ...]], objects: frozenset[str]) -> None:
        """Prepare the cells.

        Args:
            cells: item code to cells as text.
            objects: the names that are objects, the others are actions and circumstances.
        """
        self._cells = {code: tuple(map(Cell.parse, texts)) for code, texts in cells.items()}
        self._objects = objects
        self._by_concept: dict[str, set[str]] = {}
        for code, parsed in self._cells.items():
            for cell in parsed:
                for word in cell.wanted:
                    for concept in word:
                        self._by_concept.setdefault(concept, set()).add(code)

    def best_cells(self, mentioned: frozenset[str]) -> dict[str, Cell]:
        """Return for every item its best cell that holds; for one that only shares the object, the family cell."""
        found: dict[str, Cell] = {}
        family = _TOPIC_CELL if mentioned <= self._objects else _FAMILY_CELL
        codes = set().union(*(self._by_concept.get(concept, set()) for concept in mentioned)) if mentioned else set()
        for code in codes:
            holding = [cell for cell in self._cells[code] if cell.holds(mentioned)]
            if holding:
                found[code] = max(holding, key=lambda cell: cell.strength)
            elif any(cell.wanted[0] & mentioned & self._objects for cell in self._cells[code]):
                found[code] = family
        return found

    def concepts_of(self, code: str) -> frozenset[str]:
        """Return every concept that some cell of this item wants."""
        return frozenset().union(*(word for cell in self._cells.get(code, ()) for word in cell.wanted))
