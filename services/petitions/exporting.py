"""Export what rehearsals and training need: ``python -m services.petitions.exporting STORE_URL FOLDER [--days 30]``.

Writes ``past.jsonl`` (for rehearsal.py), ``corrections.jsonl`` (for training.py) and ``dispatches.jsonl`` (where clerks
sent what was proposed for somebody else, for whoever reviews the routing rules) into the folder. The past holds
words of petitions, so the files are readable by their owner alone. On SQLite the store must not be open in a running
server: export from a backup.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from services.clock import SystemClock
from services.database.collection import Collection, Range
from services.database.engine import open_database
from services.petitions.corrections import CORRECTIONS, CorrectionBook
from services.petitions.intake import Report, facts_of
from services.petitions.model import Petition
from services.petitions.rehearsal import PastPetition
from services.petitions.store import PETITIONS

_PAGE = 500


async def past_petitions(petitions: Collection[Petition], *, since: datetime) -> AsyncIterator[PastPetition]:
    """Yield the petitions filed since a moment as the rules see them, oldest first."""
    after: str | None = None
    while True:
        page = await petitions.query("filed", within=Range(at_least=since), after=after, limit=_PAGE)
        for petition in page.documents:
            yield past_of(petition)
        if (after := page.next) is None:
            return


def past_of(petition: Petition) -> PastPetition:
    """Return a petition as the rules see it, with who answered it.

    A category that a clerk has set counts as sure.
    """
    report = Report(
        kind=petition.kind,
        title=petition.title,
        text=petition.text,
        district=petition.place.district,
        street=petition.place.street,
        at=petition.occurred_at or petition.filed_at,
    )
    was_set = petition.category != petition.proposal.categories[0].category
    return PastPetition(
        id=petition.id,
        facts=facts_of(report, category=petition.category),
        confident=was_set or petition.proposal.confident,
        handled_by=petition.reply.department if petition.reply else "",
    )


async def export(url: str, folder: Path, *, since: datetime) -> tuple[int, int, int]:
    """Write the files and return how many petitions, corrections and dispatches they hold."""
    database = open_database(url)
    petitions, corrections = database.collection(PETITIONS), database.collection(CORRECTIONS)
    await database.open()
    try:
        past = [one async for one in past_petitions(petitions, since=since)]
        book = CorrectionBook(corrections, SystemClock())
        learned = [one async for one in book.examples()]
        dispatched = [one async for one in book.dispatch_examples()]
    finally:
        await database.close()
    await asyncio.to_thread(_write_lines, folder / "past.jsonl", past)
    await asyncio.to_thread(_write_lines, folder / "corrections.jsonl", learned)
    await asyncio.to_thread(_write_lines, folder / "dispatches.jsonl", dispatched)
    return len(past), len(learned), len(dispatched)


def main(arguments: Sequence[str]) -> int:
    """Export from the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.petitions.exporting", description=__doc__)
    parser.add_argument("store", help="sqlite:///path or mongodb://host:port/name")
    parser.add_argument("folder", type=Path, help="where the files go; must exist")
    parser.add_argument("--days", type=int, default=30, help="how far back the past reaches")
    options = parser.parse_args(arguments)
    since = SystemClock().now() - timedelta(days=options.days)
    past, learned, dispatched = asyncio.run(export(options.store, options.folder, since=since))
    sys.stdout.write(f"past.jsonl: {past}, corrections.jsonl: {learned}, dispatches.jsonl: {dispatched}\n")
    return 0


def _write_lines(path: Path, lines: Sequence[Struct]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.Encoder().encode_lines(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
