"""Keep what was learned of n-grams in little memory: some ten bytes for each, where a dictionary takes two hundred.

Two recognisers know more than 200,000 n-grams; as dictionaries they were an eighth of the server's memory at rest. Looking
one up by bisection takes 1 us instead of 0.1, some 50 us a message, and only for texts that were not understood before.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

LONGEST_GRAM = 3
_WIDE = LONGEST_GRAM + 1
"""Characters of a key, the gram on the right: four of 16 bits are one number of an array."""


class GramTable(Struct, frozen=True, kw_only=True):
    """N-grams of one to three characters, each with a row of ``width`` bytes, as a model file holds them.

    ``keys`` are the grams in ascending order, each filled up with blanks before it to four characters.
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
        if len(widths) != 1 or not all(map(_is_gram, rows)):
            raise ValueError("not rows of one length by n-grams of at most three characters")
        grams = sorted(rows, key=_key)
        keys = "".join(gram.rjust(_WIDE) for gram in grams)
        return GramTable(keys=keys, rows=b"".join(rows[gram] for gram in grams), width=widths.pop())

    def __len__(self) -> int:
        """Return how many n-grams there are."""
        return len(self.keys) // _WIDE

    def grams(self) -> Iterator[str]:
        """Return the n-grams in their order."""
        return (self.keys[at : at + _WIDE].lstrip() for at in range(0, len(self.keys), _WIDE))

    @property
    def fault(self) -> str:
        """Return what is wrong with the table, empty when nothing is."""
        if len(self.keys) % _WIDE or self.width < 1 or len(self.rows) != len(self) * self.width:
            return "n-grams and rows do not fit"
        if not self.keys.isprintable() or (self.keys and max(self.keys) > "\uffff"):
            return "an n-gram of other characters"
        keys = _numbers(self.keys)
        if any(one >= next_one for one, next_one in pairwise(keys)):
            return "n-grams are not in order"
        return ""


class GramRows:
    """Look up the rows of a table; immutable."""

    def __init__(self, table: GramTable) -> None:
        """Prepare the search in a table without `GramTable.fault`."""
        self._keys = _numbers(table.keys)
        self._rows = table.rows
        self._width = table.width

    def get(self, gram: str, /) -> bytes | None:
        """Return the row of an n-gram, None when it is not known."""
        key = _key(gram)
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            return None
        return self._rows[at * self._width : (at + 1) * self._width]


def _is_gram(text: str) -> bool:
    return 0 < len(text) <= LONGEST_GRAM and " " not in text and max(text) <= "\uffff"


def _key(gram: str) -> int:
    return int.from_bytes(gram.rjust(_WIDE).encode("utf-16-be", "surrogatepass"), "big")


def _numbers(keys: str) -> "array[int]":
    """Return the keys as numbers of 64 bits."""
    numbers = array("Q", keys.encode("utf-16-be"))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
