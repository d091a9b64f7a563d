"""Plan a query over an index as a few exact stretches, each of which any engine reads without skipping or sorting.

A page that begins behind a position is not one condition but several: same leading values and a later id, then a
later last value, and so on outwards. Written as one condition with OR (or as a row value, which None breaks), engines
fall back to scanning; as separate stretches, read in turn until the page is full, each is one seek in the index.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from services.database.index_fields import ColumnValue, IndexField


class Compare(StrEnum):
    """How a field is held against a value; EQUALS also finds None."""

    EQUALS = "="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"


class Condition(Struct, frozen=True):
    """One field, held against one value."""

    field: str
    compare: Compare
    value: ColumnValue


Stretch = tuple[Condition, ...]
"""Conditions that cut one unbroken piece out of an index: equalities first, then at most two bounds of one field."""


class Query(Struct, frozen=True, kw_only=True):
    """A query in column values over one index, or over the ids alone when there is no index.

    ``fixed`` are the values of the leading fields, ``free`` the fields behind them, the id last. ``lower`` and
    ``upper`` bound the first free field (inclusive, exclusive).
    """

    collection: str
    index: str | None
    leading: tuple[IndexField, ...]
    fixed: tuple[ColumnValue, ...]
    free: tuple[IndexField, ...]
    lower: ColumnValue = None
    upper: ColumnValue = None
    descending: bool = False

    @property
    def is_bounded(self) -> bool:
        """Tell whether the first free field is bounded (and so cannot be None)."""
        return self.lower is not None or self.upper is not None


def stretches(query: Query, position: Sequence[ColumnValue] | None) -> list[Stretch]:
    """Return what to read, in this order, to get everything behind a position (values of the free fields)."""
    base = tuple(_equal(field, value) for field, value in zip(query.leading, query.fixed, strict=True))
    if position is None:
        return [base + _from_the_start(query)]
    found: list[Stretch] = []
    for depth in reversed(range(len(query.free))):
        if depth and not _is_within(query, position[0]):
            continue
        same = tuple(_equal(field, value) for field, value in zip(query.free[:depth], position[:depth], strict=True))
        found += [base + same + later for later in _behind(query, depth, value=position[depth])]
    return found


def _from_the_start(query: Query) -> Stretch:
    """Bound the first free field; without any bound the first field of the index still must not be None."""
    if query.is_bounded or not query.leading:
        return _bounds(query.free[0], lower=query.lower, upper=query.upper)
    return ()


def _behind(query: Query, depth: int, *, value: ColumnValue) -> Iterator[Stretch]:
    """Yield what lies behind a value of one free field, in the order of the query."""
    field = query.free[depth]
    lower, upper = (query.lower, query.upper) if depth == 0 else (None, None)
    can_be_none = not (depth == 0 and (query.is_bounded or not query.leading)) and field.name != "id"
    match query.descending, value:
        case False, None:
            yield _bounds(field, lower=lower, upper=upper)
        case False, _ if lower is not None and _less(value, lower):
            yield _bounds(field, lower=lower, upper=upper)
        case False, _:
            yield (Condition(field.name, Compare.ABOVE, value), *_upper(field, upper))
        case True, None:
            return
        case True, _:
            yield _bounds(field, lower=lower, upper=value if upper is None or _less(value, upper) else upper)
            if can_be_none:
                yield (_equal(field, None),)


def _bounds(field: IndexField, *, lower: ColumnValue, upper: ColumnValue) -> Stretch:
    at_least = field.lowest if lower is None else lower
    return (Condition(field.name, Compare.AT_LEAST, at_least), *_upper(field, upper))


def _upper(field: IndexField, upper: ColumnValue) -> Stretch:
    return () if upper is None else (Condition(field.name, Compare.BELOW, upper),)


def _is_within(query: Query, value: ColumnValue) -> bool:
    """Tell whether a value of the first free field lies in the bounds of the query."""
    if not query.is_bounded:
        return True
    if value is None or (query.lower is not None and _less(value, query.lower)):
        return False
    return query.upper is None or _less(value, query.upper)


def _equal(field: IndexField, value: ColumnValue) -> Condition:
    return Condition(field.name, Compare.EQUALS, value)


def _less(left: ColumnValue, right: ColumnValue) -> bool:
    """Compare two values of one field (texts by code point, as both engines do)."""
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    if isinstance(left, int) and isinstance(right, int):
        return left < right
    raise TypeError("values of different kinds")
