"""Keep the trained classifier in one small file: counts of n-grams by first level, and where they came from."""

from datetime import date
from pathlib import Path

from msgspec import Struct

from services import trained_file

FORMAT = 1


class CrossValidation(Struct, frozen=True, kw_only=True):
    """What repeated stratified cross-validation measured: means over all repeats.

    The gate's figures are over whole petitions, titles alone and texts alone together.
    """

    folds: int
    repeats: int
    accuracy: float
    macro_f1: float
    top2: float
    title_only_accuracy: float
    text_only_accuracy: float
    gate_precision: float
    gate_coverage: float


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a model came from. No petition's text is in it, only counts of two-character n-grams."""

    source: str
    rows: int
    corrections: int
    trained_on: date
    parameters: dict[str, float]
    cross_validation: CrossValidation


class Counts(Struct, frozen=True, kw_only=True):
    """What was counted, and the three numbers that turn it into scores.

    Args:
        categories: every category path; the first levels, in order of first appearance, are the classes.
        grams: n-gram -> class, count, class, count …; classes by position.
        smoothing: added to each complement count.
        gram_rest: n-grams that say nothing, added to every petition, so that three words are not as sure as thirty.
        vote_weight: weight of the words' vote against the n-grams' mean log ratio.
        vote_rest: points an abstention counts, so that one lone word does not decide everything.
    """

    categories: tuple[str, ...]
    grams: dict[str, tuple[int, ...]]
    smoothing: float
    gram_rest: float
    vote_weight: float
    vote_rest: float


class PetitionModel(Struct, frozen=True, kw_only=True):
    """The trained classifier.

    Args:
        sharpness: turns the difference of two scores into odds (fitted on held-out folds).
        gate: the probability from which a proposal needs no second look.
    """

    format: int = FORMAT
    provenance: Provenance
    counts: Counts
    sharpness: float
    gate: float


def save_model(model: PetitionModel, path: Path) -> None:
    """Write a model, see `trained_file.save`."""
    trained_file.save(model, path)


def load_model(path: Path) -> PetitionModel:
    """Read a model; raise `BrokenModel` when the file is damaged or of another format."""
    return trained_file.load(path, PetitionModel, expected=FORMAT)
