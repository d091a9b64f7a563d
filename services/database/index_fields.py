"""Find out which kind of value an index field holds, and turn its values into what the engines compare.

An engine's index column holds a text or a 64-bit integer, nothing else: moments become microseconds since 1970 (UTC),
truth values 0 and 1. Both engines therefore order alike, and no precision is lost (BSON keeps only milliseconds).
"""

import enum
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NewType, get_args, get_origin, get_type_hints

import msgspec

from services.database.collection import Document

ColumnValue = str | int | None
"""What stands in an index column."""

TEXT_LIMIT = 1_000
"""Characters of an id or of a text in an index; longer ones make slow indexes (MongoDB once refused 1,024 bytes)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INTEGER_LIMIT = 2**63


class Kind(enum.StrEnum):
    """How the values of an index field compare."""

    TEXT = "text"
    INTEGER = "integer"
    TRUTH = "truth"
    MOMENT = "moment"


_KINDS: dict[type, Kind] = {str: Kind.TEXT, int: Kind.INTEGER, bool: Kind.TRUTH, datetime: Kind.MOMENT}


class IndexField(msgspec.Struct, frozen=True, kw_only=True):
    """One attribute that a collection's documents are found by."""

    name: str
    kind: Kind

    @property
    def lowest(self) -> str | int:
        """Return the value no other value of this field lies below (None does)."""
        return "" if self.kind is Kind.TEXT else -_INTEGER_LIMIT

    def to_column(self, value: object) -> ColumnValue:
        """Return what stands in the index column for a value.

        Raises:
            ValueError: another kind of value, a moment without a zone, a too long text or a too large number.
        """
        if value is None:
            return None
        try:
            return _CONVERTERS[self.kind](value)
        except ValueError as error:
            raise ValueError(f"index field {self.name}: {error}") from None

    def accepts_column(self, value: object) -> bool:
        """Tell whether a value from outside (a cursor) can stand in the index column."""
        return value is None or isinstance(value, str if self.kind is Kind.TEXT else int)


def index_field(document: type[Document], name: str) -> IndexField:
    """Return the index field for an attribute or annotated property of a document.

    Raises:
        TypeError: there is none, or its annotation is not one kind of `IndexValue`.
    """
    attribute = getattr(document, name, None)
    if isinstance(attribute, property):
        annotation = get_type_hints(attribute.fget).get("return")
    else:
        annotation = get_type_hints(document).get(name)
    kinds = {_kind(part) for part in _parts(annotation)}
    if len(kinds) != 1 or None in kinds:
        raise TypeError(f"{document.__name__}.{name}: an index field is annotated as str, int, bool or datetime")
    return IndexField(name=name, kind=typing.cast(Kind, kinds.pop()))


def to_text(value: object) -> str:
    """Return a text of bearable length as a plain str.

    Raises:
        ValueError: no text, too long, or half a character (a lone surrogate).
    """
    if not isinstance(value, str):
        raise ValueError(f"expected a text, got {type(value).__name__}")  # noqa: TRY004 - callers catch one type
    if len(value) > TEXT_LIMIT:
        raise ValueError(f"more than {TEXT_LIMIT} characters")
    if not value.isascii():
        value.encode()
    return str(value)


def _parts(annotation: object) -> list[object]:
    """Return the members of a union without None, looking through aliases, `Annotated` and `Literal`."""
    if isinstance(annotation, NewType):
        return _parts(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _parts(get_args(annotation)[0])
    if origin is typing.Literal:
        return [type(value) for value in get_args(annotation) if value is not None]
    if origin in {typing.Union, types.UnionType}:
        return [part for member in get_args(annotation) if member is not types.NoneType for part in _parts(member)]
    return [annotation]


def _kind(annotation: object) -> Kind | None:
    if not isinstance(annotation, type):
        return None
    return next((_KINDS[base] for base in annotation.__mro__ if base in _KINDS), None)


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"expected a number, got {type(value).__name__}")  # noqa: TRY004 - callers catch one type
    if not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        raise ValueError("more than 64 bits")
    return int(value)


def _moment(value: object) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("expected a datetime with a time zone")
    return (value - _EPOCH) // _MICROSECOND


_CONVERTERS: dict[Kind, Callable[[object], str | int]] = {
    Kind.TEXT: to_text,
    Kind.INTEGER: _integer,
    Kind.TRUTH: _integer,
    Kind.MOMENT: _moment,
}
