"""Understand one text: safety first, then manners and orders, then items against petitions."""

from bots.understanding.lexicon import Lexicon
from bots.understanding.model import Action, Kind, Match, Understanding
from services.items.search.matcher import Matcher
from services.items.search.phrases import PhraseFinder
from services.items.search.ranking import Candidate, Direct, Menu, Nothing, Ranking, decide
from services.items.search.settings import SearchSettings
from services.text.normalise import normalise

SMALLTALK_LONGEST = 12
"""A longer text says more than hello."""


class Pipeline:
    """The order of recognition; immutable but for the matcher's index."""

    def __init__(self, lexicon: Lexicon, matcher: Matcher, *, settings: SearchSettings) -> None:
        """Prepare the phrase searches."""
        self._matcher = matcher
        self._settings = settings
        self._not_emergency = PhraseFinder(dict.fromkeys(lexicon.not_emergency, ""))
        self._emergency = PhraseFinder(_topics(lexicon.emergency))
        self._smalltalk = PhraseFinder(_topics(lexicon.smalltalk))
        self._fixed = PhraseFinder(
            {
                **dict.fromkeys(lexicon.abuse, Kind.ABUSE),
                **dict.fromkeys(lexicon.petition, Kind.PETITION),
                **dict.fromkeys(lexicon.progress, Kind.PROGRESS),
                **dict.fromkeys(lexicon.praise, Kind.PRAISE),
                **dict.fromkeys(lexicon.redo, Kind.REDO),
                **dict.fromkeys(lexicon.withdraw, Kind.WITHDRAW),
                **dict.fromkeys(lexicon.handoff, Kind.HANDOFF),
            }
        )

    def understand(self, text: str) -> Understanding:
        """Return what a text means; never raises, whatever the text."""
        normal = normalise(text).text
        ranking = self._matcher.rank(normal)
        return self._safety(normal) or self._ordered(normal, ranking) or self._item(normal, ranking)

    def _safety(self, text: str) -> Understanding | None:
        hits = self._emergency.find(self._not_emergency.cut(text, mark=" "))
        if not hits:
            return None
        return Understanding(
            kind=Kind.EMERGENCY, action=Action.CARD, rule=f"emergency:{hits[0].phrase}", topic=hits[0].meaning
        )

    def _ordered(self, text: str, ranking: Ranking) -> Understanding | None:
        """Recognise orders and complaints by fixed phrases; the kind named last in `_PRECEDENCE` gives way."""
        found = {hit.meaning: hit.phrase for hit in self._fixed.find(text)}
        for kind, action in _PRECEDENCE:
            if kind in found:
                return Understanding(
                    kind=kind,
                    action=action,
                    rule=f"{kind}:{found[kind]}",
                    matches=_matches(ranking.candidates),
                    field=ranking.field,
                )
        return None

    def _item(self, text: str, ranking: Ranking) -> Understanding:
        matches = _matches(ranking.candidates)
        score = ranking.candidates[0].score if ranking.candidates else 0.0
        match decide(ranking, self._settings):
            case Direct(candidates):
                return Understanding(
                    kind=Kind.ITEM,
                    action=Action.ANSWER,
                    rule=_rule(candidates[0]),
                    score=score,
                    matches=matches,
                    answered=len(candidates),
                    field=ranking.field,
                )
            case Menu():
                return Understanding(
                    kind=Kind.ITEM, action=Action.MENU, rule="menu", score=score, matches=matches, field=ranking.field
                )
            case Nothing(reason):
                small = self._smalltalk.find(text)
                if small and len(text) <= SMALLTALK_LONGEST:
                    topic = small[0].meaning
                    return Understanding(
                        kind=Kind.SMALLTALK, action=Action.CARD, rule=f"smalltalk:{topic}", topic=topic
                    )
                return Understanding(
                    kind=Kind.OUT_OF_SCOPE,
                    action=Action.REJECT,
                    rule=f"out_of_scope:{reason or 'low_score'}",
                    score=score,
                    matches=matches,
                    field=ranking.field,
                )


_PRECEDENCE: tuple[tuple[Kind, Action], ...] = (
    (Kind.HANDOFF, Action.HANDOFF),
    (Kind.WITHDRAW, Action.CARD),
    (Kind.REDO, Action.CARD),
    (Kind.PRAISE, Action.CARD),
    (Kind.PROGRESS, Action.CARD),
    (Kind.PETITION, Action.FORM),
    (Kind.ABUSE, Action.CARD),
)


def _topics(phrases: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {phrase: topic for topic, several in phrases.items() for phrase in several}


def _matches(candidates: tuple[Candidate, ...]) -> tuple[Match, ...]:
    return tuple(Match(code=c.code, name=c.name, score=c.score, rule=_rule(c)) for c in candidates[:5])


def _rule(candidate: Candidate) -> str:
    return ",".join(candidate.reasons[:3])
