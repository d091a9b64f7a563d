"""Verify the audit log of a stopped server or a backup: ``python -m services.audit.verify [URL] [--anchor SEQ:HASH]``.

Prints one JSON line for each fault and one with the totals; exit code 1 when there is a fault, 2 when the store cannot be
read. Beside the chain itself every act of staff in the petitions' histories is looked for in the log, and the other
way round. ``--anchor`` is a head that was noted elsewhere (the server logs it every hour as "audit head"): only this
shows a log that was rewritten from some entry on. The newest acts may not be in the log yet when a server was killed:
the next start records them (``--newest`` seconds are let pass).
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from services.audit.chain import Check, Fault, FaultKind
from services.audit.log import AuditLog
from services.audit.model import ENTRIES, HEAD_ID, HEADS, Act, ActKind, Entry, Head, entry_id
from services.audit.petition_acts import acts_of
from services.database.collection import Collection, StoreUnavailable, UndecodableDocument
from services.database.engine import open_database
from services.database.existing import check_exists
from services.petitions.model import HistoryPart, Petition
from services.petitions.store import HISTORY, PETITIONS, whole_history

DEFAULT_URL = "sqlite:///var/qingdao.db"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FROM_HISTORY = frozenset({ActKind.PETITION_ACTION, ActKind.CONTACT_SEEN})


class Totals(Struct, frozen=True, kw_only=True):
    """What was looked at and how it ended."""

    entries: int
    petitions: int
    faults: int
    seq: int
    hash: str


class Verified(Struct, frozen=True, kw_only=True):
    """A stretch of the log that was checked: how much, what is wrong, and where to go on."""

    checked: int
    faults: tuple[Fault, ...]
    reached: int
    head: int


async def verified_stretch(audit: AuditLog, *, after: int, limit: int) -> Verified:
    """Check some entries behind a number, for calls that must end soon; the whole log is the command's business."""
    before = await audit.at(after) if after else None
    start = Head(id="", seq=before.seq, hash=before.hash) if before else None
    check = Check(begins_after=start)
    entries = await audit.page(after=after, limit=limit)
    faults = [fault for entry in entries for fault in check.read(entry)]
    reached = entries[-1].seq if entries else after
    end = await audit.end()
    if not entries and end.seq > after:
        faults += [Fault(FaultKind.REMOVED, entry_id(after + 1))]
    return Verified(checked=len(entries), faults=tuple(faults), reached=reached, head=end.seq)


async def chain_faults(
    entries: AsyncIterator[Entry], *, head: Head | None, anchors: Sequence[Head] = ()
) -> tuple[Check, list[Fault]]:
    """Read the whole chain and return the check as it ended, and the faults."""
    noted = (*anchors, *([head] if head else []))
    check, faults = Check(asked=[one.seq for one in noted]), list[Fault]()
    async for entry in entries:
        faults += check.read(entry)
    faults += check.end(head)
    faults += [Fault(FaultKind.HEAD, f"anchor {entry_id(one.seq)}") for one in anchors if not check.has(one)]
    return check, faults


class Histories:
    """Compare the log with the petitions' histories in both directions, one petition at a time."""

    def __init__(
        self, petitions: Collection[Petition], parts: Collection[HistoryPart], *, entries: Collection[Entry]
    ) -> None:
        """Take the petitions with their archive, and the log's entries."""
        self._petitions = petitions
        self._parts = parts
        self._entries = entries
        self.petitions = 0

    async def faults(self, *, newest: timedelta) -> list[Fault]:
        """Return what one side has and the other has not.

        What happened within ``newest`` of the latest act in any history may still be unrecorded.
        """
        return [*await self._unrecorded(newest), *await self._unfounded()]

    async def _unrecorded(self, newest: timedelta) -> list[Fault]:
        faults: list[Fault] = []
        missing: list[Act] = []
        latest = _BEGINNING
        async for petition in self._petitions.scan():
            self.petitions += 1
            for act in acts_of(petition, await whole_history(petition, self._parts)):
                latest = max(latest, act.at)
                found = (await self._entries.query("key", {"key": act.key}, limit=2)).documents
                if not found:
                    missing.append(act)
                faults += [Fault(FaultKind.CHANGED, one.id) for one in found if one.act != act]
                faults += [Fault(FaultKind.INSERTED, one.id) for one in found[1:]]
        return faults + [Fault(FaultKind.UNRECORDED, act.key) for act in missing if act.at < latest - newest]

    async def _unfounded(self) -> list[Fault]:
        """Return the entries about petitions whose history does not have them."""
        faults: list[Fault] = []
        petition_id, keys = "", set[str]()
        async for entry in self._entries.scan("key"):
            if entry.act.kind not in FROM_HISTORY:
                continue
            owner = entry.key.rpartition(":")[0]
            if owner != petition_id:
                petition_id, keys = owner, await self._keys(owner)
            if entry.key not in keys:
                faults.append(Fault(FaultKind.UNFOUNDED, entry.id))
        return faults

    async def _keys(self, petition_id: str) -> set[str]:
        petition = await self._petitions.find(petition_id)
        if petition is None:
            return set()
        return {act.key for act in acts_of(petition, await whole_history(petition, self._parts))}


async def verify(url: str, *, anchors: Sequence[Head], newest: timedelta) -> tuple[list[Fault], Totals]:
    """Check the log of a store as a whole."""
    database = open_database(url)
    entries, heads = database.collection(ENTRIES), database.collection(HEADS)
    histories = Histories(database.collection(PETITIONS), database.collection(HISTORY), entries=entries)
    await database.open()
    try:
        check, faults = await chain_faults(entries.scan(), head=await heads.find(HEAD_ID), anchors=anchors)
        faults += await histories.faults(newest=newest)
    finally:
        await database.close()
    reached = check.reached
    return faults, Totals(
        entries=check.checked,
        petitions=histories.petitions,
        faults=len(faults),
        seq=reached.seq if reached else 0,
        hash=reached.hash if reached else "",
    )


def main(arguments: Sequence[str]) -> int:
    """Verify from the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.audit.verify", description=__doc__)
    parser.add_argument("store", nargs="?", default=DEFAULT_URL, help="sqlite:///path or mongodb://host:port/name")
    parser.add_argument("--anchor", action="append", default=[], type=anchor, help="SEQ:HASH noted elsewhere")
    parser.add_argument("--newest", type=float, default=60.0, help="seconds of the newest acts that may be missing")
    options = parser.parse_args(arguments)
    try:
        check_exists(options.store)
        faults, totals = asyncio.run(
            verify(options.store, anchors=options.anchor, newest=timedelta(seconds=options.newest))
        )
    except (StoreUnavailable, UndecodableDocument, OSError, ValueError) as error:
        sys.stderr.write(f"cannot read the store: {error}\n")
        return 2
    for line in (*faults, totals):
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    return 1 if faults else 0


def anchor(text: str) -> Head:
    """Return the head that ``SEQ:HASH`` names."""
    seq, _, digest = text.partition(":")
    return Head(id="", seq=int(seq), hash=digest.strip().lower())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
