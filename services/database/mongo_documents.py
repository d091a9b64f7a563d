"""Say how MongoDB keeps a document and how a stretch of an index reads as a filter.

A stored document is ``{_id, version, shape, ix: {index field: value}, body}``; the body is the same JSON text that SQLite
keeps, and index fields that are None are left out. ``ix`` has the id once more, as the last field of every index: not
every server that speaks the protocol takes ``_id`` into another index. Nothing but scalars ever stands in a filter.
"""

from typing import Any, Generic

from services.database.codec import Codec
from services.database.collection import D, StoreUnavailable
from services.database.index_fields import ColumnValue
from services.database.keyset import Compare, Query, Stretch
from services.database.queries import Row

Stored = dict[str, Any]

_OPERATORS = {Compare.EQUALS: "$eq", Compare.ABOVE: "$gt", Compare.AT_LEAST: "$gte", Compare.BELOW: "$lt"}


class MongoDocuments(Generic[D]):
    """Turn one schema's documents into what MongoDB keeps, and back."""

    def __init__(self, codec: Codec[D]) -> None:
        self._codec = codec

    def stored(self, document: D) -> Stored:
        """Return what is kept of a document, or raise `UnstorableDocument`."""
        body = self._codec.encode(document)
        values = zip(self._codec.fields, self._codec.columns(document), strict=True)
        return {
            "_id": document.id,
            "version": document.version,
            "shape": self._codec.schema.shape,
            "ix": {"id": document.id} | {field.name: value for field, value in values if value is not None},
            "body": body.decode(),
        }

    def document(self, stored: Stored) -> D:
        """Return the document, brought to the present shape if an older release wrote it.

        Raises:
            UndecodableDocument: it does not fit its type.
            StoreUnavailable: a newer release wrote it; this process must be replaced.
        """
        if stored["shape"] > self._codec.schema.shape:
            raise StoreUnavailable(f"{self._codec.schema.name}: written by a newer release (shape {stored['shape']})")
        return self._codec.upgrade(stored["_id"], stored["body"], shape=stored["shape"])

    def row(self, query: Query, stored: Stored) -> Row:
        """Return the free fields of a query, the id and the body in the present shape."""
        body = stored["body"]
        if stored["shape"] != self._codec.schema.shape:
            body = self._codec.encode(self.document(stored))
        return (*[_plain(stored["ix"].get(field.name)) for field in query.free], body)


def place(field: str) -> str:
    """Return where an index field, or the id within an index, stands in a stored document."""
    return f"ix.{field}"


def as_filter(query: Query, stretch: Stretch) -> dict[str, dict[str, str | int | None]]:
    """Return the filter that finds a stretch of a query; ``$eq`` with None also finds what is left out."""
    found: dict[str, dict[str, str | int | None]] = {}
    for condition in stretch:
        found.setdefault(place(condition.field) if query.index else "_id", {})[_OPERATORS[condition.compare]] = (
            condition.value
        )
    return found


def as_order(query: Query) -> list[tuple[str, int]]:
    """Return the sort of a query: its free fields, the id last; the leading ones are fixed."""
    direction = -1 if query.descending else 1
    return [(place(field.name) if query.index else "_id", direction) for field in query.free]


def _plain(value: str | int | None) -> ColumnValue:
    """Return a number as a plain int: the driver reads large ones as its own `Int64`."""
    return int(value) if isinstance(value, int) else value
