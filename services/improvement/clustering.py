"""Group questions that mean about the same by the pairs of characters they share; pure, and the order does not matter.

Character pairs weighed by how few questions hold them, compared by cosine (reference: bot.md 2). A question joins the
most alike of those that were asked more often, if it is at least so much alike; else it stands for a group itself. The
inverted index holds only what stands for a group, so thousands of questions cost seconds of a thread, not minutes.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from services.improvement.model import OpenQuestion, Reason
from services.text.normalise import normalise

ALIKE = 0.5
"""The least cosine of one group. Of the 1,278 questions in evaluation/data, all worded differently on purpose, 77 join
another at 0.5, more than half of them one about the same item; at 0.35 it is 196 and two fifths."""
LONGEST = 60
"""Characters of a question that are compared."""
WORDINGS_MOST = 200
"""Wordings that are shown of a group; all of them are counted."""
_AS_IF_MORE = 100
"""Questions that are thought of beside the real ones, a tenth of them holding any pair."""
_COMMON = 300
"""Groups that share a pair before it is passed over in looking for the most alike."""

Vector = Mapping[str, float]


class Cluster(Struct, frozen=True, kw_only=True):
    """Questions that mean about the same, under the one that was asked most often.

    Args:
        id: follows from the representative, see `question_key`.
        question: the representative as somebody typed it.
        wordings: one form of each question, most frequent first.
        keys: the same questions as `question_key` knows them.
        reasons: how often for which reason.
        items: what was answered to no use.
    """

    id: str
    question: str
    count: int
    first_seen: datetime
    last_seen: datetime
    wordings: tuple[str, ...]
    keys: tuple[str, ...]
    reasons: Mapping[Reason, int]
    items: tuple[str, ...]


class _Asked:
    """One question in normal form with everybody who asked it."""

    def __init__(self, text: str, times: list[OpenQuestion]) -> None:
        self.text = text
        self.times = sorted(times, key=lambda one: (one.at, one.id))

    @property
    def rank(self) -> tuple[int, int, str]:
        """Most often first, then the shorter, which says less beside the matter."""
        return (-len(self.times), len(self.text), self.text)


def question_key(text: str) -> str:
    """Return the id of a question by its normal form: however it was typed, it is the same."""
    return f"q_{hashlib.blake2b(_normal(text).encode(), digest_size=10).hexdigest()}"


def clustered(questions: Iterable[OpenQuestion]) -> tuple[Cluster, ...]:
    """Return the groups, most questions first; blocks: some seconds for 5,000 different questions."""
    asked = _by_text(questions)
    vectors = _vectors([one.text for one in asked])
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    groups: list[list[_Asked]] = []
    for one, vector in zip(asked, vectors, strict=True):
        nearest = _nearest(vector, index)
        if nearest is None:
            for pair, weight in vector.items():
                index[pair].append((len(groups), weight))
            groups.append([one])
        else:
            groups[nearest].append(one)
    return tuple(sorted(map(_cluster, groups), key=lambda one: (-one.count, one.question)))


def _by_text(questions: Iterable[OpenQuestion]) -> list[_Asked]:
    """Return what was asked, in an order that does not depend on the order given."""
    by_text: dict[str, list[OpenQuestion]] = defaultdict(list)
    for question in questions:
        if normal := _normal(question.text):
            by_text[normal].append(question)
    return sorted((_Asked(text, times) for text, times in by_text.items()), key=lambda one: one.rank)


def _vectors(texts: Sequence[str]) -> list[Vector]:
    """Return the weighed pairs of each text, of length 1."""
    pairs = [Counter(_pairs(text)) for text in texts]
    held = Counter(pair for one in pairs for pair in one)
    vectors: list[Vector] = []
    for one in pairs:
        weights = {pair: count * _telling(held[pair], len(texts)) for pair, count in sorted(one.items())}
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        vectors.append({pair: weight / length for pair, weight in weights.items()})
    return vectors


def _telling(holding: int, count: int) -> float:
    """Return how much a pair tells; few questions must not make what they share look common."""
    return math.log(1 + (count + _AS_IF_MORE) / (holding + _AS_IF_MORE / 10))


def _nearest(vector: Vector, index: Mapping[str, list[tuple[int, float]]]) -> int | None:
    """Return the group most alike, the earlier of two that are equally so; None when none is alike enough."""
    likeness: dict[int, float] = defaultdict(float)
    for pair, weight in vector.items():
        postings = index.get(pair, [])
        if len(postings) <= _COMMON:
            for group, other in postings:
                likeness[group] += weight * other
    best = max(likeness.items(), key=lambda one: (round(one[1], 9), -one[0]), default=None)
    return best[0] if best is not None and best[1] >= ALIKE else None


def _cluster(group: list[_Asked]) -> Cluster:
    lead = group[0]
    times = [time for one in group for time in one.times]
    reasons = Counter(time.reason for time in times)
    return Cluster(
        id=question_key(lead.text),
        question=lead.times[-1].text,
        count=len(times),
        first_seen=min(time.at for time in times),
        last_seen=max(time.at for time in times),
        wordings=tuple(one.times[-1].text for one in group[:WORDINGS_MOST]),
        keys=tuple(question_key(one.text) for one in group),
        reasons={reason: reasons[reason] for reason in Reason if reasons[reason]},
        items=tuple(sorted({time.item for time in times if time.item})),
    )


def _normal(text: str) -> str:
    return "".join(character for character in normalise(text).text[:LONGEST] if character.isalnum())


def _pairs(text: str) -> list[str]:
    """Return the pairs of characters; a text of one character is its own."""
    return list(map("".join, pairwise(text))) or [text]
