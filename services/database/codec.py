"""Turn documents into stored bodies and index columns, and back, the same way for every engine."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic

import msgspec

from services.database.collection import D, Schema, UndecodableDocument, UnstorableDocument
from services.database.index_fields import ColumnValue, IndexField, index_field, to_text

BODY_LIMIT = 8_000_000
"""Bytes of one document. MongoDB ends at 16 MB; an aggregate near this is a design mistake (docs/adr/0002)."""

_RESERVED = {"id", "version", "body"}
_ENCODER = msgspec.json.Encoder()


class Codec(Generic[D]):
    """Know how one schema's documents are stored: JSON for the whole, plain columns for what they are found by."""

    def __init__(self, schema: Schema[D]) -> None:
        self.schema = schema
        self.fields = _fields(schema)
        self._values = _getter(tuple(field.name for field in self.fields))
        self._decode = msgspec.json.Decoder(schema.document).decode

    def encode(self, document: D) -> bytes:
        """Return the body.

        Raises:
            UnstorableDocument: it would not read back as itself, has no usable id, or is too large.
        """
        try:
            to_text(document.id)
            body = _ENCODER.encode(document)
            # NaN is written as null, and types are not checked on construction: reading back shows both at once
            # and costs 0.4 us for 500 bytes, against a document that nobody can ever read again.
            is_faithful = not self.schema.is_verified or self._decode(body) == document
        except (TypeError, ValueError, OverflowError) as error:
            raise self._unstorable(document, str(error)) from error
        if not is_faithful or not document.id:
            raise self._unstorable(document, "it does not read back as itself, or has no id")
        if len(body) > BODY_LIMIT:
            raise self._unstorable(document, f"{len(body)} bytes, limit {BODY_LIMIT}")
        return body

    def decode(self, document_id: str, body: bytes | str) -> D:
        """Return the document of a body, or raise `UndecodableDocument` naming collection and id."""
        try:
            return self._decode(body)
        except (msgspec.DecodeError, ValueError) as error:
            raise UndecodableDocument(f"{self.schema.name} {document_id}: {error}") from error

    def upgrade(self, document_id: str, body: bytes | str, *, shape: int) -> D:
        """Return the document of a body that was stored in an older shape.

        Raises:
            UndecodableDocument: the schema has no upgrade, or it did not lead to the present shape.
        """
        if self.schema.upgrade is None or shape == self.schema.shape:
            return self.decode(document_id, body)
        older: dict[str, Any] = msgspec.json.decode(body)
        return self.decode(document_id, _ENCODER.encode(self.schema.upgrade(older, shape)))

    def columns(self, document: D) -> tuple[ColumnValue, ...]:
        """Return the index columns in the order of `fields`.

        Raises:
            UnstorableDocument: a value that its index field cannot hold.
        """
        try:
            return tuple(
                [field.to_column(value) for field, value in zip(self.fields, self._values(document), strict=True)]
            )
        except ValueError as error:
            raise self._unstorable(document, str(error)) from error

    def _unstorable(self, document: D, reason: str) -> UnstorableDocument:
        return UnstorableDocument(f"{self.schema.name} {document.id[:100]!r}: {reason}")


def _fields(schema: Schema[D]) -> tuple[IndexField, ...]:
    names = dict.fromkeys(name for index in schema.indexes for name in index.fields)
    if len({index.name for index in schema.indexes}) != len(schema.indexes):
        raise ValueError(f"{schema.name}: two indexes of one name")
    if not all(index.fields for index in schema.indexes) or _RESERVED.intersection(names):
        raise ValueError(f"{schema.name}: an index needs fields, and none of {sorted(_RESERVED)}")
    return tuple(index_field(schema.document, name) for name in names)


def _getter(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """Return a function giving the named attributes as a tuple, for any number of names."""
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda document: (get(document),)
