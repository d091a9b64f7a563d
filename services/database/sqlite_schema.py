"""Bring the tables of a SQLite store to the shape that the schemas ask for, when the store is opened.

All of it is one transaction: killed half-way, the next start begins from the old state. Changed indexes are dropped and
created; changed index fields or a raised shape rewrite the table, each document by way of its type, so that one that no
longer decodes stops the start by name and nothing has changed.
"""

import contextlib
import sqlite3
from collections.abc import Iterable
from typing import Any

import structlog

from services.database.collection import StoreUnavailable
from services.database.sql import Connection, Sql, identifier, sql
from services.database.sqlite_collection import SqliteCollection
from services.database.sqlite_statements import TableStatements

log = structlog.get_logger()

_CREATE_CATALOGUE = sql(
    "CREATE TABLE IF NOT EXISTS store_collections "
    "(name TEXT NOT NULL PRIMARY KEY, shape INTEGER NOT NULL, fields TEXT NOT NULL) STRICT, WITHOUT ROWID"
)
_CREATE_PULSE = sql(
    "CREATE TABLE IF NOT EXISTS store_pulse (id INTEGER NOT NULL PRIMARY KEY, beats INTEGER NOT NULL) STRICT"
)
_FIND_ENTRY = sql("SELECT shape, fields FROM store_collections WHERE name = ?")
_WRITE_ENTRY = sql(
    "INSERT INTO store_collections (name, shape, fields) VALUES (?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET shape = excluded.shape, fields = excluded.fields"
)
_FIND_INDEXES = sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
_REWRITTEN = identifier("store_rewritten")


def prepare(connection: Connection, collections: Iterable[SqliteCollection[Any]]) -> None:
    """Create or rewrite the tables and indexes of collections, or leave everything as it was.

    Raises:
        UndecodableDocument: a stored document does not fit its type.
        StoreUnavailable: a newer release has written a collection.
    """
    connection.execute(sql("BEGIN IMMEDIATE"))
    try:
        connection.execute(_CREATE_CATALOGUE)
        connection.execute(_CREATE_PULSE)
        for collection in collections:
            _prepare_table(connection, collection)
            _prepare_indexes(connection, collection.statements)
        connection.execute(sql("COMMIT"))
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute(sql("ROLLBACK"))
        raise


def _prepare_table(connection: Connection, collection: SqliteCollection[Any]) -> None:
    table, shape, fields = collection.statements.table, collection.schema.shape, _fields(collection)
    entry = connection.execute(_FIND_ENTRY, (table,)).fetchone()
    if entry == (shape, fields):
        return
    if entry is None:
        connection.execute(collection.statements.create(table))
    elif entry[0] > shape:
        raise StoreUnavailable(f"{table}: written by a newer release (shape {entry[0]})")
    else:
        _rewrite(connection, collection, shape=entry[0])
    connection.execute(_WRITE_ENTRY, (table, shape, fields))


def _rewrite(connection: Connection, collection: SqliteCollection[Any], *, shape: int) -> None:
    """Copy every document, in its present shape and with its present index columns, into a new table."""
    codec, statements = collection.codec, collection.statements
    table = statements.table
    connection.execute(statements.create(_REWRITTEN))
    insert = statements.insert_into(_REWRITTEN, sql(""))
    count = 0
    for document_id, version, body in connection.execute(sql("SELECT id, version, body FROM {table}", table=table)):
        document = codec.upgrade(document_id, body, shape=shape)
        row = (document_id, version, *codec.columns(document), codec.encode(document))
        connection.execute(insert, row)
        count += 1
    connection.execute(sql("DROP TABLE {table}", table=table))
    connection.execute(sql("ALTER TABLE {rewritten} RENAME TO {table}", rewritten=_REWRITTEN, table=table))
    log.info("collection rewritten", collection=table, documents=count, from_shape=shape, to_shape=codec.schema.shape)


def _prepare_indexes(connection: Connection, statements: TableStatements) -> None:
    found: dict[str, str] = dict(connection.execute(_FIND_INDEXES, (statements.table,)).fetchall())
    for name, definition in found.items():
        if statements.indexes.get(Sql(name)) != definition:
            connection.execute(sql("DROP INDEX {name}", name=identifier(name)))
    for name, definition in statements.indexes.items():
        if found.get(name) != definition:
            connection.execute(definition)


def _fields(collection: SqliteCollection[Any]) -> str:
    """Describe the index columns: their names and how their values are written."""
    return ",".join(sorted(f"{field.name}:{field.kind}" for field in collection.codec.fields))
