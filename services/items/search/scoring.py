"""Weigh the evidence for the items of an index: text, names found verbatim, the grid, words against."""

import heapq
from collections.abc import Mapping
from operator import itemgetter

from msgspec import Struct, structs

from services.items.model import ItemCode
from services.items.search.index import SearchIndex
from services.items.search.question import Terms


class Weights(Struct, frozen=True, kw_only=True):
    """Set how much each kind of evidence counts; chosen on the question sets a and c in `evaluation/data`."""

    words: float = 0.34
    grams: float = 0.26
    sounds: float = 0.2
    concepts: float = 0.2
    alias: float = 0.35
    grid: float = 0.45
    negative: float = 0.6
    """What is left for an item with a negative keyword."""
    name: float = 0.35
    """What an item's own name counts when all of it is in the question, in whatever order."""
    bare: float = 0.88
    """What is left for an item known by name alone: between equals the reviewed guide comes first."""
    full_question: float = 6.0
    """The information (nats of words) of a whole question; less text is less evidence."""
    clause: float = 0.9
    """What is left of the evidence of one clause, against the whole sentence."""
    unknown_word: float = 0.35
    unknown_gram: float = 0.12
    unknown_sound: float = 0.2
    unknown_concept: float = 0.2
    """How much a term that no item has counts against all items."""
    everything: float = 1.5
    """So much evidence is a score of 1."""


FULL_ALIAS = 6
"""An alias of so many characters found in the question is full evidence."""
_SURE_ALIAS = 4
_HALF = 0.5
_MOST_BY_TEXT = 60
"""Items that have nothing but words in common with the question: more of them are never looked at."""
_SURE_CELL = 2


class Evidence(Struct, frozen=True, kw_only=True):
    """Hold what speaks for one item: 0 for nothing, 1 and more for everything."""

    amount: float
    reasons: tuple[str, ...]
    name_length: int = 0
    """Characters of the longest name or alias that stands in the text."""
    cell_words: int = 0
    """Words of the best cell that holds; 0: none, or only the family."""
    recalled: float = 0.0
    """How much of its name stands in the text word by word, 0 to 1."""

    @property
    def is_mentioned(self) -> bool:
        """Tell whether the question speaks of what this item is about, and not only in words that many items hold."""
        return self.name_length > 0 or self.cell_words > 0 or self.recalled > _HALF

    @property
    def is_named(self) -> bool:
        """Tell whether there is more than words in common: a long name, or a cell of two words."""
        return self.name_length >= _SURE_ALIAS or self.cell_words >= _SURE_CELL


Weighed = Mapping[ItemCode, Evidence]


def weigh(index: SearchIndex, terms: Terms, *, weights: Weights) -> Weighed:
    """Return the evidence for the items that have any; of those with words in common alone, only the best."""
    shares = _shares(index, terms, weights=weights)
    names = _names_found(index, terms)
    cells = index.grid.best_cells(terms.mentions.all)
    said = frozenset(terms.words)
    items, negatives = index.catalogue.items, index.negative
    weighed: dict[ItemCode, Evidence] = {}
    for code in dict.fromkeys((*shares, *names, *map(ItemCode, cells))):
        amount = shares.get(code, 0.0)
        reasons = ["text"] if amount else []
        recalled = _recalled(index.names[code], said)
        if recalled > _HALF:
            amount += weights.name * (recalled - _HALF) / _HALF
            reasons.append(f"name:{recalled:.2f}")
        name, cell = names.get(code, ""), cells.get(code)
        if name:
            amount += weights.alias * min(1.0, len(name) / FULL_ALIAS)
            reasons.append(f"alias:{name}")
        if cell is not None:
            amount += weights.grid * cell.strength
            reasons.append(f"grid:{cell.text}")
        if code in negatives and any(word in terms.text for word in negatives[code]):
            amount *= weights.negative
            reasons.append("negative")
        if items[code].is_bare:
            amount *= weights.bare
        weighed[code] = Evidence(
            amount=amount,
            reasons=tuple(reasons),
            name_length=len(name),
            cell_words=len(cell.wanted) if cell is not None else 0,
            recalled=recalled,
        )
    return weighed


def merge(whole: Weighed, clauses: tuple[Weighed, ...], *, weights: Weights) -> Weighed:
    """Return for every item the best of the whole sentence and of those clauses that name it."""
    merged = dict(whole)
    for clause in clauses:
        for code, evidence in clause.items():
            amount = evidence.amount * weights.clause
            if evidence.is_named and (code not in merged or amount > merged[code].amount):
                merged[code] = structs.replace(evidence, amount=amount)
    return merged


def best_first(weighed: Weighed) -> list[ItemCode]:
    """Return the items, most evidence first; ties keep the order of the catalogue's index."""
    return sorted(weighed, key=lambda code: -weighed[code].amount)


def confidence(amount: float, weights: Weights) -> float:
    """Return a score of 0 to 1 for an amount of evidence."""
    return min(1.0, amount / weights.everything)


def _shares(index: SearchIndex, terms: Terms, *, weights: Weights) -> dict[ItemCode, float]:
    """Return the fused share of the question's text that each item holds, 0 to 1."""
    found = (
        (weights.words, index.words.search(terms.words, unknown_share=weights.unknown_word)),
        (weights.grams, index.grams.search(terms.grams, unknown_share=weights.unknown_gram)),
        (weights.sounds, index.sounds.search(terms.sounds, unknown_share=weights.unknown_sound)),
        (weights.concepts, index.concepts.search(sorted(terms.mentions.all), unknown_share=weights.unknown_concept)),
    )
    used = sum(weight for weight, one in found if one.weight)
    fullness = min(1.0, max(one.weight for _, one in found[:2]) / weights.full_question)
    fused, holding = [0.0] * len(index.codes), set[int]()
    for weight, one in found:
        factor = fullness * weight / used if used else 0.0
        holding.update(one.shares)
        for number, share in one.shares.items():
            fused[number] += factor * share
    # Ties keep the order of the index.
    best = heapq.nsmallest(_MOST_BY_TEXT, ((-fused[number], number) for number in holding))
    return {index.codes[number]: -share for share, number in sorted(best, key=itemgetter(1))}


def _recalled(name: Mapping[str, float], said: frozenset[str]) -> float:
    """Return the share of a name's information that was said, 0 to 1."""
    if said.isdisjoint(name):
        return 0.0
    total = sum(name.values())
    return sum(information for word, information in name.items() if word in said) / total if total else 0.0


def _names_found(index: SearchIndex, terms: Terms) -> dict[ItemCode, str]:
    """Return for every item its longest name or alias that stands in the text.

    A name inside a longer one was not meant: 领结婚证 in 补领结婚证.
    """
    longest: dict[ItemCode, str] = {}
    hits = index.aliases.find(terms.text)
    for hit in hits:
        if any(one.start <= hit.start and hit.end <= one.end and len(one.phrase) > len(hit.phrase) for one in hits):
            continue
        for code in hit.meaning:
            if len(hit.phrase) > len(longest.get(code, "")):
                longest[code] = hit.phrase
    return longest
