"""Every query of every schema is a seek in an index: no scan, no sort, whatever is asked."""

import importlib
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from services.database.collection import Document, Index, Schema
from services.database.index_fields import IndexField, Kind
from services.database.keyset import Compare, Condition, Query
from services.database.sqlite_statements import TableStatements
from tests.services.database.contract import CASES, OLD_PEOPLE
from tests.support.query_plans import query_plans
from tests.support.source_tree import PRODUCT, ROOT, files


def _schemas() -> Iterator[Schema[Any]]:
    """Yield the schemas of the whole product, wherever they are stated."""
    found: dict[str, Schema[Any]] = {}
    for path in files(*PRODUCT):
        if re.search(r"^[A-Z_]+(: Schema\[\w+\])? = Schema\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found |= {value.name: value for value in vars(module).values() if isinstance(value, Schema)}
    yield from found.values()


@pytest.mark.parametrize("schema", [CASES, OLD_PEOPLE, *_schemas()], ids=lambda schema: schema.name)
def test_every_query_is_a_seek_in_its_index(schema: Schema[Any]) -> None:
    steps = query_plans(schema)
    assert len(steps) >= 3
    assert [step for step in steps if not step.startswith("SEARCH ")] == []


INDEXES = {
    "petitions": {
        "status", "filed", "handler", "citizen", "place", "due", "watch", "lead", "pending", "changed",
    },
    "petition_corrections": {"at"},
    "staff_notices": {"open", "at"},
    "source_replies": {"open"},
    "figure_cells": {"period"},
    "public_petitions": {"published", "category", "district", "category_district"},
}  # fmt: skip
"""Written down again: what petitions, figures and those that follow them are found by."""


@pytest.mark.parametrize("name", INDEXES)
def test_what_petitions_and_figures_are_found_by_is_among_the_plans(name: str) -> None:
    [schema] = [schema for schema in _schemas() if schema.name == name]
    assert {index.name for index in schema.indexes} == INDEXES[name]
    # Every index is used by its own queries, and no query goes by another one or by the whole table.
    used = {match for step in query_plans(schema) for match in re.findall(r"USING (?:COVERING )?INDEX (\S+)", step)}
    assert {f"{name}_by_{index}" for index in INDEXES[name]} == used - {f"sqlite_autoindex_{name}_1"}


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
