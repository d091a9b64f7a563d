"""Keep in memory the documents that were written or read last, each exactly as it stands on the disk.

SQLite's own cache is of no use here: a connection that reads forgets every page whenever another has committed, so a
document that was written a second ago is fetched page by page and decoded again (25 to 70 us, growing with its size;
measured with bodies of 2 to 22 KB).
"""

from collections import OrderedDict
from typing import Generic

from msgspec import Struct

from services.database.collection import D
from services.database.sqlite_writer import Settled

_TIMES_BODY = 2
"""Memory of a document in bodies of itself, about: the objects beside the text."""


class _Kept(Struct, Generic[D], frozen=True, gc=False):
    document: D
    size: int


class RecentDocuments(Generic[D]):
    """The documents of one collection, by id; what was used longest ago goes first.

    Documents never change, so every reader may have the same one. True only for the one process that writes the file,
    which the store's lock guarantees. While a document is being written the disk alone is asked: a query may see the new
    one before its writer has heard of it, and after that nobody may be given the old one.
    """

    def __init__(self, limit: int) -> None:
        """Keep so many bytes at most, about."""
        self._limit = limit
        self._kept: OrderedDict[str, _Kept[D]] = OrderedDict()
        self._being_written: dict[str, int] = {}
        self.size = 0

    def find(self, document_id: str) -> D | None:
        """Return the document, None when it is not known here."""
        kept = self._kept.get(document_id)
        if kept is None:
            return None
        self._kept.move_to_end(document_id)
        return kept.document

    def was_read(self, document: D, *, size: int) -> None:
        """Keep what was just read from the disk, with a body of so many bytes."""
        if document.id not in self._being_written:
            self._keep(document.id, _Kept(document, size * _TIMES_BODY))

    def begins(self, document_id: str, *, becomes: D | None, size: int) -> Settled:
        """Forget what is about to be replaced; return what must be told, once, how that ended.

        Args:
            document_id: which is written.
            becomes: the document after it, None when it is removed.
            size: bytes of its body.
        """
        self._drop(document_id)
        self._being_written[document_id] = self._being_written.get(document_id, 0) + 1

        def settle(is_done: bool) -> None:  # noqa: FBT001 - see Settled
            is_last = self._ended(document_id)
            if is_last and is_done and becomes is not None:
                self._keep(document_id, _Kept(becomes, size * _TIMES_BODY))

        return settle

    def _ended(self, document_id: str) -> bool:
        """Count one write less and tell whether nobody is writing the document now."""
        others = self._being_written[document_id] - 1
        if others:
            self._being_written[document_id] = others
        else:
            del self._being_written[document_id]
        return not others

    def _keep(self, document_id: str, kept: _Kept[D]) -> None:
        self._drop(document_id)
        self._kept[document_id] = kept
        self.size += kept.size
        while self.size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size

    def _drop(self, document_id: str) -> None:
        kept = self._kept.pop(document_id, None)
        if kept is not None:
            self.size -= kept.size
