"""Score documents by one kind of term (words, character grams, sounds) with BM25F."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

SATURATION = 1.2  # k1
LENGTH_WEIGHT = 0.3  # b; both from the reference on the bot, section 4
FULL_MATCH = 3.0
"""The weight of the name field: a term found there once counts as fully found."""

_COMMON = 400
"""Documents that share a term before it is passed over."""
_MOST_UNKNOWN = 0.8
"""Unknown terms count at most this share of the known ones."""


class Field(Struct, frozen=True):
    """Hold the terms of one field of one document and the weight of the field."""

    weight: float
    terms: Sequence[str]


class Found(Struct, frozen=True):
    """Hold the share (0 to 1) of a query that each document answers; documents without any are absent."""

    shares: Mapping[int, float]
    weight: float
    """The sum of the information of all query terms, known or not."""


class Channel(Struct, frozen=True, kw_only=True):
    """Hold the postings of one kind of term; immutable."""

    postings: "Mapping[str, tuple[array[int], array[float]]]"  # array is not subscriptable at run time in 3.11
    """Term to documents and their weights, 0 to about 1, already saturated."""
    information: Mapping[str, float]
    """Term to inverse document frequency."""
    unknown: float
    """The information of a term that no document has."""
    documents: int

    @staticmethod
    def of(documents: list[Sequence[Field]]) -> "Channel":
        """Build the postings; documents are numbered by their place.

        The list is emptied on the way: to let go of some hundred thousand terms at once would hold the interpreter for a
        tenth of a second, which everybody who is served meanwhile would notice.
        """
        count, lengths = len(documents), _average_lengths(documents)
        weights: dict[str, tuple[array[int], array[float]]] = {}
        documents.reverse()
        for number in range(count):
            for term, frequency in _frequencies(documents.pop(), lengths).items():
                numbers, values = weights.setdefault(term, (array("L"), array("f")))
                numbers.append(number)
                values.append(_saturated(frequency))
        information = {term: _information(len(numbers), count) for term, (numbers, _) in weights.items()}
        return Channel(postings=weights, information=information, unknown=_information(1, count), documents=count)

    def search(self, terms: Iterable[str], *, unknown_share: float) -> Found:
        """Return how much of these terms' information each document holds.

        Args:
            terms: a repeated term counts once.
            unknown_share: how much a term that no document has counts against all of them, 0 to 1.
        """
        known = unknown = 0.0
        found = []
        for term in self._telling(dict.fromkeys(terms)):
            information = self.information.get(term)
            if information is None:
                unknown += self.unknown * unknown_share
            else:
                known += information
                found.append((information, *self.postings[term]))
        # A long story must not drown the question inside it.
        total = known + min(unknown, _MOST_UNKNOWN * known) if known else unknown
        return Found(self._shares(found, total=total) if known else {}, total)

    def _shares(self, found: "list[tuple[float, array[int], array[float]]]", *, total: float) -> dict[int, float]:
        """Return the share of the total that each document holds of the terms found."""
        amounts, holding = [0.0] * self.documents, set[int]()
        for information, numbers, values in found:
            # Here a search spends its time: a list and a set are twice as fast as one dictionary.
            holding.update(numbers)
            for number, value in zip(numbers, values):  # noqa: B905 - built together, and looking costs a tenth
                amounts[number] += information * value
        return {number: amounts[number] / total for number in holding}

    def _telling(self, terms: Iterable[str]) -> list[str]:
        """Return the terms without those that very many documents share, unless there are no others.

        They tell little and are what a search of thousands of items would spend its time on.
        """
        asked = list(terms)
        rare = [term for term in asked if term not in self.postings or len(self.postings[term][0]) <= _COMMON]
        return rare if any(term in self.postings for term in rare) else asked


def _information(holding: int, count: int) -> float:
    return math.log(1 + (count - holding + 0.5) / (holding + 0.5))


def _saturated(frequency: float) -> float:
    """Return the BM25 saturation, scaled so that one occurrence in a name gives 1, and never more."""
    value = frequency / (SATURATION + frequency)
    full = FULL_MATCH / (SATURATION + FULL_MATCH)
    return min(1.0, value / full)


def _average_lengths(documents: Sequence[Sequence[Field]]) -> list[float]:
    slots = max((len(fields) for fields in documents), default=0)
    totals = [0] * slots
    for fields in documents:
        for slot, one in enumerate(fields):
            totals[slot] += len(one.terms)
    return [max(1.0, total / max(1, len(documents))) for total in totals]


def _frequencies(fields: Sequence[Field], lengths: Sequence[float]) -> dict[str, float]:
    """Return the weighted, length-normalised frequency of every term of a document."""
    frequencies: dict[str, float] = {}
    for one, average in zip(fields, lengths, strict=False):
        norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(one.terms) / average
        for term, count in Counter(one.terms).items():
            # An alias list repeats its object in every alias: presence counts, repetition hardly does.
            frequencies[term] = frequencies.get(term, 0.0) + one.weight * (1 + math.log(count)) / norm
    return frequencies
