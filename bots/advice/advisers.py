"""Let plug-ins help with what the bot is unsure of, and take from them nothing but the catalogue's own answers.

Asked are only questions about items that end in a menu or, for a low score, in nothing. A plug-in lifts by one step at
most: of a menu it may have another order or its first item answered, of nothing it may make a menu. Everything else -
emergencies, hand-off, forms, petitions, what is known to be out of scope - it never sees.
"""

import asyncio

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bots.advice.breaker import Limits
from bots.advice.figures import Figures, Outcome
from bots.advice.guard import Guard
from bots.advice.ports import Ranker, Rewriter
from bots.ports import Understander
from bots.understanding.model import LOW_SCORE, Action, Kind, Match, Understanding
from services.clock import Clock
from services.items.search.preference import Preference, is_order_of
from services.items.search.ranking import Candidate
from services.public_list.masking import masked

LONGEST = 200
"""Characters of a text that is offered, and of a wording that is taken; more is a story, not a question."""
RANKER = "ranker"
REWRITER = "rewriter"


class Plugins(Struct, frozen=True, kw_only=True):
    """Whom to ask; at least one is given."""

    ranker: Ranker | None = None
    rewriter: Rewriter | None = None


class Advisers:
    """The plug-ins behind their limits."""

    def __init__(self, plugins: Plugins, *, understander: Understander, limits: Limits, clock: Clock) -> None:
        """Take the plug-ins, and our own understanding for what a rewriter proposes."""
        self._ranker = plugins.ranker
        self._rewriter = plugins.rewriter
        self._understander = understander
        self._patience_s = limits.deadline_ms / 1_000
        self.figures = Figures()
        self._ranking = Guard(RANKER, limits=limits, clock=clock, figures=self.figures)
        self._rewriting = Guard(REWRITER, limits=limits, clock=clock, figures=self.figures)

    def resting(self) -> dict[tuple[str, ...], float]:
        """Return 1 for every plug-in that is left alone now, 0 for the others."""
        return {(guard.plugin,): float(guard.breaker.is_open) for guard in (self._ranking, self._rewriting)}

    async def advised(self, text: str, understanding: Understanding) -> Understanding:
        """Return the understanding, better where a plug-in could help; always by the deadline."""
        is_miss = _is_miss(understanding)
        if not (is_miss or _is_menu(understanding)) or len(text) > LONGEST:
            return understanding
        words = masked(text).text
        until = asyncio.get_running_loop().time() + self._patience_s
        if is_miss and self._rewriter is not None:
            reworded = await self._reworded(self._rewriter, words, understanding=understanding, until=until)
            if reworded is not understanding:
                return reworded
        if self._ranker is not None and understanding.matches:
            return await self._ranked(self._ranker, words, understanding=understanding, until=until)
        return understanding

    async def _reworded(
        self, rewriter: Rewriter, words: str, *, understanding: Understanding, until: float
    ) -> Understanding:
        """Read another wording of a miss; what it would answer is offered, for the citizen did not say it."""
        answer = await self._rewriting.ask(lambda left: rewriter.rewrite(words, deadline=left), until=until)
        if answer is None:
            return understanding
        other = answer.value
        if not isinstance(other, str) or len(other) > LONGEST:
            self._rewriting.settle(Outcome.REFUSED)
            return understanding
        found = self._understander.understand(other) if other.strip() else understanding
        if not _offers_items(found):
            self._rewriting.settle(Outcome.KEPT)
            return understanding
        self._rewriting.settle(Outcome.USED)
        rule = f"{found.rule},{REWRITER}"
        field = understanding.field or found.field
        return replace(found, action=Action.MENU, answered=0, rule=rule, field=field)

    async def _ranked(self, ranker: Ranker, words: str, *, understanding: Understanding, until: float) -> Understanding:
        candidates = tuple(
            Candidate(code=m.code, name=m.name, score=m.score, reasons=()) for m in understanding.matches
        )
        answer = await self._ranking.ask(lambda left: ranker.rank(words, candidates, deadline=left), until=until)
        if answer is None:
            return understanding
        preference = _fitting(answer.value, understanding.matches)
        if preference is None:
            self._ranking.settle(Outcome.REFUSED)
            return understanding
        better = _lifted(understanding, preference)
        self._ranking.settle(Outcome.KEPT if better is understanding else Outcome.USED)
        return better


def _is_miss(understanding: Understanding) -> bool:
    return understanding.kind is Kind.OUT_OF_SCOPE and understanding.rule == LOW_SCORE


def _is_menu(understanding: Understanding) -> bool:
    is_open = understanding.kind is Kind.ITEM and understanding.action is Action.MENU
    return is_open and understanding.rival is None and len(understanding.matches) > 1


def _offers_items(found: Understanding) -> bool:
    return found.kind is Kind.ITEM and found.action in {Action.ANSWER, Action.MENU} and bool(found.matches)


def _fitting(value: object, matches: tuple[Match, ...]) -> Preference | None:
    """Return an answer that is an order of the very candidates that were given; it may be anything at all."""
    if not isinstance(value, Preference):
        return None
    try:
        # Python checks no types: what a stranger put into the Struct is looked at here.
        preference = msgspec.convert(msgspec.to_builtins(value), Preference)
    except (TypeError, ValueError, msgspec.MsgspecError):
        return None
    return preference if is_order_of(preference.order, tuple(match.code for match in matches)) else None


def _lifted(understanding: Understanding, preference: Preference) -> Understanding:
    """Return the understanding in the order preferred, one step surer when the ranker is sure."""
    known = {match.code: match for match in understanding.matches}
    matches = tuple(known[code] for code in preference.order)
    if _is_miss(understanding):
        # An order alone says nothing of whether any of them is meant.
        offered = replace(understanding, kind=Kind.ITEM, action=Action.MENU, rule=f"menu,{RANKER}", matches=matches)
        return offered if preference.is_sure else understanding
    if preference.is_sure:
        rule = f"{matches[0].rule},{RANKER}".lstrip(",")
        return replace(
            understanding, action=Action.ANSWER, answered=1, matches=matches, score=matches[0].score, rule=rule
        )
    if matches == understanding.matches:
        return understanding
    return replace(understanding, matches=matches, rule=f"{understanding.rule},{RANKER}")
