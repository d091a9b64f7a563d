"""Check every rule about the wording data by wording that breaks it."""

from datetime import date

import pytest
from msgspec.structs import replace

from services.items.model import GuideField
from services.items.search.wording import Concepts, ItemWording, Wording
from services.items.search.wording_lint import WordingRule, lint_wording
from tests.support.items import CODE, a_catalogue, an_item
from tests.support.search import shipped, wording

TODAY = date(2026, 11, 24)
OTHER = "370709902000"
EMPTY = Wording.empty()


def with_concepts(**changes: dict[str, tuple[str, ...]]) -> Wording:
    return replace(EMPTY, concepts=replace(Concepts(objects={}, actions={}, circumstances={}), **changes))


def with_items(**changes: object) -> Wording:
    return replace(EMPTY, items={CODE: ItemWording(**changes)})  # type: ignore[arg-type]  # one field at a time


BROKEN: dict[WordingRule, Wording] = {
    WordingRule.ALIAS_OF_TWO_ITEMS: replace(
        EMPTY, items={CODE: ItemWording(aliases=("换证",)), OTHER: ItemWording(aliases=("换证",))}
    ),
    WordingRule.ALIAS_TOO_SHORT: with_items(aliases=("证",)),
    WordingRule.ALIAS_REPEATED: with_items(aliases=("换证", "换证")),
    WordingRule.TOO_FEW_ALIASES: with_items(aliases=("换证",)),
    WordingRule.NEGATIVE_IN_NAME: with_items(negative=("换领",)),
    WordingRule.UNKNOWN_ITEM: replace(EMPTY, items={"000000000000": ItemWording()}),
    WordingRule.EXPIRED: with_items(until=date(2026, 11, 23)),
    WordingRule.UNKNOWN_CONCEPT: replace(EMPTY, grid={CODE: ("nothing",)}),
    WordingRule.CELL_WITHOUT_WORD: replace(EMPTY, grid={CODE: ("!card",)}),
    WordingRule.CELL_REPEATED: replace(EMPTY, grid={CODE: ("card", "card")}),
    WordingRule.ITEM_WITHOUT_CELL: EMPTY,
    WordingRule.CONCEPT_WITHOUT_WORDS: with_concepts(objects={"card": ()}),
    WordingRule.CONCEPT_NAMED_TWICE: with_concepts(objects={"card": ("证",)}, actions={"card": ("办",)}),
    WordingRule.NOT_NORMAL: with_concepts(objects={"card": ("身份證",)}),
    WordingRule.BAD_PATTERN: replace(EMPTY, field_patterns={GuideField.FEE: ("(",)}),
    WordingRule.PHRASE_OF_TWO_REASONS: replace(
        EMPTY, scope=replace(EMPTY.scope, phrases={"private": ("股票",), "advice": ("股票",)})
    ),
}


def test_every_rule_has_an_example_here() -> None:
    assert BROKEN.keys() == set(WordingRule)


@pytest.mark.parametrize("rule", WordingRule)
def test_wording_that_breaks_a_rule_is_pointed_out(rule: WordingRule) -> None:
    catalogue = a_catalogue(an_item(), an_item(OTHER, "居民身份证补领"))
    assert rule in {flaw.rule for flaw in lint_wording(BROKEN[rule], catalogue, today=TODAY)}


def test_words_hold_until_the_end_of_their_last_day() -> None:
    flaws = lint_wording(with_items(until=TODAY), a_catalogue(), today=TODAY)
    assert WordingRule.EXPIRED not in {flaw.rule for flaw in flaws}


def test_the_shipped_wording_has_no_flaw() -> None:
    assert lint_wording(wording(), shipped(), today=TODAY) == ()
