"""Train the classifier: ``python -m services.petitions.training TRAIN.csv CATEGORIES.csv OUT``.

TRAIN.csv has at least the columns ``title,text,category`` (a first level); CATEGORIES.csv ``level1,level2,level3``.
Corrections that clerks made (``--corrections``, see corrections.py) are counted as further petitions. The categories'
own names, everyday words and departments' duties are training rows too: with 398 petitions they are worth five
points. Every parameter was chosen by cross-validation on the training rows alone, the figures are kept in the model.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from services.clock import SHANGHAI, SystemClock
from services.petitions.categories import OTHER, Category, CategoryTree, UnknownCategory
from services.petitions.classifier import Scorer
from services.petitions.corrections import CorrectionExample, read_corrections
from services.petitions.cross_validation import (
    FOLDS,
    REPEATS,
    Judged,
    accuracy,
    fitted_gate,
    fitted_sharpness,
    held_out,
    macro_f1,
    mean,
)
from services.petitions.departments import load_directory
from services.petitions.features import BODY_LIMIT, GRAM, TITLE_WEIGHT, cleaned, gram_counts, grams
from services.petitions.model_file import Counts, CrossValidation, PetitionModel, Provenance, save_model
from services.petitions.vocabulary import Vocabulary, load_everyday_words

SMOOTHING = 2.0
GRAM_REST = 20.0
VOTE_WEIGHT = 0.2
VOTE_REST = 10.0
NAME_WEIGHT = 6
"""How often a category's name or a word counts as a training row, against once for a body's n-gram."""

RAREST = 3
"""Petitions that must share an n-gram before it is kept. Costs nothing in cross-validation, halves the file, and leaves
no trace of what only one person wrote (a name, a road)."""

DATA = Path(__file__).parents[2] / "data"


class TrainingRow(Struct, frozen=True, kw_only=True):
    """One petition whose first level a person has set."""

    title: str
    text: str
    category: str


class Words(Struct, frozen=True, kw_only=True):
    """What is known without any petition: the tree, everyday words by path, duties by first level."""

    tree: CategoryTree
    everyday: Mapping[str, Sequence[str]]
    duties: Mapping[str, Sequence[str]]


Example = tuple[int, Mapping[str, int]]
"""The class and the n-gram counts of one training row."""


def read_rows(path: Path) -> list[TrainingRow]:
    """Read TRAIN.csv (UTF-8, with or without a byte order mark)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return msgspec.convert(list(csv.DictReader(lines)), list[TrainingRow])


def read_categories(path: Path) -> CategoryTree:
    """Read CATEGORIES.csv."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return CategoryTree(msgspec.convert(list(csv.DictReader(lines)), list[Category]))


class Trainer:
    """Count n-grams of petitions, corrections and the categories' own words."""

    def __init__(
        self, rows: Sequence[TrainingRow], words: Words, *, corrections: Sequence[CorrectionExample] = ()
    ) -> None:
        """Count everything once; raise `UnknownCategory` for a first level that the tree does not know."""
        self._rows = rows
        self._words = words
        self._vocabulary = Vocabulary(words.tree, everyday=words.everyday, duties=words.duties)
        self._classes = {level1: position for position, level1 in enumerate(words.tree.level1)}
        self._names = [self._example(level1, counts) for level1, counts in _name_rows(words)]
        self._petitions = [self._example(row.category, gram_counts(row.title, row.text)) for row in rows]
        self._corrections = [self._example(correction.level1, correction.grams) for correction in corrections]

    def train(self, *, source: str, on: date) -> PetitionModel:
        """Return the model of all rows, with the figures measured on held-out ones.

        Args:
            source: whose petitions these are, for whoever reads the model's provenance.
            on: the day of training.
        """
        whole = self._rounds(lambda row: (row.title, row.text))
        title_only = self._rounds(lambda row: (row.title, ""))
        text_only = self._rounds(lambda row: ("", row.text))
        # Sure and right must agree for the one sentence of a chat as well as for a letter.
        everyone = list(chain.from_iterable([*whole, *title_only, *text_only]))
        sharpness = round(fitted_sharpness(everyone), 3)
        gate = fitted_gate(everyone, sharpness)
        measured = CrossValidation(
            folds=FOLDS,
            repeats=REPEATS,
            accuracy=_mean(whole, accuracy),
            macro_f1=_mean(whole, macro_f1),
            top2=_mean(whole, partial(accuracy, within=2)),
            title_only_accuracy=_mean(title_only, accuracy),
            text_only_accuracy=_mean(text_only, accuracy),
            gate_precision=round(gate.precision, 4),
            gate_coverage=round(gate.coverage, 4),
        )
        return PetitionModel(
            provenance=Provenance(
                source=source,
                rows=len(self._rows),
                corrections=len(self._corrections),
                trained_on=on,
                parameters={
                    "title_weight": TITLE_WEIGHT,
                    "body_limit": BODY_LIMIT,
                    "gram": GRAM,
                    "rarest": RAREST,
                    "names": NAME_WEIGHT,
                },
                cross_validation=measured,
            ),
            counts=self._counts([*self._petitions, *self._corrections]),
            sharpness=sharpness,
            gate=round(gate.probability, 4),
        )

    def _rounds(self, view: Callable[[TrainingRow], tuple[str, str]]) -> list[list[Judged]]:
        """Judge every petition by models that have not seen it; the view says what of it they are shown."""

        def fit(positions: Sequence[int]) -> Callable[[int], dict[str, float]]:
            scorer = Scorer(self._counts([self._petitions[position] for position in positions]), self._vocabulary)
            return lambda position: scorer.scores(*view(self._rows[position]))[0]

        return list(held_out([row.category for row in self._rows], fit))

    def _counts(self, examples: Sequence[Example]) -> Counts:
        return Counts(
            categories=tuple(category.path for category in self._words.tree.categories),
            grams=_counted(self._names, examples),
            smoothing=SMOOTHING,
            gram_rest=GRAM_REST,
            vote_weight=VOTE_WEIGHT,
            vote_rest=VOTE_REST,
        )

    def _example(self, level1: str, counts: Mapping[str, int]) -> Example:
        if level1 not in self._classes:
            raise UnknownCategory(f"a training row has the category {level1!r}")
        return self._classes[level1], counts


def main(arguments: Sequence[str]) -> int:
    """Train from the command line; print what was measured and return the exit code."""
    options = _options(arguments)
    words = Words(
        tree=read_categories(options.categories),
        everyday=load_everyday_words(options.words),
        duties=load_directory(options.departments).duties(),
    )
    corrections = read_corrections(options.corrections) if options.corrections else []
    trainer = Trainer(read_rows(options.train), words, corrections=corrections)
    model = trainer.train(source=options.source, on=SystemClock().now().astimezone(SHANGHAI).date())
    save_model(model, options.out)
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(model.provenance), indent=2) + b"\n")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.petitions.training", description=__doc__)
    parser.add_argument("train", type=Path, help="CSV with title, text, category (first level)")
    parser.add_argument("categories", type=Path, help="CSV with level1, level2, level3")
    parser.add_argument("out", type=Path, help="the model file to write, .json.gz")
    parser.add_argument("--corrections", type=Path, help="JSONL exported from the clerks' corrections")
    parser.add_argument("--words", type=Path, default=DATA / "petition_words.json")
    parser.add_argument("--departments", type=Path, default=DATA / "departments.json")
    parser.add_argument("--source", default="", help="whose petitions these are; kept in the model")
    return parser.parse_args(arguments)


def _name_rows(words: Words) -> Iterator[tuple[str, Counter[str]]]:
    """Yield a row for every category by its names, and one for every everyday or duty word."""
    for category in words.tree.categories:
        yield category.level1, _weighted(name for name in (category.level1, category.level2, category.level3))
    for path, found in words.everyday.items():
        for word in found:
            yield words.tree.below(path)[0].level1, _weighted([word])
    for level1, found in words.duties.items():
        for word in found:
            yield level1, _weighted([word])


def _weighted(names: Iterable[str]) -> Counter[str]:
    counts = Counter(gram for name in names if name != OTHER for gram in grams(cleaned(name)))
    return Counter({gram: count * NAME_WEIGHT for gram, count in counts.items()})


def _counted(names: Iterable[Example], petitions: Sequence[Example]) -> dict[str, tuple[int, ...]]:
    """Return n-gram -> class, count, class, count …, sorted, so that the same rows give the same file."""
    totals: dict[str, Counter[int]] = {}
    _add(totals, names)
    spread = Counter(gram for _, counts in petitions for gram in counts)
    _add(totals, petitions, only={gram for gram, count in spread.items() if count >= RAREST or gram in totals})
    return {gram: tuple(chain.from_iterable(sorted(totals[gram].items()))) for gram in sorted(totals)}


def _add(totals: dict[str, Counter[int]], examples: Iterable[Example], *, only: set[str] | None = None) -> None:
    for position, counts in examples:
        for gram, count in counts.items():
            if only is None or gram in only:
                totals.setdefault(gram, Counter())[position] += count


def _mean(rounds: Iterable[list[Judged]], measure: Callable[[list[Judged]], float]) -> float:
    return round(mean(measure(judged) for judged in rounds), 4)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
