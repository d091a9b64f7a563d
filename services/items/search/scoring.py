"""Score the items of an index for one sentence or clause."""

import math
from collections.abc import Mapping

from msgspec import Struct

from services.items.search.channel import Channel, Found
from services.items.search.index import SearchIndex
from services.items.search.question import Terms


class Weights(Struct, frozen=True, kw_only=True):
    """Set how much each kind of evidence counts; chosen on `evaluation/data/item_questions_a.jsonl`."""

    words: float = 0.34
    grams: float = 0.26
    sounds: float = 0.2
    concepts: float = 0.2
    alias: float = 0.35
    grid: float = 0.45
    negative: float = 0.45
    """What is left of the score of an item with a negative keyword."""
    bare: float = 0.92
    """What is left for an item known by name alone: between equals the reviewed guide comes first."""
    steepness: float = 5.0
    middle: float = 0.62
    """Turn evidence into a score: a logistic curve with its middle here."""


_UNKNOWN_WORD = 0.35
_UNKNOWN_GRAM = 0.12
_UNKNOWN_SOUND = 0.2
_FULL_ALIAS = 6
"""An alias of so many characters found in the question is full evidence."""


class Scored(Struct, frozen=True, kw_only=True):
    """Hold the evidence for one document."""

    number: int
    evidence: float
    reasons: tuple[str, ...]


def score(index: SearchIndex, terms: Terms, weights: Weights) -> list[Scored]:
    """Return the items with any evidence, best first; ties keep the order of the catalogue."""
    fused = _fuse(index, terms, weights)
    numbers = {code: number for number, code in enumerate(index.codes)}
    aliases = {numbers[code]: phrase for code, phrase in _aliases(index, terms).items()}
    cells = {numbers[code]: cell for code, cell in index.grid.strengths(terms.mentions.all).items()}
    scored = []
    for number in fused.keys() | aliases.keys() | cells.keys():
        scored.append(_one(index, terms, number, fused, aliases, cells, weights))
    return sorted(scored, key=lambda one: (-one.evidence, one.number))


def confidence(evidence: float, weights: Weights) -> float:
    """Return a score of 0 to 1 for an amount of evidence."""
    return 1 / (1 + math.exp(-weights.steepness * (evidence - weights.middle)))


def _one(index, terms, number, fused, aliases, cells, weights):  # type: ignore[no-untyped-def]
    code = index.codes[number]
    evidence = fused.get(number, 0.0)
    reasons = ["text"] if evidence else []
    if number in aliases:
        evidence += weights.alias * min(1.0, len(aliases[number]) / _FULL_ALIAS)
        reasons.append(f"alias:{aliases[number]}")
    if number in cells:
        strength, cell = cells[number]
        evidence += weights.grid * strength
        reasons.append(f"grid:{cell}")
    if any(word in terms.text for word in index.negative.get(code, ())):
        evidence *= weights.negative
        reasons.append("negative")
    if index.catalogue.items[code].is_bare:
        evidence *= weights.bare
    return Scored(number=number, evidence=evidence, reasons=tuple(reasons))


def _fuse(index: SearchIndex, terms: Terms, weights: Weights) -> Mapping[int, float]:
    parts = (
        (weights.words, index.words.search(terms.words, unknown_share=_UNKNOWN_WORD)),
        (weights.grams, index.grams.search(terms.grams, unknown_share=_UNKNOWN_GRAM)),
        (weights.sounds, index.sounds.search(terms.sounds, unknown_share=_UNKNOWN_SOUND)),
        (weights.concepts, index.concepts.search(terms.mentions.all, unknown_share=0.2)),
    )
    used = sum(weight for weight, found in parts if found.weight)
    fused: dict[int, float] = {}
    for weight, found in parts:
        for number, share in found.shares.items():
            fused[number] = fused.get(number, 0.0) + weight / used * share
    return fused


def _aliases(index: SearchIndex, terms: Terms) -> dict[str, str]:
    """Return for every item its longest name or alias that stands in the text."""
    longest: dict[str, str] = {}
    for hit in index.aliases.find(terms.text):
        for code in hit.meaning:
            if len(hit.phrase) > len(longest.get(code, "")):
                longest[code] = hit.phrase
    return longest
