"""Hold how a simulated plug-in behaves, and what it makes of a question. Source: docs/plugins-interface.md."""

from enum import StrEnum
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

QUESTIONS_KEPT: Final = 1_000
FOREIGN: Final = "000000000000"
HUGE: Final = 1024 * 1024


class Manner(StrEnum):
    """How a plug-in answers."""

    GOOD = "good"  # candidates whose names share most characters with the text come first
    REVERSED = "reversed"  # the same candidates from behind
    SURE = "sure"  # the last candidate first, and certain of it
    SLOW = "slow"  # as good, after a delay
    DRIPPING = "dripping"  # status and head at once, the body after the delay
    ERROR = "error"  # a status of 500
    REDIRECT = "redirect"  # sent elsewhere
    NO_JSON = "no_json"  # 200 with a page
    WRONG_TYPES = "wrong_types"  # JSON of another shape
    EMPTY = "empty"  # names nothing
    FOREIGN = "foreign"  # an item nobody offered
    TWICE = "twice"  # one candidate twice, another left out
    LEFT_OUT = "left_out"  # one candidate left out
    HUGE = "huge"  # a megabyte
    CLOSED = "closed"  # the connection ends without an answer


class Behaviour(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how the next questions are answered.

    Attributes:
        delay_s: of slow and dripping answers.
        says: the wording a rewriter answers.
    """

    manner: Manner = Manner.GOOD
    delay_s: Annotated[float, Meta(ge=0, le=60)] = 1.0
    says: Annotated[str, Meta(max_length=5_000)] = ""


class Offered(Struct, frozen=True, kw_only=True):
    """Hold one candidate of a question."""

    code: Annotated[str, Meta(min_length=1)]
    name: str
    score: float


class RankQuestion(Struct, frozen=True, kw_only=True):
    """Hold a question to a ranker."""

    text: str
    candidates: Annotated[tuple[Offered, ...], Meta(min_length=1)]
    deadline_ms: Annotated[int, Meta(ge=1)]


class RewriteQuestion(Struct, frozen=True, kw_only=True):
    """Hold a question to a rewriter."""

    text: str
    deadline_ms: Annotated[int, Meta(ge=1)]


def ranked(question: RankQuestion, manner: Manner) -> dict[str, Any]:
    """Return what a plug-in of this manner answers."""
    good = sorted(question.candidates, key=lambda one: -len(set(one.name) & set(question.text)))
    codes = [one.code for one in good]
    backwards = [one.code for one in reversed(question.candidates)]
    by_manner: dict[Manner, dict[str, Any]] = {
        Manner.REVERSED: {"order": backwards},
        Manner.SURE: {"order": backwards, "sure": True},
        Manner.WRONG_TYPES: {"order": [1, None, {}], "sure": "yes"},
        Manner.EMPTY: {"order": [], "sure": True},
        Manner.FOREIGN: {"order": [FOREIGN, *codes[1:]], "sure": True},
        Manner.TWICE: {"order": [codes[0], *codes[:-1]] if len(codes) > 1 else codes * 2, "sure": True},
        Manner.LEFT_OUT: {"order": codes[:-1], "sure": True},
    }
    return by_manner.get(manner, {"order": codes})


def reworded(behaviour: Behaviour) -> dict[str, Any]:
    """Return what a rewriter of this behaviour answers."""
    return {"text": 7} if behaviour.manner is Manner.WRONG_TYPES else {"text": behaviour.says}
