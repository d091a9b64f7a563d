"""Stretches cover exactly what lies behind a position, each of them one unbroken piece of the index."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.database.index_fields import ColumnValue, IndexField, Kind
from services.database.keyset import Compare, Query, Stretch, stretches
from services.database.queries import ID

FIELDS = tuple(IndexField(name=name, kind=Kind.INTEGER) for name in ("first", "second", "third"))
NUMBERS = (None, 0, 1, 2)
ROWS = [
    {"first": first, "second": second, "third": third, "id": document_id}
    for first, second, third, document_id in product((0, 1, 2), NUMBERS, NUMBERS, ("a", "b"))
]


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Draw a query over an index of one to three fields."""
    fields = FIELDS[: draw(st.integers(1, 3))]
    count = draw(st.integers(0, len(fields)))
    leading, free = fields[:count], (*fields[count:], ID)
    texts: list[ColumnValue] = ["a", "b"]
    numbers: list[ColumnValue] = [-1, 0, 1, 2, 3]
    edge = st.sampled_from(texts if free[0] is ID else numbers)
    return Query(
        collection="rows",
        index="index",
        leading=leading,
        fixed=tuple(draw(st.sampled_from(NUMBERS[1:] if place == 0 else NUMBERS)) for place in range(count)),
        free=free,
        lower=draw(st.none() | edge),
        upper=draw(st.none() | edge),
        descending=draw(st.booleans()),
    )


@given(query=queries(), start=st.none() | st.sampled_from(ROWS))
def test_stretches_in_turn_give_what_lies_behind_in_order(query: Query, start: dict[str, Any] | None) -> None:
    position = None if start is None else tuple(start[field.name] for field in query.free)
    found = [row for stretch in stretches(query, position) for row in _ordered(query, _inside(stretch))]
    assert found == _ordered(
        query, [row for row in ROWS if _is_asked_for(query, row) and _is_behind(query, row, start)]
    )


@given(query=queries(), start=st.none() | st.sampled_from(ROWS))
def test_a_stretch_is_equalities_and_then_bounds_of_one_field(query: Query, start: dict[str, Any] | None) -> None:
    names = [field.name for field in (*query.leading, *query.free)]
    position = None if start is None else tuple(start[field.name] for field in query.free)
    for stretch in stretches(query, position):
        equal = [condition.field for condition in stretch if condition.compare is Compare.EQUALS]
        bounds = [condition.field for condition in stretch if condition.compare is not Compare.EQUALS]
        assert equal == names[: len(equal)]
        assert bounds in ([], [names[len(equal)]], [names[len(equal)]] * 2)


def _inside(stretch: Stretch) -> list[dict[str, Any]]:
    return [row for row in ROWS if all(_holds(c.compare, row[c.field], c.value) for c in stretch)]


def _holds(compare: Compare, value: Any, against: Any) -> bool:  # noqa: ANN401 - a comparison has three parts, of any kind
    """Compare as both engines do: None equals None and is otherwise neither above nor below anything."""
    if compare is Compare.EQUALS:
        return bool(value == against)
    if value is None:
        return False
    return bool(
        {Compare.ABOVE: value > against, Compare.AT_LEAST: value >= against, Compare.BELOW: value < against}[compare]
    )


def _is_asked_for(query: Query, row: dict[str, Any]) -> bool:
    if [row[field.name] for field in query.leading] != list(query.fixed):
        return False
    if query.lower is None and query.upper is None:
        return True
    value = row[query.free[0].name]
    return (
        value is not None
        and (query.lower is None or value >= query.lower)
        and (query.upper is None or value < query.upper)
    )


def _is_behind(query: Query, row: dict[str, Any], start: dict[str, Any] | None) -> bool:
    if start is None:
        return True
    here, there = _key(query, row), _key(query, start)
    return here < there if query.descending else here > there


def _ordered(query: Query, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (_key(query, row), _rest(query, row)), reverse=query.descending)


def _key(query: Query, row: dict[str, Any]) -> list[tuple[bool, ColumnValue]]:
    return [(row[field.name] is not None, row[field.name] or (0 if field is not ID else "")) for field in query.free]


def _rest(query: Query, row: dict[str, Any]) -> list[str]:
    """Order rows that differ only in fields this index does not have; any fixed order will do."""
    return [str(row[name]) for name in ("first", "second", "third")]
