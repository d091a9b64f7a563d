"""Score documents by one kind of term (words, character grams, sounds) with BM25F."""

import math
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from services.steps import Steps

SATURATION = 1.2  # k1
LENGTH_WEIGHT = 0.3  # b; both from the reference on the bot, section 4
FULL_MATCH = 3.0
"""The weight of the name field: a term found there once counts as fully found."""

_COMMON = 400
"""Documents that share a term before it is passed over."""
_MOST_UNKNOWN = 0.8
"""Unknown terms count at most this share of the known ones."""


class Field(Struct, frozen=True, gc=False):
    """Hold the terms of one field of one document; kept from one publication to the next, so it is small."""

    length: int
    """How many terms the field has, repetitions counted."""
    terms: tuple[str, ...]
    """Each once."""
    amounts: "array[float]"  # array is not subscriptable at run time in 3.11
    """How much of each term, weighted by the field."""

    @staticmethod
    def of(weight: float, terms: Sequence[str]) -> "Field":
        """Count the terms of a field of this weight."""
        counts = Counter(terms)
        return Field(
            len(terms),
            # Thousands of documents share their terms.
            tuple(map(sys.intern, counts)),
            # An alias list repeats its object in every alias: presence counts, repetition hardly does.
            array("f", [weight * (1 + math.log(count)) for count in counts.values()]),
        )


class Found(Struct, frozen=True):
    """Hold the share (0 to 1) of a query that each document answers; documents without any are absent."""

    shares: Mapping[int, float]
    weight: float
    """The sum of the information of all query terms, known or not."""


class Channel(Struct, frozen=True, kw_only=True):
    """Hold the postings of one kind of term; immutable.

    The documents of all terms stand in one array, term after term: ten thousand small arrays take more memory, and the
    garbage collector and whoever drops them must visit each.
    """

    numbers: Mapping[str, int]
    """Term to its number."""
    starts: "array[int]"
    """Where the postings of each term begin, by its number; behind the last, where they end."""
    documents: "array[int]"
    """The documents that hold a term, ascending."""
    weights: "array[float]"
    """... and how much of it each has, 0 to about 1, already saturated."""
    information: "array[float]"
    """Inverse document frequency, by how many documents hold a term."""
    count: int
    """How many documents there are."""

    @staticmethod
    def building(documents: Sequence[Sequence[Field]]) -> Steps["Channel"]:
        """Build the postings; documents are numbered by their place."""
        held: dict[str, int] = {}
        for fields in documents:
            for term in _terms(fields):
                held[term] = held.get(term, 0) + 1
            yield
        starts = _running_sums(held.values())
        numbers = dict(zip(held, range(len(held)), strict=True))
        yield
        free, lengths = starts[:], _average_lengths(documents)
        holding, weights = array("I", [0]) * starts[-1], array("f", [0]) * starts[-1]
        for document, fields in enumerate(documents):
            for term, frequency in _frequencies(fields, lengths).items():
                number = numbers[term]
                place = free[number]
                free[number] = place + 1
                holding[place] = document
                weights[place] = _saturated(frequency)
            yield
        return Channel(
            numbers=numbers,
            starts=starts,
            documents=holding,
            weights=weights,
            information=array("d", [_information(holders, len(documents)) for holders in range(len(documents) + 2)]),
            count=len(documents),
        )

    def search(self, terms: Iterable[str], *, unknown_share: float) -> Found:
        """Return how much of these terms' information each document holds.

        Args:
            terms: a repeated term counts once.
            unknown_share: how much a term that no document has counts against all of them, 0 to 1.
        """
        places, strangers = self._places(terms)
        known = sum(self.information[end - start] for start, end in places)
        unknown = strangers * self.information[1] * unknown_share
        # A long story must not drown the question inside it.
        total = known + min(unknown, _MOST_UNKNOWN * known) if known else unknown
        return Found(self._shares(places, total=total) if known else {}, total)

    def holds(self, document: int, term: str) -> bool:
        """Tell whether a document holds a term."""
        number = self.numbers.get(term)
        if number is None:
            return False
        end = self.starts[number + 1]
        place = bisect_left(self.documents, document, self.starts[number], end)
        return place < end and self.documents[place] == document

    def information_of(self, term: str) -> float:
        """Return how much a term tells that some document holds."""
        number = self.numbers[term]
        return self.information[self.starts[number + 1] - self.starts[number]]

    def _places(self, terms: Iterable[str]) -> tuple[list[tuple[int, int]], int]:
        """Return where the postings of the telling terms stand, and how many terms no document has.

        Those that very many documents share are left out, unless there are no others: they tell little and are what a
        search of thousands of items would spend its time on.
        """
        numbers, starts = self.numbers, self.starts
        rare, common, strangers = list[tuple[int, int]](), list[tuple[int, int]](), 0
        for term in dict.fromkeys(terms):
            number = numbers.get(term)
            if number is None:
                strangers += 1
                continue
            start, end = starts[number], starts[number + 1]
            (rare if end - start <= _COMMON else common).append((start, end))
        return rare or common, strangers

    def _shares(self, places: Iterable[tuple[int, int]], *, total: float) -> dict[int, float]:
        """Return the share of the total that each document holds of the terms found."""
        amounts, holding = [0.0] * self.count, set[int]()
        for start, end in places:
            # Here a search spends its time: a list and a set are twice as fast as one dictionary.
            information, documents = self.information[end - start], self.documents[start:end]
            holding.update(documents)
            for document, weight in zip(documents, self.weights[start:end]):  # noqa: B905 - looking costs a tenth
                amounts[document] += information * weight
        return {document: amounts[document] / total for document in holding}


def _terms(fields: Sequence[Field]) -> Iterable[str]:
    """Return every term of a document once."""
    return dict.fromkeys(term for field in fields for term in field.terms)


def _running_sums(amounts: Iterable[int]) -> "array[int]":
    """Return what stands before each amount, and behind the last the sum of all."""
    sums, total = array("I", [0]), 0
    for amount in amounts:
        total += amount
        sums.append(total)
    return sums


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
        for slot, field in enumerate(fields):
            totals[slot] += field.length
    return [max(1.0, total / max(1, len(documents))) for total in totals]


def _frequencies(fields: Sequence[Field], lengths: Sequence[float]) -> dict[str, float]:
    """Return the weighted, length-normalised frequency of every term of a document."""
    frequencies: dict[str, float] = {}
    for field, average in zip(fields, lengths, strict=False):
        norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * field.length / average
        for term, amount in zip(field.terms, field.amounts, strict=True):
            frequencies[term] = frequencies.get(term, 0.0) + amount / norm
    return frequencies
