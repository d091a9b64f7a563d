"""The bodies of calls to plug-ins. Source: docs/plugins-interface.md."""

from msgspec import Struct

from services.items.model import ItemCode


class CandidateBody(Struct, frozen=True, kw_only=True):
    """One candidate; ``score`` is our own, 0 to 1."""

    code: ItemCode
    name: str
    score: float


class RankBody(Struct, frozen=True, kw_only=True):
    """A question to a ranker; personal data in ``text`` is masked already."""

    text: str
    candidates: tuple[CandidateBody, ...]
    deadline_ms: int


class RankAnswer(Struct, frozen=True, kw_only=True):
    """A ranker's answer: every code once, best first, and whether the first is meant for certain."""

    order: tuple[ItemCode, ...]
    sure: bool = False


class RewriteBody(Struct, frozen=True, kw_only=True):
    """A question to a rewriter."""

    text: str
    deadline_ms: int


class RewriteAnswer(Struct, frozen=True, kw_only=True):
    """A rewriter's answer; empty when no wording is better."""

    text: str
