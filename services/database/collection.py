"""The document layer's interface: what a service may ask of its records, whatever engine keeps them.

One aggregate is one document, changed by one write (docs/adr/0002). There are no transactions over several
documents, no unique index but the id, and no count: what must be unique is the id, what must be counted is a
counter document.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar

import msgspec

from services.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What every stored aggregate starts with.

    ``id`` is unique in its collection and never changes. ``version`` is 0 before the first `add` and grows by one
    with every `save`; the engine sets it, callers only carry it.
    """

    id: str
    version: int = 0

    def at_version(self, version: int) -> Self:
        """Return this document carrying another version."""
        return msgspec.structs.replace(self, version=version)


D = TypeVar("D", bound=Document)

IndexValue = str | int | datetime | bool | None
"""What an index column may hold. Moments are compared as moments; None means: not in this index."""


class Index(msgspec.Struct, frozen=True):
    """A named order over a collection.

    ``fields`` are attributes (or annotated properties) of the document, most significant first, each of one kind of
    `IndexValue`. A document whose first field is None is not in the index at all, which keeps "what is due" indexes
    as small as what is due; None in a later field sorts below every value. The id is always the last, deciding
    field, so the order is total and a cursor never skips or repeats.
    """

    name: str
    fields: tuple[str, ...]


Upgrade = Callable[[dict[str, Any], int], dict[str, Any]]
"""Turn a stored document of an older shape (plain JSON values, the shape's number) into the present shape."""


class Schema(msgspec.Struct, Generic[D], frozen=True, kw_only=True):
    """Which documents a collection holds and how they are found; each service states its own in ``store.py``.

    Adding, changing or removing an index needs nothing more: `Database.open` follows. A change after which stored
    documents would no longer decode, or would have other index values, raises ``shape`` by one and brings
    an ``upgrade``; `Database.open` then rewrites what is stored (each document or, on SQLite, all of them at once).
    """

    name: str
    document: type[D]
    indexes: tuple[Index, ...] = ()
    is_verified: bool = True
    """Whether each document is read back before it is stored, which shows NaN and wrong types at once. A busy collection
    whose documents hold only what was decoded from JSON may go without: it costs as much as reading."""
    kept_in_memory: int = 0
    """Bytes of bodies that a store with one process keeps in memory, so that what was written or read lately is found
    without reading it again; 0: none. For collections of which the same few documents are asked for again and again."""
    shape: int = 1
    upgrade: Upgrade | None = None


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Bound the first index field that is not fixed by equality: ``at_least <= value < below``."""

    at_least: IndexValue = None
    below: IndexValue = None


class Page(msgspec.Struct, Generic[D], frozen=True):
    """One page of a query; ``next`` continues behind its last document and is None on the last page."""

    documents: tuple[D, ...]
    next: str | None = None


class AlreadyExists(Conflict):
    """Refuse to add a document under an id that is taken."""

    code = "store.already_exists"
    title = "该记录已存在"


class StaleVersion(Conflict):
    """Refuse a save or delete made of an older version: read again and decide again."""

    code = "store.stale_version"
    title = "内容已被他人更新，请刷新后重试"


class MissingDocument(NotFound):
    """Say that there is no document under this id."""

    code = "store.missing"


class StoreUnavailable(Unavailable):
    """Say that the store did not take or answer in time; whether a write happened is unknown."""

    code = "store.unavailable"


class StoreInUse(StoreUnavailable):
    """Refuse to open a store that another process has open."""

    code = "store.in_use"


class BadCursor(NotFound):
    """Refuse a cursor that this query did not give out."""

    code = "store.bad_cursor"


class UnstorableDocument(Invalid):
    """Refuse a document that would not read back as itself (NaN, half characters, wrong types) or is too large."""

    code = "store.unstorable"


class UndecodableDocument(ServiceError):
    """Say that a stored document does not fit its type: a shape was changed without an `Upgrade`."""

    status = 500
    code = "store.undecodable"
    title = "记录无法读取，请联系管理员"


class Collection(Protocol[D]):
    """The documents of one kind."""

    async def get(self, document_id: str) -> D:
        """Return the document, or raise `MissingDocument`."""
        ...

    async def find(self, document_id: str) -> D | None:
        """Return the document or None."""
        ...

    async def add(self, document: D) -> D:
        """Store a new document durably and return it at version 1; raise `AlreadyExists` when the id is taken."""
        ...

    async def save(self, document: D) -> D:
        """Replace the document durably if the stored version is still the one it carries.

        Returns it with the version raised by one. Raises `StaleVersion` when someone else was faster or it is gone.
        """
        ...

    async def delete(self, document: D) -> None:
        """Remove the document if its version is still the stored one, else raise `StaleVersion`."""
        ...

    async def query(  # noqa: PLR0913 - which, from where, which way, how many: a query is all of that
        self,
        index: str,
        equals: Mapping[str, IndexValue] | None = None,
        *,
        within: Range | None = None,
        descending: bool = False,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[D]:
        """Return documents in the order of an index.

        Args:
            index: the name of one of the schema's indexes.
            equals: values for a leading run of the index's fields.
            within: bounds for the field behind that run.
            descending: the whole order turned round.
            after: the ``next`` of the page before.
            limit: 1 to 1,000.

        Raises:
            BadCursor: ``after`` was not given out by this index, these ``equals`` and this direction.
            ValueError: the caller's mistake: no such index, not its leading fields, a value of another kind.
        """
        ...

    def scan(
        self, index: str | None = None, equals: Mapping[str, IndexValue] | None = None, *, within: Range | None = None
    ) -> AsyncIterator[D]:
        """Yield all documents, or those of an index as in `query`, off the event loop: for reports and exports.

        In the order of the id or the index. Read in portions: what changes meanwhile may or may not be seen.
        """
        ...


class Database(Protocol):
    """One store with all its collections."""

    @property
    def is_exclusive(self) -> bool:
        """Tell whether one process at a time can have it open: whoever has, knows that no other lives."""
        ...

    def collection(self, schema: Schema[D]) -> Collection[D]:
        """Return the collection of a schema; it can be used after the next `open`."""
        ...

    async def open(self) -> None:
        """Connect, create what is missing (tables, indexes) and refuse a store that cannot be used.

        May be repeated after asking for more collections: the open ones stay as they are.
        """
        ...

    async def ping(self) -> None:
        """Make one real round trip within a second or raise `StoreUnavailable`."""
        ...

    async def close(self) -> None:
        """Finish what was accepted, then release everything."""
        ...
