"""Remember where clerks set another category than the proposed one, so that the next training learns from it.

What is kept is counts of n-grams, never the petition's text, and nothing that tells whose petition it was.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from services.clock import Clock
from services.database.collection import Collection, Document, Index, Schema
from services.errors import Invalid
from services.ids import derived_id
from services.petitions.categories import Category
from services.petitions.features import gram_counts

_PAGE = 500


class BrokenCorrections(Invalid):
    """Refuse a file of corrections, naming the line that cannot be read."""

    code = "petition.broken_corrections"


class Correction(Document, frozen=True, kw_only=True):
    """One petition's category as a clerk set it last.

    ``proposed`` and ``category`` are paths; ``grams`` the petition's weighted n-gram counts; ``at`` when it was set.
    """

    proposed: str
    category: str
    grams: dict[str, int]
    at: datetime


CORRECTIONS: Schema[Correction] = Schema(
    name="petition_corrections", document=Correction, indexes=(Index("at", ("at",)),)
)


class CorrectionExample(Struct, frozen=True, kw_only=True):
    """One line of an export: what training needs of a correction."""

    level1: str
    grams: dict[str, int]


class CorrectionBook:
    """Record corrections and hand them out for training."""

    def __init__(self, corrections: Collection[Correction], clock: Clock) -> None:
        """Keep the collection of `CORRECTIONS`."""
        self._corrections = corrections
        self._clock = clock

    async def learn(self, petition_id: str, category: Category, *, proposed: str, title: str, text: str) -> Correction:
        """Record the category a clerk set; a later correction of the same petition replaces it."""
        correction = Correction(
            id=derived_id("pc", petition_id),
            proposed=proposed,
            category=category.path,
            grams=dict(gram_counts(title, text)),
            at=self._clock.now(),
        )
        known = await self._corrections.find(correction.id)
        if known is None:
            return await self._corrections.add(correction)
        return await self._corrections.save(correction.at_version(known.version))

    async def examples(self) -> AsyncIterator[CorrectionExample]:
        """Yield all corrections, oldest first."""
        after: str | None = None
        while True:
            page = await self._corrections.query("at", after=after, limit=_PAGE)
            for correction in page.documents:
                yield CorrectionExample(level1=Category.parse(correction.category).level1, grams=correction.grams)
            if page.next is None:
                return
            after = page.next


def write_corrections(examples: Sequence[CorrectionExample], path: Path) -> None:
    """Write corrections as JSONL for the training command."""
    path.write_bytes(msgspec.json.Encoder().encode_lines(examples))


def read_corrections(path: Path) -> list[CorrectionExample]:
    """Read JSONL of corrections; raise `BrokenCorrections` naming the line that is none."""
    examples: list[CorrectionExample] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            examples.append(msgspec.json.decode(line, type=CorrectionExample))
        except msgspec.MsgspecError as error:
            raise BrokenCorrections(f"{path.name}, line {number}: {error}") from error
    return examples
