"""Describe the outcome of a search, and decide what it allows: an answer, a menu or nothing."""

from enum import StrEnum

from msgspec import Struct

from services.items.model import GuideField, ItemCode
from services.items.search.settings import SearchSettings


class OutOfScope(StrEnum):
    """Say why a question is not this city's to answer."""

    OTHER_CITY = "other_city"
    PRIVATE = "private"
    ADVICE = "advice"
    FOREIGN = "foreign"


class Candidate(Struct, frozen=True, kw_only=True):
    """Hold one item that may be meant."""

    code: ItemCode
    name: str
    score: float
    """0 to 1, comparable between questions."""
    reasons: tuple[str, ...]
    """What spoke for it: ``word``, ``sound``, ``alias:换身份证``, ``grid:id_card expire`` ..."""
    is_mentioned: bool = False
    """Whether the question speaks of what it is about, and not only in words that many items hold."""


class Ranking(Struct, frozen=True, kw_only=True):
    """Hold what was found for a sentence."""

    candidates: tuple[Candidate, ...]
    """Best first; when several items are asked for at once, those come first."""
    field: GuideField | None
    """The part of the guide that is asked for; None: nothing in particular."""
    out_of_scope: OutOfScope | None
    catalogue_version: str
    support: float = 1.0
    """How surely the question is one of ours, 0 to 1: how much of it the best item explains."""
    several: int = 0
    """How many of the first candidates were asked for side by side; 0: one question."""


class Direct(Struct, frozen=True):
    """Answer with these items, usually one."""

    candidates: tuple[Candidate, ...]


class Menu(Struct, frozen=True):
    """Ask which of these is meant."""

    candidates: tuple[Candidate, ...]


class Nothing(Struct, frozen=True):
    """Say that nothing fits; ``reason`` when it is known to be out of scope."""

    reason: OutOfScope | None


Decision = Direct | Menu | Nothing


def decide(ranking: Ranking, settings: SearchSettings) -> Decision:
    """Return what a ranking allows: prefer a menu to a wrong answer."""
    if ranking.out_of_scope is not None or not ranking.candidates:
        return Nothing(ranking.out_of_scope)
    if ranking.several:
        return Direct(ranking.candidates[: ranking.several])
    best = ranking.candidates[0].score
    second = ranking.candidates[1].score if len(ranking.candidates) > 1 else 0.0
    is_sure = ranking.support >= settings.support and best >= settings.direct
    # 网约车司机要没有犯罪前科的材料: what is asked for may be the other one, however much speaks for the first.
    has_rival = any(other.is_mentioned and other.score >= settings.rival * best for other in ranking.candidates[1:])
    if is_sure and not has_rival and best - second >= settings.margin:
        return Direct(ranking.candidates[:1])
    is_near = best >= settings.menu and ranking.support >= settings.menu_support
    if is_near or (best >= settings.story and ranking.support >= settings.story_support):
        return Menu(ranking.candidates)
    return Nothing(None)
