"""Bring the tables of a SQLite store to the shape that the schemas ask for, when the store is opened.

Every collection is done in one transaction: killed half-way, the next start begins from the old state. Changed
indexes are dropped and created; changed index fields or a raised shape rewrite the table, each document by way of its
type, so that one that no longer decodes stops the start by name and nothing has changed.
"""

import contextlib
import sqlite3
from typing import Any

import structlog

from services.database.codec import Codec
from services.database.collection import StoreUnavailable
from services.database.sql import Connection, Sql, identifier, sql
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
_REBUILT = identifier("store_rebuilt")


def prepare_store(connection: Connection) -> None:
    """Create what the store itself keeps."""
    connection.execute(_CREATE_CATALOGUE)
    connection.execute(_CREATE_PULSE)


def prepare_collection(connection: Connection, codec: Codec[Any], *, statements: TableStatements) -> None:
    """Create or rewrite the table and indexes of one collection, or leave everything as it was.

    Raises:
        UndecodableDocument: a stored document does not fit its type.
        StoreUnavailable: a newer release has written the collection.
    """
    connection.execute(sql("BEGIN IMMEDIATE"))
    try:
        _prepare_table(connection, codec, statements=statements)
        _prepare_indexes(connection, statements)
        connection.execute(_WRITE_ENTRY, (statements.table, codec.schema.shape, _fields(codec)))
        connection.execute(sql("COMMIT"))
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute(sql("ROLLBACK"))
        raise


def _prepare_table(connection: Connection, codec: Codec[Any], *, statements: TableStatements) -> None:
    entry = connection.execute(_FIND_ENTRY, (statements.table,)).fetchone()
    if entry is None:
        connection.execute(statements.create(statements.table))
        return
    shape, fields = entry
    if shape > codec.schema.shape:
        raise StoreUnavailable(f"{statements.table}: written by a newer release (shape {shape})")
    if (shape, fields) != (codec.schema.shape, _fields(codec)):
        _rebuild(connection, codec, statements=statements, shape=shape)


def _rebuild(connection: Connection, codec: Codec[Any], *, statements: TableStatements, shape: int) -> None:
    """Copy every document, in its present shape and with its present index columns, into a new table."""
    table = statements.table
    connection.execute(statements.create(_REBUILT))
    insert = statements.insert_into(_REBUILT, sql(""))
    count = 0
    for document_id, version, body in connection.execute(sql("SELECT id, version, body FROM {table}", table=table)):
        document = codec.upgrade(document_id, body, shape=shape)
        row = (document_id, version, *codec.columns(document), codec.encode(document))
        connection.execute(insert, row)
        count += 1
    connection.execute(sql("DROP TABLE {table}", table=table))
    connection.execute(sql("ALTER TABLE {rebuilt} RENAME TO {table}", rebuilt=_REBUILT, table=table))
    log.info("collection rewritten", collection=table, documents=count, from_shape=shape, to_shape=codec.schema.shape)


def _prepare_indexes(connection: Connection, statements: TableStatements) -> None:
    found: dict[str, str] = dict(connection.execute(_FIND_INDEXES, (statements.table,)).fetchall())
    for name, definition in found.items():
        if statements.indexes.get(Sql(name)) != definition:
            connection.execute(sql("DROP INDEX {name}", name=identifier(name)))
    for name, definition in statements.indexes.items():
        if found.get(name) != definition:
            connection.execute(definition)


def _fields(codec: Codec[Any]) -> str:
    """Describe the index columns: their names and how their values are written."""
    return ",".join(sorted(f"{field.name}:{field.kind}" for field in codec.fields))
