"""Chain entries by their hashes, and name every place where a chain was touched. Pure.

The hash of an entry is SHA-256 over its number, the hash before it and its act, as canonical JSON. Who may write to the
store can rewrite the whole log; that shows against a head noted elsewhere (the server logs it, see log.py) and against
the petitions' own histories (verify.py).
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct

from services.audit.model import Act, Entry, Head, entry_id

GENESIS = "0" * 64
MISSING_NAMED = 20
"""Of one gap so many entries are named; the rest is said by their number."""


class FaultKind(StrEnum):
    """What is wrong with a log."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    UNLINKED = "unlinked"
    """The entry is whole, but was written after another one than stands before it now."""
    HEAD = "head"
    """The head, or one that was noted elsewhere, is not what stands in the log."""
    UNRECORDED = "unrecorded"
    """A petition's history holds an act of staff that the log does not."""
    UNFOUNDED = "unfounded"
    """The log holds an act that the petition's history does not."""


class Fault(Struct, frozen=True):
    """One fault: what, and at which entry (its id) or act (its key)."""

    kind: FaultKind
    at: str


def hash_of(*, seq: int, previous: str, act: Act) -> str:
    """Return the hash that seals an act at its place, as 64 hexadecimal digits."""
    sealed = msgspec.json.encode([seq, previous, msgspec.to_builtins(act)], order="deterministic")
    return hashlib.sha256(sealed).hexdigest()


def sealed_entry(act: Act, *, after: Head) -> Entry:
    """Return the entry of an act behind a head."""
    seq = after.seq + 1
    digest = hash_of(seq=seq, previous=after.hash, act=act)
    return Entry(id=entry_id(seq), seq=seq, act=act, previous=after.hash, hash=digest)


class Check:
    """Read entries in the order of their ids and name what does not fit; holds one entry at a time."""

    def __init__(self, *, begins_after: Head | None = None, asked: Iterable[int] = ()) -> None:
        """Begin at the first entry, or behind one that is known to be right; keep the hashes at the places asked for."""
        self._asked = frozenset(asked)
        self._hashes: dict[int, str] = {}
        self._seq = begins_after.seq if begins_after else 0
        self._hash: str | None = begins_after.hash if begins_after else GENESIS
        self.checked = 0

    @property
    def reached(self) -> Head | None:
        """Return the last entry as a head; None when there is none, or when nobody knows its right hash."""
        return Head(id="", seq=self._seq, hash=self._hash) if self._hash is not None and self._seq else None

    def read(self, entry: Entry) -> Iterator[Fault]:
        """Yield what is wrong with the next entry."""
        self.checked += 1
        place = _place(entry.id)
        if place is None or place <= self._seq:
            yield Fault(FaultKind.INSERTED, entry.id)
            return
        if place > self._seq + 1:
            yield from _missing(self._seq + 1, place)
            self._hash = None
        self._seq = place
        if place in self._asked:
            self._hashes[place] = entry.hash
        is_whole = hmac.compare_digest(hash_of(seq=entry.seq, previous=entry.previous, act=entry.act), entry.hash)
        if not is_whole:
            yield Fault(FaultKind.CHANGED, entry.id)
        elif entry.seq != place:
            yield Fault(FaultKind.REORDERED, entry.id)
        elif self._hash is not None and entry.previous != self._hash:
            yield Fault(FaultKind.UNLINKED, entry.id)
        # An entry that is not itself says nothing about what comes after it.
        self._hash = entry.hash if is_whole and entry.seq == place else None

    def has(self, noted: Head) -> bool:
        """Tell whether the entry that was noted stands at its place; the place must have been asked for."""
        return self._hashes.get(noted.seq) == noted.hash

    def end(self, head: Head | None) -> Iterator[Fault]:
        """Yield what is wrong at the end: no head, one beyond the last entry, or one that names another entry."""
        if head is None:
            if self._seq:
                yield Fault(FaultKind.HEAD, "missing")
            return
        if head.seq > self._seq:
            yield from _missing(self._seq + 1, head.seq + 1)
        elif not self.has(head):
            yield Fault(FaultKind.HEAD, entry_id(head.seq))


def faults_of(entries: Iterable[Entry], *, head: Head | None) -> list[Fault]:
    """Return all faults of a whole log; the entries in the order of their ids."""
    check = Check(asked=[head.seq] if head else [])
    faults = [fault for entry in entries for fault in check.read(entry)]
    return [*faults, *check.end(head)]


def _place(identity: str) -> int | None:
    number = identity.removeprefix("audit:")
    return int(number) if number.isdecimal() and identity == entry_id(int(number)) else None


def _missing(first: int, below: int) -> Iterator[Fault]:
    named = min(below, first + MISSING_NAMED)
    yield from (Fault(FaultKind.REMOVED, entry_id(seq)) for seq in range(first, named))
    if named < below:
        yield Fault(FaultKind.REMOVED, f"{entry_id(named)}..{entry_id(below - 1)}")
