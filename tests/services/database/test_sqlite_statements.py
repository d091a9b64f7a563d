"""Every query of every schema is a seek in an index: no scan, no sort, whatever is asked."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

import server
from services.database.collection import Document, Index, Schema
from services.database.index_fields import IndexField, Kind
from services.database.keyset import Compare, Condition, Query
from services.database.sqlite_statements import TableStatements
from tests.services.database.contract import CASES, OLD_PEOPLE
from tests.support.query_plans import query_plans


def _schemas() -> Iterator[Schema[Any]]:
    """Yield the schemas of everything the server keeps."""
    yield from (value for value in vars(server).values() if isinstance(value, Schema))


@pytest.mark.parametrize("schema", [CASES, OLD_PEOPLE, *_schemas()], ids=lambda schema: schema.name)
def test_every_query_is_a_seek_in_its_index(schema: Schema[Any]) -> None:
    steps = query_plans(schema)
    assert len(steps) >= 3
    assert [step for step in steps if not step.startswith("SEARCH ")] == []


def test_a_condition_that_its_index_cannot_serve_is_an_error_and_never_a_scan() -> None:
    rank = IndexField(name="rank", kind=Kind.INTEGER)
    schema = Schema(name="cases", document=Document, indexes=(Index("rank", ("rank",)),))
    statements = TableStatements(schema, (rank,))
    connection = sqlite3.connect(":memory:")
    connection.execute(statements.create(statements.table))
    for create in statements.indexes.values():
        connection.execute(create)
    # Given a query without the bound that keeps documents without a rank out
    query = Query(collection="cases", index="rank", leading=(), fixed=(), free=(rank,))
    statement = statements.select(query, (Condition("id", Compare.EQUALS, "a"),))
    # When it runs, then SQLite refuses it, for the partial index cannot answer it
    with pytest.raises(sqlite3.OperationalError, match="no query solution"):
        connection.execute(statement, ("a", 1))
    connection.close()
