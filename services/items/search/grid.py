"""Map an object and what happens to it straight to an item: the object x action grid.

A cell is text such as ``id_card expire|renew !lost``: every word must be mentioned, one of the alternatives
suffices, and a word behind ``!`` forbids the cell. More words make a stronger cell.
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

    @staticmethod
    def parse(text: str) -> "Cell":
        """Read a cell as it stands in the data."""
        words = text.split()
        wanted = tuple(frozenset(word.split("|")) for word in words if not word.startswith("!"))
        forbidden = frozenset(word[1:] for word in words if word.startswith("!"))
        return Cell(wanted=wanted, forbidden=forbidden, text=text)

    def holds(self, mentioned: frozenset[str]) -> bool:
        """Tell whether everything wanted and nothing forbidden is mentioned."""
        return not (self.forbidden & mentioned) and all(mentioned & word for word in self.wanted)

    @property
    def strength(self) -> float:
        """Return how sure this cell is, 0 to 1."""
        return STRENGTH[min(len(self.wanted), len(STRENGTH) - 1)]


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

    def strengths(self, mentioned: frozenset[str]) -> dict[str, tuple[float, str]]:
        """Return for every item the strength of its best cell that holds, and that cell's text."""
        found: dict[str, tuple[float, str]] = {}
        family = TOPIC if mentioned <= self._objects else FAMILY
        codes = set().union(*(self._by_concept.get(concept, set()) for concept in mentioned)) if mentioned else set()
        for code in codes:
            best = max(
                ((cell.strength, cell.text) for cell in self._cells[code] if cell.holds(mentioned)), default=None
            )
            if best is not None:
                found[code] = best
            elif any(word & mentioned & self._objects for cell in self._cells[code] for word in cell.wanted):
                found[code] = (family, "family")
        return found
