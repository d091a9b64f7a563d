"""Show how SQLite would answer everything that can be asked of a schema."""

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from services.database.codec import Codec
from services.database.collection import Schema
from services.database.index_fields import ColumnValue, IndexField, Kind
from services.database.keyset import Query, Stretch, stretches
from services.database.queries import ID
from services.database.sql import Connection, Parameter, Sql, sql
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_schema import prepare
from services.database.sqlite_statements import values


def query_plans(schema: Schema[Any]) -> list[str]:
    """Return the steps of SQLite's plans for every statement and every form of query of a schema."""
    collection = SqliteCollection(schema)
    codec, statements = collection.codec, collection.statements
    connection: Connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        prepare(connection, [collection])
        steps = [
            *_explain(connection, statements.find, parameters=("a",)),
            *_explain(connection, statements.delete, parameters=("a", 1)),
            *_explain(connection, statements.stored, parameters=("a", 1)),
        ]
        for moved in _moves(len(codec.fields)):
            written, kept = [None for one in moved if one], [None for one in moved if not one]
            parameters = (*written, b"{}", "a", 1, *kept)
            steps += _explain(connection, statements.save(moved), parameters=parameters)
        for query, stretch in _stretches(codec):
            steps += _explain(connection, statements.select(query, stretch), parameters=(*values(stretch), 100))
        return steps
    finally:
        connection.close()


def _moves(count: int) -> Iterator[tuple[bool, ...]]:
    """Yield which columns a save may move: none, all, each alone, all but each."""
    yield from {(False,) * count, (True,) * count}
    for place in range(count):
        alone = tuple(place == other for other in range(count))
        yield from (alone, tuple(not one for one in alone))


def _explain(connection: Connection, statement: Sql, *, parameters: Sequence[Parameter]) -> list[str]:
    rows = connection.execute(sql("EXPLAIN QUERY PLAN {statement}", statement=statement), parameters)
    return [f"{row[3]}  <-  {statement}" for row in rows]


def _stretches(codec: Codec[Any]) -> Iterator[tuple[Query, Stretch]]:
    """Yield every form of query: each run of equalities, each bound, both directions, with and without a position."""
    yield from _of_one_index(codec, None, fields=())
    by_name = {field.name: field for field in codec.fields}
    for index in codec.schema.indexes:
        yield from _of_one_index(codec, index.name, fields=tuple(by_name[name] for name in index.fields))


def _of_one_index(
    codec: Codec[Any], index: str | None, *, fields: tuple[IndexField, ...]
) -> Iterator[tuple[Query, Stretch]]:
    for count, lower, upper, descending in itertools.product(
        range(len(fields) + 1), (False, True), (False, True), (False, True)
    ):
        free = (*fields[count:], ID)
        query = Query(
            collection=codec.schema.name,
            index=index,
            leading=fields[:count],
            fixed=tuple(_value(field, 5) for field in fields[:count]),
            free=free,
            lower=_value(free[0], 1) if lower else None,
            upper=_value(free[0], 9) if upper else None,
            descending=descending,
        )
        for position in _positions(query):
            for stretch in stretches(query, position):
                yield query, stretch


def _positions(query: Query) -> Iterator[tuple[ColumnValue, ...] | None]:
    """Yield no position, and positions with None at every place but the id and the index's first field."""
    yield None
    choices = [
        [_value(field, 5)] if field is ID or (not query.leading and place == 0) else [_value(field, 5), None]
        for place, field in enumerate(query.free)
    ]
    yield from itertools.product(*choices)


def _value(field: IndexField, number: int) -> ColumnValue:
    return str(number) if field.kind is Kind.TEXT else number
