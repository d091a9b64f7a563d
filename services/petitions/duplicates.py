"""Find petitions about the same matter, and say why they seem to be (重复件提示).

Same place, same first level, within thirty days, and words alike: text alone is not enough, for it also pairs the same
complaint from two ends of the city (reference: bot section 2). A person decides; nothing is merged here.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from heapq import nlargest

from msgspec import Struct

from services.database.collection import Collection, Range
from services.petitions.features import GRAM, cleaned, cleaned_body, gram_counts
from services.petitions.model import Petition
from services.petitions.model_file import Counts
from services.petitions.transitions import Status

WITHIN = timedelta(days=30)
LIKE_ENOUGH = 0.30
"""Cosine of weighted n-grams from which a person should look."""
NEAR_M = 250.0
"""Metres between two measured points that are one place; farther apart they are two, whatever the words."""
SHOWN = 3
LOOKED_AT = 200
"""Newest petitions of one place and first level: about a month of a busy street."""
_WORDS_SHOWN = 6
_EARTH_M = 6_371_000.0
_SET_ASIDE = frozenset({Status.WITHDRAWN, Status.NOT_ACCEPTED})


class Similar(Struct, frozen=True, kw_only=True):
    """One petition that may be about the same matter.

    Args:
        likeness: of the words, 0 to 1.
        same_street: whether the place is known down to the street, else only the district is the same.
        distance_m: between the two points where both were measured.
        days: between the two filings.
        words: the longest phrases of this one that the other has too, for whoever has to judge.
    """

    number: str
    status: Status
    filed_at: datetime
    likeness: float
    same_street: bool
    distance_m: int | None
    days: int
    words: tuple[str, ...]


class DuplicateFinder:
    """Look for petitions about the same matter."""

    def __init__(self, petitions: Collection[Petition], counts: Counts) -> None:
        """Take the petitions and the classifier's counts, by which a rare n-gram says more than a common one."""
        self._petitions = petitions
        self._weights = Weights(counts)

    async def similar_to(self, petition: Petition) -> tuple[Similar, ...]:
        """Return up to three petitions filed in the thirty days before that seem to be about the same, likest first.

        A petition without a known place has none.
        """
        if petition.place_key is None:
            return ()
        page = await self._petitions.query(
            "place",
            {"place_key": petition.place_key, "level1": petition.level1},
            within=Range(at_least=petition.filed_at - WITHIN, below=petition.filed_at + timedelta(microseconds=1)),
            descending=True,
            limit=LOOKED_AT,
        )
        # Two hundred comparisons take some 15 ms: not on the event loop.
        return await asyncio.to_thread(ranked, petition, page.documents, weights=self._weights)


class Weights:
    """Weigh n-grams by how rare they are among the petitions the classifier was trained on."""

    def __init__(self, counts: Counts) -> None:
        """Weigh every known n-gram once."""
        totals = {gram: sum(found[1::2]) for gram, found in counts.grams.items()}
        everything = sum(totals.values())
        self._unknown = math.log(1.0 + everything)
        self._weights = {gram: math.log(1.0 + everything / (1.0 + total)) for gram, total in totals.items()}

    def vector(self, title: str, text: str) -> dict[str, float]:
        """Return the weighted n-grams of a text, of length one; empty for a text without any."""
        counts: Counter[str] = gram_counts(title, text)
        vector = {gram: math.sqrt(count) * self.of(gram) for gram, count in counts.items()}
        length = math.sqrt(sum(value * value for value in vector.values()))
        return {gram: value / length for gram, value in vector.items()}

    def of(self, gram: str) -> float:
        """Return the weight of one n-gram; one never seen is rarer than any."""
        return self._weights.get(gram, self._unknown)


def ranked(petition: Petition, others: Iterable[Petition], *, weights: Weights) -> tuple[Similar, ...]:
    """Return the likest of others that are near enough and like enough."""
    own = weights.vector(petition.title, petition.text)
    found = []
    for other in others:
        if other.id == petition.id or other.status in _SET_ASIDE:
            continue
        distance = distance_m(petition, other)
        if distance is not None and distance > NEAR_M:
            continue
        vector = weights.vector(other.title, other.text)
        likeness = cosine(own, vector)
        if likeness >= LIKE_ENOUGH:
            found.append(
                Similar(
                    number=other.number,
                    status=other.status,
                    filed_at=other.filed_at,
                    likeness=round(likeness, 3),
                    same_street=bool(petition.place.street),
                    distance_m=None if distance is None else round(distance),
                    days=(petition.filed_at - other.filed_at).days,
                    words=_phrases(petition, own.keys() & vector.keys()),
                )
            )
    return tuple(nlargest(SHOWN, found, key=lambda similar: (similar.likeness, similar.number)))


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine of two vectors of length one."""
    shorter, longer = sorted((one, other), key=len)
    return sum(value * longer.get(gram, 0.0) for gram, value in shorter.items())


def distance_m(one: Petition, other: Petition) -> float | None:
    """Return the metres between two measured places (haversine); None when one was not measured."""
    points = (one.place.lat, one.place.lng, other.place.lat, other.place.lng)
    if any(value is None for value in points):
        return None
    lat, lng, other_lat, other_lng = (math.radians(value) for value in points if value is not None)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((other_lng - lng) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(half))


def _phrases(petition: Petition, shared: set[str]) -> tuple[str, ...]:
    """Return the longest stretches of a petition all of whose n-grams the other has too, longest first."""
    text = f"{cleaned(petition.title)}\n{cleaned_body(petition.text)}"
    stretches: dict[str, None] = {}
    begins = 0
    for place in range(len(text)):
        if text[place : place + GRAM] not in shared:
            if place > begins:
                stretches[text[begins : place + GRAM - 1]] = None
            begins = place + 1
    return tuple(sorted(stretches, key=len, reverse=True)[:_WORDS_SHOWN])
