"""Write the SQL of one collection: its table, its indexes and every statement that reads or changes it.

A collection is one table: id, version, one column per index field, the body. Every index is partial (without the
documents whose first field is None) and ends with the id. A query names its index (``INDEXED BY``), so that SQLite
refuses a statement for which the index does not serve, instead of scanning quietly.
"""

from collections.abc import Iterable
from typing import Any

from services.database.collection import Index, Schema
from services.database.index_fields import ColumnValue, IndexField
from services.database.keyset import Compare, Condition, Query, Stretch
from services.database.sql import Sql, identifier, joined, sql

_COMPARISONS = {
    Compare.EQUALS: sql("="),
    Compare.ABOVE: sql(">"),
    Compare.AT_LEAST: sql(">="),
    Compare.BELOW: sql("<"),
}


class TableStatements:
    """Hold the statements of one table, each written once."""

    def __init__(self, schema: Schema[Any], fields: Iterable[IndexField]) -> None:
        self.table = identifier(schema.name)
        self.indexes = {_index_name(self.table, index.name): self._create_index(index) for index in schema.indexes}
        columns = [_column(field.name) for field in fields]
        self._columns = columns
        self.find = sql("SELECT body FROM {table} WHERE id = ?", table=self.table)
        self.add = self.insert_into(self.table, sql("ON CONFLICT (id) DO NOTHING"))
        self.stored = sql(
            "SELECT {columns} FROM {table} WHERE id = ? AND version = ?",
            table=self.table,
            columns=joined(", ", columns or [sql("1")]),
        )
        self.delete = sql("DELETE FROM {table} WHERE id = ? AND version = ?", table=self.table)
        self.save_all = self._save((True,) * len(columns))
        self._saves: dict[tuple[bool, ...], Sql] = {}
        self._selects: dict[object, Sql] = {}

    def create(self, table: Sql) -> Sql:
        """Return the statement that creates the table under a name."""
        columns = joined("", [sql("{column} ANY, ", column=column) for column in self._columns])
        return sql(
            "CREATE TABLE {table} (id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, "
            "{columns}body BLOB NOT NULL) STRICT",
            table=table,
            columns=columns,
        )

    def insert_into(self, table: Sql, conflict: Sql) -> Sql:
        """Return the statement that inserts id, version, index columns and body, in this order."""
        return sql(
            "INSERT INTO {table} (id, version, {columns}body) VALUES (?, ?, {marks}?) {conflict}",
            table=table,
            columns=joined("", [sql("{column}, ", column=column) for column in self._columns]),
            marks=joined("", [sql("?, ")] * len(self._columns)),
            conflict=conflict,
        )

    def save(self, moved: tuple[bool, ...]) -> Sql:
        """Return the statement that replaces a document whose index columns moved where this says so.

        Its parameters: the columns that moved, body, id, version, the columns that did not. SQLite takes an entry out of
        every index whose column is written and puts it back, whatever the value; what is not named costs nothing.
        """
        statement = self._saves.get(moved)
        if statement is None:
            statement = self._saves[moved] = self._save(moved)
        return statement

    def _save(self, moved: tuple[bool, ...]) -> Sql:
        written = [column for column, has_moved in zip(self._columns, moved, strict=True) if has_moved]
        kept = [column for column, has_moved in zip(self._columns, moved, strict=True) if not has_moved]
        # The columns that stay are compared as well: a document deleted and added anew has had this version before. The
        # plus keeps their indexes out of the plan: the id alone finds the row.
        return sql(
            "UPDATE {table} SET version = version + 1, {columns}body = ? WHERE id = ? AND version = ?{same}",
            table=self.table,
            columns=joined("", [sql("{column} = ?, ", column=column) for column in written]),
            same=joined("", [sql(" AND +{column} IS ?", column=column) for column in kept]),
        )

    def select(self, query: Query, stretch: Stretch) -> Sql:
        """Return the statement that reads one stretch: free fields, id, body. Its parameters: `values`, limit."""
        key = (
            query.index,
            len(query.leading),
            query.descending,
            *[(c.field, c.compare, c.value is None) for c in stretch],
        )
        statement = self._selects.get(key)
        if statement is None:
            statement = self._selects[key] = self._select(query, stretch)
        return statement

    def _select(self, query: Query, stretch: Stretch) -> Sql:
        direction = sql(" DESC") if query.descending else sql("")
        order = [sql("{column}{direction}", column=_column(f.name), direction=direction) for f in query.free]
        indexed_by = sql("INDEXED BY {name}", name=_index_name(self.table, query.index)) if query.index else sql("")
        return sql(
            "SELECT {columns}, body FROM {table} {indexed_by} WHERE {conditions} ORDER BY {order} LIMIT ?",
            columns=joined(", ", [_column(field.name) for field in query.free]),
            table=self.table,
            indexed_by=indexed_by,
            conditions=joined(" AND ", [_condition(condition) for condition in stretch]),
            order=joined(", ", order),
        )

    def _create_index(self, index: Index) -> Sql:
        return sql(
            "CREATE INDEX {name} ON {table} ({columns}, id) WHERE {first} IS NOT NULL",
            name=_index_name(self.table, index.name),
            table=self.table,
            columns=joined(", ", [_column(name) for name in index.fields]),
            first=_column(index.fields[0]),
        )


def values(stretch: Stretch) -> list[ColumnValue]:
    """Return the parameters of a stretch's conditions."""
    return [condition.value for condition in stretch if condition.value is not None]


def _index_name(table: Sql, index: str) -> Sql:
    return identifier(table, "by", index)


def _column(field: str) -> Sql:
    return sql("id") if field == "id" else identifier("ix", field)


def _condition(condition: Condition) -> Sql:
    column = _column(condition.field)
    if condition.value is None:
        return sql("{column} IS NULL", column=column)
    return sql("{column} {comparison} ?", column=column, comparison=_COMPARISONS[condition.compare])
