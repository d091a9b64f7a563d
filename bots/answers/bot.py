"""Answer questions about service items and halls, from the catalogue that is current now."""

from typing import Protocol

from msgspec.structs import replace

from bots.answers import faq, guide, wording
from bots.choices import NONE
from bots.rules import DOWNVOTED
from bots.state import Dialogue, Focus
from bots.turn import Said, Turn, choices, with_menu
from bots.understanding.model import Action, Kind, Match, Understanding
from services.conversations.message import Provenance, ReplyPart, Text
from services.items.catalogue import Catalogue, ItemNotFound
from services.items.model import GuideField, ItemCode, Question, ServiceItem

ANSWERED_AT_ONCE = 2
"""Items answered directly in one reply; more would bury the citizen."""
OPTIONS_MOST = 5
OPTIONS_LEAST = 0.2
"""Share of the best score below which an item is no option: 养犬登记 beside 普通护照签发."""
REMEMBERED = 4_096
"""Questions whose closest FAQ is kept in memory."""
_ASK_MORE = Text(wording.ASK_MORE)


class Catalogues(Protocol):
    """Where the current catalogue comes from."""

    def current(self) -> Catalogue:
        """Return the catalogue now in force; it is replaced as a whole, never changed."""
        ...


class ItemAnswers:
    """Quote guides, offer menus, admit that nothing was found."""

    def __init__(self, *, catalogues: Catalogues) -> None:
        """Take the source of the catalogue."""
        self._catalogues = catalogues
        self._worded_for = ""
        self._asked: dict[tuple[ItemCode, int, float, str], Question | None] = {}
        self._worded: dict[tuple[ItemCode, GuideField | None], tuple[ReplyPart, ...]] = {}

    def direct(self, turn: Turn, understanding: Understanding, *, text: str = "") -> Said:
        """Answer the items that were understood with certainty; a single one by its FAQ where that is closer."""
        codes = [match.code for match in understanding.matches[: understanding.answered][:ANSWERED_AT_ONCE]]
        return self._quote(turn, codes, understanding=understanding, text=text)

    def about(self, turn: Turn, code: ItemCode, *, field: GuideField | None, rule: str, text: str = "") -> Said:
        """Answer about one item that is known: chosen from a menu, or the subject of the talk."""
        understanding = Understanding(kind=Kind.ITEM, action=Action.ANSWER, rule=rule, score=1.0, field=field)
        return self._quote(turn, [code], understanding=understanding, text=text)

    def has_answer(self, code: ItemCode, text: str, *, word_for_word: bool = False) -> bool:
        """Tell whether a reviewed question of an item's guide is what a text asks, perhaps almost word for word."""
        item = self._catalogues.current().items.get(code)
        least = faq.THE_SAME if word_for_word else faq.CLOSE
        return item is not None and self._question(item, text, least=least) is not None

    def which(self, turn: Turn, codes: tuple[ItemCode, ...], *, field: GuideField | None) -> Said:
        """Ask which of the items talked about last a further question is about."""
        items = self._catalogues.current().items
        matches = tuple(Match(code=code, name=items[code].name, score=1.0) for code in codes if code in items)
        understanding = Understanding(
            kind=Kind.ITEM, action=Action.MENU, rule="follow_up.which", matches=matches, field=field
        )
        return self.menu(turn, understanding)

    def menu(self, turn: Turn, understanding: Understanding) -> Said:
        """Ask which of at most five items is meant."""
        least = OPTIONS_LEAST * max((match.score for match in understanding.matches), default=0.0)
        shown = [match for match in understanding.matches[:OPTIONS_MOST] if match.score >= least]
        options = [(item_option(match.code, understanding.field), match.name) for match in shown]
        prompt = wording.MENU_OF_ONE.format(name=shown[0].name) if len(shown) == 1 else wording.MENU_PROMPT
        only = tuple(match.code for match in shown)
        asked = choices(prompt, *options, (NONE, wording.NONE_OF_THESE))
        dialogue = with_menu(turn.dialogue, asked, now=turn.now)
        if len(only) == 1:
            # Nothing else can be meant, so 那费用呢 is about this one even if nobody pressed it.
            dialogue = replace(dialogue, focus=Focus(items=only, at=turn.now, field=understanding.field))
        return Said(replies=(asked,), dialogue=dialogue, provenance=self._why(understanding))

    def nothing(self, turn: Turn, understanding: Understanding, *, prompt: str = wording.NOTHING_FOUND) -> Said:
        """Say openly that there is no answer, and offer what there is."""
        asked = choices(
            prompt,
            ("petition", wording.OFFER_PETITION),
            ("progress", wording.OFFER_PROGRESS),
            ("human", wording.OFFER_HUMAN),
        )
        return Said(
            replies=(asked,),
            dialogue=with_menu(turn.dialogue, asked, now=turn.now),
            provenance=self._why(understanding),
        )

    def of_no_use(self, turn: Turn) -> Said:
        """Take a citizen's word that the answer before was of no use: it is over, and there are other ways."""
        understanding = Understanding(kind=Kind.ITEM, action=Action.REJECT, rule=DOWNVOTED)
        over = replace(turn, dialogue=replace(turn.dialogue, focus=None))
        return self.nothing(over, understanding, prompt=wording.OF_NO_USE)

    def _quote(self, turn: Turn, codes: list[ItemCode], *, understanding: Understanding, text: str = "") -> Said:
        catalogue = self._catalogues.current()
        replies: list[ReplyPart] = []
        known: list[ItemCode] = []
        for code in codes:
            try:
                item = catalogue.item(code)
            except ItemNotFound:
                # The catalogue was replaced between understanding and answering; the next question finds the new one.
                continue
            least = faq.least_for(understanding.field)
            question = self._question(item, text, least=least) if len(codes) == 1 else None
            if question is not None:
                understanding = replace(understanding, rule=f"{understanding.rule},faq")
                replies.extend(guide.reviewed(item, question))
            else:
                replies.extend(self._answer(item, understanding.field, catalogue=catalogue))
            known.append(code)
        if not known:
            return self.nothing(turn, understanding)
        return Said(
            replies=_one_hint(replies),
            dialogue=_focused(turn, tuple(known), field=understanding.field),
            provenance=self._why(understanding, item=known[0]),
        )

    def _answer(self, item: ServiceItem, field: GuideField | None, *, catalogue: Catalogue) -> tuple[ReplyPart, ...]:
        """Return the words about one field; hot questions repeat, and the same guide always reads the same."""
        if catalogue.version != self._worded_for:
            self._worded_for, self._worded = catalogue.version, {}
        key = (item.code, field)
        if key not in self._worded:
            self._worded[key] = guide.answer(item, field, catalogue=catalogue)
        return self._worded[key]

    def _question(self, item: ServiceItem, text: str, *, least: float) -> Question | None:
        """Return the reviewed question a text asks; a pure function of its arguments, so it is remembered."""
        key = (item.code, item.version, least, text)
        if key not in self._asked:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            self._asked[key] = faq.nearest(item, text, least=least) if text else None
        return self._asked[key]

    def _why(self, understanding: Understanding, *, item: ItemCode | None = None) -> Provenance:
        catalogue = self._catalogues.current()
        return Provenance(
            kind=understanding.kind,
            action=understanding.action,
            rule=understanding.rule,
            item=item or "",
            item_version=catalogue.item(item).version if item else 0,
            field=(understanding.field or GuideField.OVERVIEW) if item else "",
            score=round(understanding.score, 4),
            catalogue=catalogue.version,
        )


def item_option(code: ItemCode, field: GuideField | None) -> str:
    """Return the option id that asks about an item, keeping the field that was asked for."""
    return f"item:{code}:{field}" if field else f"item:{code}"


def _focused(turn: Turn, items: tuple[ItemCode, ...], *, field: GuideField | None) -> Dialogue:
    focus = Focus(items=items, at=turn.now, field=field)
    return replace(turn.dialogue, focus=focus, hall=None, menu=None, misses=0)


def _one_hint(replies: list[ReplyPart]) -> tuple[ReplyPart, ...]:
    """Say the hint on further questions once, at the end, however many items were answered."""
    rest = tuple([part for part in replies if part != _ASK_MORE])
    return (*rest, _ASK_MORE) if len(rest) < len(replies) else rest
