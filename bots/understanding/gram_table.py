"""Keep what was learned of n-grams in little memory: some 20 bytes for each, where a dictionary takes 180.

Two recognisers know more than 200,000 n-grams; as dictionaries they were an eighth of the server's memory at rest. To look
one up takes 0.5 us instead of 0.2, and only for texts that were not understood before.
"""

from array import array
from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

LONGEST_GRAM = 3
_FREE = -1


class GramTable(Struct, frozen=True, kw_only=True):
    """N-grams of one to three characters, each with a row of ``width`` bytes, as a model file holds them.

    ``keys`` are the grams in ascending order, each filled up with blanks to three characters; ``rows`` have their order.
    """

    keys: str
    rows: bytes
    width: int

    @staticmethod
    def of(rows: Mapping[str, bytes]) -> "GramTable":
        """Return the table of a mapping.

        Raises:
            ValueError: a gram that is no such key, or rows of different lengths.
        """
        widths = {len(row) for row in rows.values()} or {1}
        if len(widths) != 1 or not all(0 < len(gram) <= LONGEST_GRAM and " " not in gram for gram in rows):
            raise ValueError("not rows of one length by n-grams of at most three characters")
        grams = sorted(rows, key=_key)
        return GramTable(
            keys="".join(map(_key, grams)), rows=b"".join(rows[gram] for gram in grams), width=widths.pop()
        )

    def __len__(self) -> int:
        """Return how many n-grams there are."""
        return len(self.keys) // LONGEST_GRAM

    def grams(self) -> Iterator[str]:
        """Return the n-grams in their order."""
        return (key.rstrip() for key in self.padded())

    @property
    def fault(self) -> str:
        """Return what is wrong with the table, empty when nothing is."""
        if len(self.keys) % LONGEST_GRAM or self.width < 1 or len(self.rows) != len(self) * self.width:
            return "n-grams and rows do not fit"
        if any(one >= next_one for one, next_one in pairwise(self.padded())):
            return "n-grams are not in order"
        return ""

    def padded(self) -> Iterator[str]:
        """Return the n-grams in their order, each with its blanks."""
        return (self.keys[at : at + LONGEST_GRAM] for at in range(0, len(self.keys), LONGEST_GRAM))


class GramIndex:
    """Find the place of an n-gram in a table: a hash table of row numbers; immutable."""

    def __init__(self, table: GramTable) -> None:
        """Enter every n-gram of a table that has no `GramTable.fault` (0.2 us each)."""
        self._keys = table.keys
        size = 1 << (2 * len(table)).bit_length()  # at least half of it stays free
        self._mask = size - 1
        self._slots = array("i", [_FREE]) * size
        for number, key in enumerate(table.padded()):
            slot = hash(key) & self._mask
            while self._slots[slot] != _FREE:
                slot = (slot + 1) & self._mask
            self._slots[slot] = number

    def find(self, gram: str) -> int | None:
        """Return the number of an n-gram's row, None when it is not known; blanks at its end do not count."""
        keys, slots, key = self._keys, self._slots, _key(gram)
        slot = hash(key) & self._mask
        while (number := slots[slot]) != _FREE:
            at = LONGEST_GRAM * number
            if keys[at : at + LONGEST_GRAM] == key:
                return number
            slot = (slot + 1) & self._mask
        return None


class GramRows:
    """Look up the rows of a table; immutable."""

    def __init__(self, table: GramTable) -> None:
        """Take a table without `GramTable.fault`."""
        self._index = GramIndex(table)
        self._rows, self._width = table.rows, table.width

    def get(self, gram: str, /) -> bytes | None:
        """Return the row of an n-gram, None when it is not known."""
        number = self._index.find(gram)
        return None if number is None else self._rows[number * self._width : (number + 1) * self._width]


def _key(gram: str) -> str:
    return gram.ljust(LONGEST_GRAM)
