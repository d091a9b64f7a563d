"""Write and read the opaque text that continues a query behind its last document.

A cursor carries the position (index columns and id) and a checksum over the position and the query it belongs to. It
opens nothing: the query's own ``equals`` decide what is read, so a forged one could only choose where to start.
"""

import base64
import binascii
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from services.database.collection import BadCursor
from services.database.index_fields import ColumnValue
from services.database.keyset import Query

_CHECKSUM_BYTES = 8
_LONGEST = 65_536
_POSITION = msgspec.msgpack.Decoder(tuple[ColumnValue, ...])


def write_cursor(query: Query, position: Sequence[ColumnValue]) -> str:
    """Return the cursor behind a position."""
    packed = msgspec.msgpack.encode(position)
    return base64.urlsafe_b64encode(_checksum(query, packed) + packed).rstrip(b"=").decode()


def read_cursor(query: Query, cursor: str) -> tuple[ColumnValue, ...]:
    """Return the position of a cursor that this query gave out, or raise `BadCursor`."""
    if len(cursor) > _LONGEST or not cursor.isascii():
        raise BadCursor("not a cursor")
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = _POSITION.decode(raw[_CHECKSUM_BYTES:])
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise BadCursor("not a cursor") from error
    if raw[:_CHECKSUM_BYTES] != _checksum(query, raw[_CHECKSUM_BYTES:]) or len(position) != len(query.free):
        raise BadCursor("a cursor of another query")
    if not all(field.accepts_column(value) for field, value in zip(query.free, position, strict=True)):
        raise BadCursor("a cursor of another shape")
    return position


def _checksum(query: Query, packed: bytes) -> bytes:
    """Bind a position to its query; bounds are left out, for "due before now" moves from page to page."""
    names = [field.name for field in (*query.leading, *query.free)]
    bound_to = msgspec.msgpack.encode((query.collection, query.index, names, query.fixed, query.descending))
    return blake2b(bound_to + packed, digest_size=_CHECKSUM_BYTES).digest()
