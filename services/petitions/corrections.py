"""Remember where clerks set another category or department than was proposed, so that the next training learns from it.

What is kept is counts of n-grams, never the petition's text, and nothing that tells whose petition it was.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from services.clock import Clock
from services.database.collection import AlreadyExists, Collection, Document, Index, Schema, StaleVersion
from services.errors import Invalid
from services.ids import derived_id
from services.petitions.categories import Category
from services.petitions.features import gram_counts

_PAGE = 500


class BrokenCorrections(Invalid):
    """Refuse a file of corrections, naming the line that cannot be read."""

    code = "petition.broken_corrections"


class Correction(Document, frozen=True, kw_only=True):
    """One petition's category and department as a clerk set them last; empty where he left what was proposed.

    ``proposed`` and ``category`` are paths, ``proposed_department`` and ``department`` ids; ``grams`` the petition's
    weighted n-gram counts; ``at`` when it was set.
    """

    proposed: str = ""
    category: str = ""
    proposed_department: str = ""
    department: str = ""
    grams: dict[str, int]
    at: datetime


CORRECTIONS: Schema[Correction] = Schema(
    name="petition_corrections", document=Correction, indexes=(Index("at", ("at",)),)
)


class CorrectionExample(Struct, frozen=True, kw_only=True):
    """One line of an export: what training needs of a correction."""

    level1: str
    grams: dict[str, int]


class DispatchExample(Struct, frozen=True, kw_only=True):
    """One line of an export: to whom a clerk sent what was proposed for somebody else."""

    department: str
    proposed: str
    grams: dict[str, int]


class CorrectionBook:
    """Record corrections and hand them out for training."""

    def __init__(self, corrections: Collection[Correction], clock: Clock) -> None:
        """Keep the collection of `CORRECTIONS`."""
        self._corrections = corrections
        self._clock = clock

    async def learn(self, petition_id: str, category: Category, *, proposed: str, title: str, text: str) -> Correction:
        """Record the category a clerk set; a later correction of the same petition replaces it."""
        return await self._keep(
            petition_id,
            gram_counts(title, text),
            change=lambda known: replace(known, category=category.path, proposed=proposed),
        )

    async def learn_department(
        self, petition_id: str, department: str, *, proposed: str, title: str, text: str
    ) -> Correction:
        """Record the department a clerk chose instead of the proposed one; a later choice replaces it."""
        return await self._keep(
            petition_id,
            gram_counts(title, text),
            change=lambda known: replace(known, department=department, proposed_department=proposed),
        )

    async def examples(self) -> AsyncIterator[CorrectionExample]:
        """Yield all corrected categories, oldest first."""
        async for correction in self._all():
            if correction.category:
                yield CorrectionExample(level1=Category.parse(correction.category).level1, grams=correction.grams)

    async def dispatch_examples(self) -> AsyncIterator[DispatchExample]:
        """Yield all corrected departments, oldest first."""
        async for correction in self._all():
            if correction.department:
                yield DispatchExample(
                    department=correction.department, proposed=correction.proposed_department, grams=correction.grams
                )

    async def _all(self) -> AsyncIterator[Correction]:
        after: str | None = None
        while True:
            page = await self._corrections.query("at", after=after, limit=_PAGE)
            for correction in page.documents:
                yield correction
            if (after := page.next) is None:
                return

    async def _keep(
        self, petition_id: str, grams: Mapping[str, int], *, change: Callable[[Correction], Correction]
    ) -> Correction:
        """Store what a clerk set beside what was set before; somebody who was faster is read again."""
        empty = Correction(id=derived_id("pc", petition_id), grams=dict(grams), at=self._clock.now())
        while True:
            known = await self._corrections.find(empty.id)
            changed = change(replace(known or empty, grams=empty.grams, at=empty.at))
            try:
                return await (self._corrections.save(changed) if known else self._corrections.add(changed))
            except (AlreadyExists, StaleVersion):
                continue


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
