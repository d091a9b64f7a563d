"""Tell kinds of messages apart by the characters they are made of: one linear model over n-grams, one weight a kind.

Signs (kinds.json) are certain and narrow: they know the wordings that somebody has listed. This knows how the rest sounds.
What it weighs is learned by `bots.understanding.kind_training` and kept in one small file.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bots.understanding.gram_table import LONGEST_GRAM, GramTable
from bots.understanding.model import Kind
from services import trained_file
from services.trained_file import BrokenModel

FORMAT = 2
READ = 160
"""Characters that are looked at: who tells a longer story says at its beginning what it is."""
MIDDLE, STEPS = 128, 16
"""A weight is one byte: 128 is zero, and 16 steps are one."""
FARTHEST = 4.0
LEAST_KNOWN = 0.45
"""Share of a text's n-grams without which nothing can be said of it: 嘿哈嘿哈."""
_SOME = 0.01
BEGIN, END = "^", "$"

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = re.compile(r"\d+")
_UNREAD = re.compile(r"[^\u4e00-\u9fffa-z0?]")


class KindFigures(Struct, frozen=True, kw_only=True):
    """What cross-validation measured: of each kind's rows, how many are recognised and how many others are taken for it."""

    folds: int
    recognised: dict[Kind, float]
    precision: dict[Kind, float]


class KindProvenance(Struct, frozen=True, kw_only=True):
    """Where a model came from; it holds weights of n-grams, no text."""

    rows: dict[str, int]
    trained_on: date
    figures: KindFigures


class KindModel(Struct, frozen=True, kw_only=True):
    """The trained recogniser: each n-gram with one byte for each kind, see `MIDDLE`."""

    format: int = FORMAT
    provenance: KindProvenance
    kinds: tuple[Kind, ...]
    grams: GramTable


class KindWeights(Protocol):
    """Where the weights of n-grams are: a `GramRows`, or a dictionary in training."""

    def get(self, gram: str, /) -> bytes | None:
        """Return one byte for each kind, None for an n-gram that is not known."""
        ...


class Guess(Struct, frozen=True):
    """How likely each kind is: shares that add up to one."""

    shares: Mapping[Kind, float]
    best: Kind

    def share(self, kind: Kind) -> float:
        """Return the share of a kind, 0 to 1; 0 for a kind the model does not know."""
        return self.shares.get(kind, 0.0)

    def odds(self, kind: Kind, others: Iterable[Kind]) -> float:
        """Return the log odds of a kind against some others, between -4 and 4."""
        against = sum(map(self.share, others))
        return max(-FARTHEST, min(FARTHEST, math.log((self.share(kind) + _SOME) / (against + _SOME))))


class KindScore:
    """Guess kinds by a model; immutable, some 60 us a message."""

    def __init__(self, kinds: tuple[Kind, ...], weights: KindWeights) -> None:
        """Take the kinds and the weights of n-grams for them."""
        self._kinds = kinds
        self._grams = weights

    def guess(self, text: str) -> Guess:
        """Return how likely each kind is for a text in normal form; one without a Chinese character is anything.

        Typed pinyin would be taken for the few Latin words that were learned from.
        """
        found = grams(text) if _CHINESE.search(text) else set[str]()
        known = [weights for gram in found if (weights := self._grams.get(gram)) is not None]
        if len(known) < LEAST_KNOWN * len(found):
            known = []
        zero, scale = MIDDLE * len(known), STEPS * math.sqrt(len(found) or 1)
        totals = [(sum(column) - zero) / scale for column in zip(*known, strict=True)] or [0.0] * len(self._kinds)
        shares = dict(zip(self._kinds, softmax(totals), strict=True))
        return Guess(shares, max(shares, key=shares.__getitem__))


def grams(text: str) -> set[str]:
    """Return the n-grams of a text in normal form, each once; its beginning and its end are characters too."""
    plain = BEGIN + _UNREAD.sub("", _DIGITS.sub("0", text[:READ])) + END
    every = range(1, LONGEST_GRAM + 1)
    return {plain[at : at + size] for size in every for at in range(len(plain) - size + 1)} - {BEGIN, END}


def softmax(totals: Iterable[float]) -> list[float]:
    """Return shares that add up to one."""
    values = list(totals)
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    whole = sum(powers)
    return [power / whole for power in powers]


def save_kind_model(model: KindModel, path: Path) -> None:
    """Write a model, see `trained_file.save`."""
    trained_file.save(model, path)


def load_kind_model(path: Path) -> KindModel:
    """Read a model; raise `BrokenModel` when the file is damaged, of another format or not of one piece."""
    model = trained_file.load(path, KindModel, expected=FORMAT)
    fault = model.grams.fault or ("" if model.grams.width == len(model.kinds) else "not one weight for each kind")
    if fault:
        raise BrokenModel(f"{path.name}: {fault}")
    return model
