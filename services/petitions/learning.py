"""Let the classifier learn from clerks' corrections: ``python -m services.petitions.learning STORE_URL OUT``.

The shipped model is counts, so corrections are added to it without the petitions it was made of: no training file is
needed. What is learned is measured first, on corrections held out in turn; a model that knows them no better than
before is not written, and the exit code is 1. On SQLite the store must not be open in a running server: learn from a
backup. To count petitions of one's own as well, see training.py.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from services.clock import SystemClock
from services.database.collection import StoreUnavailable
from services.database.engine import open_database
from services.database.existing import check_exists
from services.errors import Invalid
from services.petitions.categories import Category, CategoryTree
from services.petitions.classifier import GramScores
from services.petitions.corrections import CORRECTIONS, CorrectionBook, CorrectionExample
from services.petitions.model_file import Counts, PetitionModel, load_model, save_model
from services.trained_file import BrokenModel

FOLDS = 5
LEAST = 20
"""Corrections below which nothing can be measured."""
RAREST = 3
"""Corrections that must share a new n-gram before it is kept: no trace of what only one person wrote (as training.py)."""
DATA = Path(__file__).parents[2] / "data"


class AlreadyLearned(Invalid):
    """Refuse a model that corrections were counted into before: they would count twice."""

    code = "petition.already_learned"


class Learned(Struct, frozen=True, kw_only=True):
    """How many corrections there were, and how many of them the n-grams alone know: before, and when held out."""

    corrections: int
    known_before: int
    known_after: int

    @property
    def is_better(self) -> bool:
        """Tell whether there was enough to learn from and it helped."""
        return self.corrections >= LEAST and self.known_after > self.known_before


def with_corrections(model: PetitionModel, examples: Sequence[CorrectionExample]) -> PetitionModel:
    """Return the model with corrections counted in; those of a first level it does not know are passed over.

    Raises:
        AlreadyLearned: the model has learned before.
    """
    if model.provenance.corrections:
        raise AlreadyLearned("begin with the model that was shipped")
    usable = [one for one in examples if one.level1 in _classes(model.counts)]
    provenance = replace(model.provenance, corrections=len(usable))
    return replace(model, counts=_counted(model.counts, usable), provenance=provenance)


def measured(model: PetitionModel, examples: Sequence[CorrectionExample]) -> Learned:
    """Count how many corrections are known before, and by a model that has learned all but their own fold."""
    usable = [one for one in examples if one.level1 in _classes(model.counts)]
    after = 0
    for fold in range(FOLDS):
        learned = _counted(model.counts, [one for place, one in enumerate(usable) if place % FOLDS != fold])
        after += _known(learned, usable[fold::FOLDS])
    return Learned(corrections=len(usable), known_before=_known(model.counts, usable), known_after=after)


async def stored_corrections(url: str) -> list[CorrectionExample]:
    """Return all corrected categories of a store."""
    database = open_database(url)
    corrections = database.collection(CORRECTIONS)
    await database.open()
    try:
        return [one async for one in CorrectionBook(corrections, SystemClock()).examples()]
    finally:
        await database.close()


def main(arguments: Sequence[str]) -> int:
    """Learn from the command line; print what was measured and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.petitions.learning", description=__doc__)
    parser.add_argument("store", help="sqlite:///path or mongodb://host:port/name")
    parser.add_argument("out", type=Path, help="the model file to write, .json.gz")
    parser.add_argument(
        "--model", type=Path, default=DATA / "petition_model.json.gz", help="the model that was shipped"
    )
    options = parser.parse_args(arguments)
    try:
        check_exists(options.store)
        model = load_model(options.model)
        examples = asyncio.run(stored_corrections(options.store))
        learned = measured(model, examples)
        if learned.is_better:
            save_model(with_corrections(model, examples), options.out)
    except (StoreUnavailable, BrokenModel, AlreadyLearned, OSError, ValueError) as error:
        sys.stderr.write(f"nothing learned: {error}\n")
        return 2
    sys.stdout.write(msgspec.json.encode(learned).decode() + "\n")
    return 0 if learned.is_better else 1


def _classes(counts: Counts) -> dict[str, int]:
    tree = CategoryTree(Category.parse(path) for path in counts.categories)
    return {level1: place for place, level1 in enumerate(tree.level1)}


def _known(counts: Counts, examples: Iterable[CorrectionExample]) -> int:
    classes = list(_classes(counts))
    scores = GramScores(counts, classes=len(classes))
    return sum(_best(scores.score(one.grams)) == classes.index(one.level1) for one in examples)


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def _counted(counts: Counts, examples: Sequence[CorrectionExample]) -> Counts:
    classes = _classes(counts)
    totals = {gram: Counter(dict(zip(found[::2], found[1::2], strict=True))) for gram, found in counts.grams.items()}
    spread = Counter(gram for one in examples for gram in one.grams)
    for one in examples:
        for gram, count in one.grams.items():
            if gram in counts.grams or spread[gram] >= RAREST:
                totals.setdefault(gram, Counter())[classes[one.level1]] += count
    grams = {gram: tuple(chain.from_iterable(sorted(totals[gram].items()))) for gram in sorted(totals)}
    return replace(counts, grams=grams)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
