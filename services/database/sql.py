"""Build SQL out of literal templates and checked identifiers: the one place where SQL is composed.

An engine's ``execute`` takes `Sql` and nothing else. `Sql` comes only from here: a template must be written out in the
source (pyright holds ``LiteralString``), a name must look like a name, and values travel as parameters.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import LiteralString, NewType, Protocol

Sql = NewType("Sql", str)
"""A statement, or a part of one, that holds no value from outside."""

Parameter = str | int | bytes | None
"""What is bound to a question mark."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Connection(Protocol):
    """What this package uses of `sqlite3.Connection`, with `execute` narrowed to checked statements."""

    @property
    def in_transaction(self) -> bool:
        """Tell whether a transaction is open."""
        ...

    def execute(self, sql: Sql, parameters: Sequence[Parameter] = ..., /) -> sqlite3.Cursor:
        """Run one statement."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


def identifier(*words: str) -> Sql:
    """Return words, joined by underscores, as the name of a table, column or index.

    Raises:
        ValueError: it is not made of small letters, digits and underscores, or is too long.
    """
    name = "_".join(words)
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"not a name for a table, column or index: {name!r}")
    return Sql(name)


def sql(template: LiteralString, **parts: Sql) -> Sql:
    """Return a template with its named places filled in."""
    return Sql(template.format_map(parts))


def joined(separator: LiteralString, parts: Iterable[Sql]) -> Sql:
    """Return parts in a row."""
    return Sql(separator.join(parts))
