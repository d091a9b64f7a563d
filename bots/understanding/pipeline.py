"""Understand one text: safety first, then orders and manners, then items against petitions."""

import re
from collections import OrderedDict

from msgspec import Struct
from msgspec.structs import replace

from bots.understanding.doorkeeper import Doorkeeper
from bots.understanding.evidence import Observer, log_odds
from bots.understanding.finder import Ear, Heard, KindFinder, Sign
from bots.understanding.gram_table import GramRows
from bots.understanding.kind_model import Guess, KindModel, KindScore
from bots.understanding.lexicon import Lexicon
from bots.understanding.model import LOW_SCORE, Action, Kind, Match, Understanding
from bots.understanding.petition_model import GramScore, PetitionModel
from services.items.search.matcher import Matcher
from services.items.search.ranking import Candidate, Direct, Menu, Ranking, decide
from services.items.search.settings import SearchSettings
from services.text.normalise import normalise
from services.text.pinyin import PinyinTable

REMEMBERED = 4_096
"""Understandings kept: hot questions repeat, and one costs a hundred times its look-up."""

INSULT_ALONE = 8
"""Characters beside an insult that name no matter yet."""
BARE_TOPIC = 3
"""Characters of a message that only names a topic (低保, 暖气): an item's name tells nothing of a complaint."""


class Limits(Struct, frozen=True, kw_only=True):
    """Log odds for a petition at which something else is done; chosen by cross-validation (docs: training)."""

    form: float = 0.6
    """From here a petition is taken down, whatever item it may resemble."""
    contested: float = -0.8
    """From here the citizen is asked, if an item fits too."""
    alone: float = -0.2
    """From here it is one if no item fits."""
    certain: float = 3.0
    """Added when the message says itself that it complains, reports or proposes."""
    hinted: float = 1.5
    """Added when it is worded as complaints are: 迟迟不, 合理吗."""
    asked: float = 1.5
    """Taken off when it is worded as a question, and an item explains most of it: 有没有补助, 找谁给装."""
    explained: float = 0.5
    """The support from which an item does."""
    bare: float = 1.5
    """From here even three characters are one: 没水了."""
    sound: float = 0.3
    """How much of the log odds comes from how the message sounds as a whole, see kind_model.py."""


class Sounding(Struct, frozen=True, kw_only=True):
    """Shares of the kind recogniser from which a message is of a kind though it holds no sign of it."""

    least: float = 0.6
    over_item: float = 0.85
    """Where a guide answers the message with certainty."""
    urgent: float = 0.8
    """For an emergency: a false alarm is told to call the police."""


class Parts(Struct, frozen=True, kw_only=True):
    """What the pipeline recognises by, loaded from files (bots/understanding/loader.py)."""

    lexicon: Lexicon
    table: PinyinTable
    model: PetitionModel
    kinds: KindModel
    doorkeeper: Doorkeeper
    limits: Limits = Limits()
    sounding: Sounding = Sounding()


class Pipeline:
    """The order of recognition; immutable but for the matcher's index and what it remembers."""

    def __init__(self, parts: Parts, matcher: Matcher, *, settings: SearchSettings) -> None:
        """Prepare the searches."""
        self._matcher = matcher
        self._settings = settings
        self._limits, self._sounding = parts.limits, parts.sounding
        self._sound = KindScore(parts.kinds.kinds, GramRows(parts.kinds.grams))
        self._ear = Ear(parts.table, particles=parts.lexicon.particles)
        self._finders = {kind: KindFinder(signs, self._ear) for kind, signs in parts.lexicon.kinds.items()}
        self._questions = re.compile(parts.lexicon.questions)
        self._errands = re.compile(parts.lexicon.errands)
        self._urgency = {number: order for order, number in enumerate(parts.lexicon.emergency_numbers)}
        self._doorkeeper = parts.doorkeeper
        self._observer = Observer(GramScore.of(parts.model), asks=parts.lexicon.asks, deals=parts.lexicon.deals)
        self._weights = parts.model.weights
        # Of another catalogue one goes with every one that comes: all at once would take a turn of its own.
        self._known: OrderedDict[tuple[str, str], Understanding] = OrderedDict()

    def understand(self, text: str) -> Understanding:
        """Return what a text means; never raises, whatever the text."""
        key = (self._matcher.index.catalogue.version, text)
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        understanding = self._understood(normalise(text).text)
        self._known[key] = understanding
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return understanding

    def _understood(self, text: str) -> Understanding:
        heard = self._ear.hear(text)
        ranking = self._matcher.rank(text)
        return (
            self._emergency(heard)
            or self._ordered(heard, ranking)
            or self._manners(heard)
            or self._elsewhere(text, ranking)
            or self._hall(heard, ranking)
            or self._without_sign(heard, ranking)
        )

    def _without_sign(self, heard: Heard, ranking: Ranking) -> Understanding:
        guess = self._sound.guess(heard.text)
        return self._by_sound(heard, ranking, guess=guess) or self._item_or_petition(heard, ranking, guess=guess)

    def _emergency(self, heard: Heard) -> Understanding | None:
        signs = sorted(self._finders[Kind.EMERGENCY].all(heard), key=lambda sign: self._urgency[sign.topic])
        if not signs:
            return None
        topic, found = signs[0].topic, signs[0].found
        return Understanding(kind=Kind.EMERGENCY, action=Action.CARD, rule=f"emergency:{found}", topic=topic)

    def _ordered(self, heard: Heard, ranking: Ranking) -> Understanding | None:
        """Recognise orders by their signs; the first kind of `_ORDERS` that has one."""
        for kind, action in _ORDERS:
            sign = self._finders[kind].find(heard)
            if sign is not None and not (kind in _YIELDING and self._is_sure_item(ranking)):
                return _known(kind, action, sign=sign, ranking=ranking)
        return None

    def _is_sure_item(self, ranking: Ranking) -> bool:
        """Tell whether a guide answers the message, and the part of it that is asked for was named."""
        return ranking.field is not None and isinstance(decide(ranking, self._settings), Direct)

    def _manners(self, heard: Heard) -> Understanding | None:
        sign = self._finders[Kind.SMALLTALK].find(heard)
        if sign is None:
            return None
        rule = f"smalltalk:{sign.topic}"
        return Understanding(kind=Kind.SMALLTALK, action=Action.CARD, rule=rule, topic=sign.topic)

    def _elsewhere(self, text: str, ranking: Ranking) -> Understanding | None:
        door = self._doorkeeper.find(text)
        if door is None:
            return None
        return _known(Kind.NOT_ACCEPTED, Action.CARD, sign=Sign(door, door), ranking=ranking)

    def _hall(self, heard: Heard, ranking: Ranking) -> Understanding | None:
        sign = self._finders[Kind.HALL].find(heard)
        return None if sign is None else self._about_hall(heard, ranking, sign=sign)

    def _about_hall(self, heard: Heard, ranking: Ranking, *, sign: Sign) -> Understanding:
        # Which of several siblings is meant hardly matters to where it is handled, so no margin is asked for.
        is_clear = _best(ranking) >= self._settings.direct and ranking.support >= self._settings.menu_support
        names_item = is_clear and self._errands.search(heard.text) is not None
        return replace(_known(Kind.HALL, Action.CARD, sign=sign, ranking=ranking), answered=int(names_item))

    def _by_sound(self, heard: Heard, ranking: Ranking, *, guess: Guess) -> Understanding | None:
        """Recognise a kind by how the message sounds, where nothing in it is a sign of one."""
        kind, share = guess.best, guess.share(guess.best)
        action = _SOUNDING.get(kind)
        least = self._sounding.urgent if kind is Kind.EMERGENCY else self._sounding.least
        if action is None or share < least or self._finders[kind].rules_out(heard):
            return None
        if share < self._sounding.over_item and isinstance(decide(ranking, self._settings), Direct):
            return None
        sign = Sign("", f"sounds:{share:.2f}")
        if kind is Kind.HALL:
            return replace(self._about_hall(heard, ranking, sign=sign), is_guess=True)
        return replace(_known(kind, action, sign=sign, ranking=ranking), is_guess=True)

    def _item_or_petition(self, heard: Heard, ranking: Ranking, *, guess: Guess) -> Understanding:
        """Weigh item against petition; an insult with nothing beside it is only that."""
        said = self._finders[Kind.PETITION].find(heard)
        insults = () if said and said.topic else tuple(self._finders[Kind.ABUSE].all(heard))
        odds = log_odds(self._observer.observe(heard.text, ranking), self._weights)
        odds += self._limits.sound * guess.odds(Kind.PETITION, (Kind.ITEM, Kind.OUT_OF_SCOPE))
        if said:
            odds += self._limits.certain if said.topic else self._limits.hinted
        elif ranking.support >= self._limits.explained and self._questions.search(heard.text):
            odds -= self._limits.asked
        decision = decide(ranking, self._settings)
        if insults and len(_without(heard.bare, insults)) <= INSULT_ALONE and not isinstance(decision, Direct):
            return _known(Kind.ABUSE, Action.CARD, sign=insults[0], ranking=ranking)
        rule = f"petition:{said.found}" if said else f"petition:{odds:.1f}"
        is_bare = not said and len(heard.bare) <= BARE_TOPIC
        action = self._petition_action(odds, ranking, is_bare=is_bare, is_worded=said is not None)
        return _petition(ranking, rule, sign=said, action=action) if action else _item(ranking, decision)

    def _petition_action(self, odds: float, ranking: Ranking, *, is_bare: bool, is_worded: bool) -> Action | None:
        """Return whether a form is opened or the citizen asked which is meant; None when it is no petition.

        Words of private life (会员卡, 座位) rule a petition out only where nothing is worded as a complaint (不给退).
        """
        fits_item = isinstance(decide(ranking, self._settings), Direct | Menu)
        if is_bare:
            return Action.FORM if odds >= self._limits.bare and not fits_item else None
        if odds >= self._limits.form:
            return Action.FORM
        if fits_item:
            return Action.MENU if odds >= self._limits.contested else None
        may_be_one = is_worded or ranking.out_of_scope is None
        return Action.FORM if odds >= self._limits.alone and may_be_one else None


_ORDERS: tuple[tuple[Kind, Action], ...] = (
    (Kind.HANDOFF, Action.HANDOFF),
    (Kind.WITHDRAW, Action.CARD),
    (Kind.REDO, Action.CARD),
    (Kind.PRAISE, Action.CARD),
    (Kind.PROGRESS, Action.CARD),
)
_SOUNDING: dict[Kind, Action] = {
    **{kind: action for kind, action in _ORDERS if kind is not Kind.REDO},
    Kind.EMERGENCY: Action.CARD,
    Kind.SMALLTALK: Action.CARD,
    Kind.ABUSE: Action.CARD,
    Kind.HALL: Action.CARD,
}
"""Kinds that are known by their sound too. A redo is not, for it is done without a question back; nor are matters that
belong elsewhere: which door it is, a rule must say."""
_YIELDING = frozenset({Kind.WITHDRAW, Kind.REDO})
"""Kinds whose signs also stand in questions about items: 身份证重新办理一次要带什么."""


def _without(text: str, signs: tuple[Sign, ...]) -> str:
    """Return a text without the signs found in it."""
    for sign in signs:
        text = text.replace(sign.found, "")
    return text


def _known(kind: Kind, action: Action, *, sign: Sign, ranking: Ranking) -> Understanding:
    return Understanding(
        kind=kind,
        action=action,
        rule=f"{kind}:{sign.found}",
        matches=_matches(ranking.candidates),
        field=ranking.field,
        topic=sign.topic,
    )


def _petition(ranking: Ranking, rule: str, *, sign: Sign | None, action: Action) -> Understanding:
    is_contested = action is Action.MENU
    return Understanding(
        kind=Kind.PETITION,
        action=action,
        rule=f"item_or_{rule}" if is_contested else rule,
        score=_best(ranking),
        matches=_matches(ranking.candidates),
        field=ranking.field,
        topic=sign.topic if sign else "",
        rival=Kind.ITEM if is_contested else None,
    )


def _item(ranking: Ranking, decision: object) -> Understanding:
    found = Understanding(
        kind=Kind.ITEM,
        action=Action.MENU,
        rule="menu",
        score=_best(ranking),
        matches=_matches(ranking.candidates),
        field=ranking.field,
    )
    match decision:
        case Direct(candidates):
            rule = _rule(candidates[0])
            return replace(found, action=Action.ANSWER, rule=rule, answered=len(candidates))
        case Menu():
            return found
        case _:
            rule = f"out_of_scope:{ranking.out_of_scope}" if ranking.out_of_scope else LOW_SCORE
            return replace(found, kind=Kind.OUT_OF_SCOPE, action=Action.REJECT, rule=rule)


def _best(ranking: Ranking) -> float:
    return ranking.candidates[0].score if ranking.candidates else 0.0


def _matches(candidates: tuple[Candidate, ...]) -> tuple[Match, ...]:
    return tuple(Match(code=c.code, name=c.name, score=c.score, rule=_rule(c)) for c in candidates[:5])


def _rule(candidate: Candidate) -> str:
    return ",".join(candidate.reasons[:3])
