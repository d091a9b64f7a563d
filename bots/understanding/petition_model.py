"""Tell complaints, reports and wishes from questions by the characters they are made of: a naive Bayes of n-grams.

72 of 100 real petition titles hold no complaint word at all (reference on the bot, section 4), so no list of phrases
finds them. What weighs is learned by `bots.understanding.training` and kept in one small file.
"""

import re
import sys
from array import array
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bots.understanding.gram_table import LONGEST_GRAM, GramIndex, GramTable
from services import trained_file
from services.trained_file import BrokenModel

FORMAT = 2
_BYTES = 2
"""Of the log odds of one n-gram, in hundredths, with its sign, the high byte first."""
PLACE = "〇"
"""Stands for a named place, so that a model learns that one is named and not which."""
PLACE_ALONE = -3.0
"""The score of a text that only names a place."""
_UNIT = 1
"""Characters that a name leaves behind: 区, 呢."""
READ = 300
"""Characters that are looked at; what follows tells more of the same matter."""

_RUN = re.compile(rf"[\u4e00-\u9fff{PLACE}a-z]+")


class Figures(Struct, frozen=True, kw_only=True):
    """What cross-validation measured: petitions recognised at a share of item questions lost, and where we stand."""

    folds: int
    recognised_at_1: float
    recognised_at_2: float
    recognised_at_5: float
    petitions_recognised: float
    complaints_recognised: float
    questions_lost: float
    chat_lost: float


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a model came from; it holds counts of n-grams, no text."""

    petitions: str
    questions: str
    rows: dict[str, int]
    trained_on: date
    parameters: dict[str, float]
    figures: Figures


class PetitionModel(Struct, frozen=True, kw_only=True):
    """The trained recogniser.

    Args:
        places: names that are read as a place.
        grams: n-grams with their log odds for a petition, see `packed_odds`.
        weights: of `bots.understanding.evidence`, by name; their sum is the log odds that a text is a petition.
    """

    format: int = FORMAT
    provenance: Provenance
    places: tuple[str, ...]
    grams: GramTable
    weights: dict[str, float]


class Odds(Protocol):
    """Where the log odds of n-grams are: in a model, or in a dictionary in training."""

    def get(self, gram: str, /) -> float | None:
        """Return the log odds for a petition, None for an n-gram that is not known."""
        ...


class _PackedOdds:
    def __init__(self, table: GramTable) -> None:
        self._index = GramIndex(table)
        self._hundredths = array("h", table.rows)
        if sys.byteorder == "little":
            self._hundredths.byteswap()

    def get(self, gram: str, /) -> float | None:
        number = self._index.find(gram)
        return None if number is None else self._hundredths[number] / 100


class GramScore:
    """Score texts by the model's n-grams; immutable."""

    def __init__(self, grams: Odds, *, places: tuple[str, ...]) -> None:
        """Take log odds by n-gram."""
        self._grams = grams
        self._reader = GramReader(places)

    @staticmethod
    def of(model: PetitionModel) -> "GramScore":
        """Return the score of a model file."""
        return GramScore(_PackedOdds(model.grams), places=model.places)

    def score(self, text: str) -> float:
        """Return how much a text in normal form sounds like a petition: about -8 to 8, 0 says nothing.

        The sum of log odds grows slower than the text, for neighbouring n-grams say the same thing twice.
        """
        if not self._reader.says_something(text):
            return PLACE_ALONE
        known = [odds for gram in self._reader.grams(text) if (odds := self._grams.get(gram)) is not None]
        return float(sum(known) / (len(known) + 3) ** 0.6)


class GramReader:
    """Take texts apart into n-grams of one to three characters."""

    def __init__(self, places: tuple[str, ...]) -> None:
        """Prepare for the names of places."""
        names = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
        # Published samples mask places as A市, B3区, 西地省.
        self._places = re.compile(rf"[a-z]\d{{0,2}}[市区县]|西地省{'|' if names else ''}{names}")

    def grams(self, text: str) -> set[str]:
        """Return the n-grams of a text in normal form, each once."""
        return set(self._all(self._places.sub(PLACE, text[:READ])))

    def says_something(self, text: str) -> bool:
        """Tell whether there is more in a text than the name of a place: 崂山区, 黄岛呢 may answer anything."""
        return sum(map(len, _RUN.findall(self._places.sub(" ", text)))) > _UNIT

    @staticmethod
    def _all(text: str) -> Iterator[str]:
        for run in _RUN.findall(text):
            for length in range(1, LONGEST_GRAM + 1):
                for start in range(len(run) - length + 1):
                    yield run[start : start + length]


def save_model(model: PetitionModel, path: Path) -> None:
    """Write a model, see `trained_file.save`."""
    trained_file.save(model, path)


def load_model(path: Path) -> PetitionModel:
    """Read a model; raise `BrokenModel` when the file is damaged, of another format or not of one piece."""
    model = trained_file.load(path, PetitionModel, expected=FORMAT)
    fault = model.grams.fault or ("" if model.grams.width == _BYTES else "log odds are not of two bytes")
    if fault:
        raise BrokenModel(f"{path.name}: {fault}")
    return model


def packed_odds(hundredths: Mapping[str, int]) -> GramTable:
    """Return log odds by n-gram, in hundredths, as a model keeps them."""
    return GramTable.of({gram: odds.to_bytes(_BYTES, "big", signed=True) for gram, odds in hundredths.items()})
