"""Check what a caller asks of an index and put it into column values, for both engines."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic

from services.database.codec import Codec
from services.database.collection import D, IndexValue, Page, Range
from services.database.cursor import read_cursor, write_cursor
from services.database.index_fields import ColumnValue, IndexField, Kind
from services.database.keyset import Query

LIMIT = 1_000
"""The most documents of one page: reading them takes milliseconds, and on SQLite the event loop waits for it."""

ID = IndexField(name="id", kind=Kind.TEXT)

Position = tuple[ColumnValue, ...] | None
"""The free fields of the last document read, the id last; None before the first."""

Row = Sequence[Any]
"""What an engine reads of one document: the free fields of the query, the id last of them, then the body."""


class Queries(Generic[D]):
    """Make queries, positions and pages for one collection."""

    def __init__(self, codec: Codec[D]) -> None:
        self._codec = codec
        self._name = codec.schema.name
        by_name = {field.name: field for field in codec.fields}
        self._indexes = {index.name: tuple(by_name[name] for name in index.fields) for index in codec.schema.indexes}

    def query(
        self,
        index: str | None,
        equals: Mapping[str, IndexValue] | None = None,
        *,
        within: Range | None = None,
        descending: bool = False,
    ) -> Query:
        """Return a caller's wish in column values; no index means the order of the ids.

        Raises:
            ValueError: the caller's mistake, see `Collection.query`.
        """
        fields = self._fields(index)
        given = equals or {}
        leading, free = fields[: len(given)], (*fields[len(given) :], ID)
        if {field.name for field in leading} != given.keys():
            raise ValueError(f"{self._name}.{index}: {sorted(given)} are not its leading fields")
        fixed = tuple(field.to_column(given[field.name]) for field in leading)
        if fixed and fixed[0] is None:
            raise ValueError(f"{self._name}.{index}: a document without {leading[0].name} is not in it")
        lower, upper = (None, None) if within is None else (within.at_least, within.below)
        return Query(
            collection=self._name,
            index=index,
            leading=leading,
            fixed=fixed,
            free=free,
            lower=free[0].to_column(lower),
            upper=free[0].to_column(upper),
            descending=descending,
        )

    def page(self, query: Query, rows: Sequence[Row], *, limit: int) -> Page[D]:
        """Return a page out of at most ``limit`` + 1 rows; the one too many only tells that there are more."""
        documents = self.documents(query, rows[:limit])
        if len(rows) <= limit:
            return Page(documents)
        return Page(documents, write_cursor(query, rows[limit - 1][:-1]))

    def documents(self, query: Query, rows: Sequence[Row]) -> tuple[D, ...]:
        """Return the documents of rows."""
        decode, place = self._codec.decode, len(query.free) - 1
        return tuple(decode(row[place], row[-1]) for row in rows)

    def _fields(self, index: str | None) -> tuple[IndexField, ...]:
        if index is None:
            return ()
        try:
            return self._indexes[index]
        except KeyError:
            raise ValueError(f"{self._name} has no index {index}") from None


def position(query: Query, after: str | None) -> Position:
    """Return where a page begins, or raise `BadCursor`."""
    return None if after is None else read_cursor(query, after)


def check_limit(limit: int) -> int:
    """Return a page's limit, or raise ValueError when it is not 1 to 1,000."""
    if not 1 <= limit <= LIMIT:
        raise ValueError(f"limit {limit}: 1 to {LIMIT}")
    return limit
