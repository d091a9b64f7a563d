"""Point out what is wrong with the wording data: owners, gaps, dead references, words past their day."""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from services.items.catalogue import Catalogue
from services.items.model import ItemCode
from services.items.search.grid import Cell
from services.items.search.phrases import by_phrase
from services.items.search.wording import Wording
from services.text.normalise import normalise


class WordingRule(StrEnum):
    """Enumerate the rules."""

    ALIAS_OF_TWO_ITEMS = "alias_of_two_items"
    ALIAS_TOO_SHORT = "alias_too_short"
    ALIAS_REPEATED = "alias_repeated"
    TOO_FEW_ALIASES = "too_few_aliases"
    NEGATIVE_IN_NAME = "negative_in_name"
    UNKNOWN_ITEM = "unknown_item"
    EXPIRED = "expired"
    UNKNOWN_CONCEPT = "unknown_concept"
    CELL_WITHOUT_WORD = "cell_without_word"
    CELL_REPEATED = "cell_repeated"
    ITEM_WITHOUT_CELL = "item_without_cell"
    CONCEPT_WITHOUT_WORDS = "concept_without_words"
    CONCEPT_NAMED_TWICE = "concept_named_twice"
    NOT_NORMAL = "not_normal"
    BAD_PATTERN = "bad_pattern"
    PHRASE_OF_TWO_REASONS = "phrase_of_two_reasons"


class WordingFlaw(Struct, frozen=True, kw_only=True):
    """Say which rule is broken, where and by what."""

    rule: WordingRule
    where: str
    """An item code, a concept or the name of a list."""
    detail: str = ""


_SHORTEST_ALIAS = 2
_FEWEST_ALIASES = 10


def lint_wording(wording: Wording, catalogue: Catalogue, *, today: date) -> tuple[WordingFlaw, ...]:
    """Return every flaw of the wording data against a catalogue.

    Args:
        wording: what is checked.
        catalogue: the shipped items; others need no wording.
        today: the day in Shanghai that decides what has expired.
    """
    return (
        *lint_aliases(wording, catalogue),
        *_entries(wording, catalogue, today=today),
        *_cells(wording, catalogue),
        *_concepts(wording),
        *_lists(wording),
    )


def lint_aliases(wording: Wording, catalogue: Catalogue) -> Iterator[WordingFlaw]:
    """Yield the flaws of names and aliases, which operators may add to."""
    names = {code: (item.name, *item.aliases) for code, item in catalogue.items.items()}
    own = {code: wording.items[code].aliases for code in names if code in wording.items}
    for phrase, owners in by_phrase({code: (*names[code], *own.get(code, ())) for code in names}).items():
        if len(owners) > 1:
            yield WordingFlaw(rule=WordingRule.ALIAS_OF_TWO_ITEMS, where=",".join(owners), detail=phrase)
    for code, aliases in own.items():
        if len(names[code]) - 1 + len(aliases) < _FEWEST_ALIASES:
            yield WordingFlaw(rule=WordingRule.TOO_FEW_ALIASES, where=code, detail=str(len(aliases)))
        for alias in aliases:
            if len(alias) < _SHORTEST_ALIAS:
                yield WordingFlaw(rule=WordingRule.ALIAS_TOO_SHORT, where=code, detail=alias)
            if aliases.count(alias) > 1:
                yield WordingFlaw(rule=WordingRule.ALIAS_REPEATED, where=code, detail=alias)


def _entries(wording: Wording, catalogue: Catalogue, *, today: date) -> Iterator[WordingFlaw]:
    for code in (*wording.items, *wording.grid):
        if code not in catalogue.items:
            yield WordingFlaw(rule=WordingRule.UNKNOWN_ITEM, where=code)
    for code, entry in wording.items.items():
        if entry.until is not None and entry.until < today:
            yield WordingFlaw(rule=WordingRule.EXPIRED, where=code, detail=str(entry.until))
        item = catalogue.items.get(ItemCode(code))
        name = item.name if item else ""
        for word in entry.negative:
            if word in name:
                yield WordingFlaw(rule=WordingRule.NEGATIVE_IN_NAME, where=code, detail=word)


def _cells(wording: Wording, catalogue: Catalogue) -> Iterator[WordingFlaw]:
    concepts = wording.concepts
    known = {*concepts.objects, *concepts.actions, *concepts.circumstances}
    for code, texts in wording.grid.items():
        for text in texts:
            cell = Cell.parse(text)
            for concept in frozenset().union(*cell.wanted, cell.forbidden) - known:
                yield WordingFlaw(rule=WordingRule.UNKNOWN_CONCEPT, where=code, detail=concept)
            if not cell.wanted:
                yield WordingFlaw(rule=WordingRule.CELL_WITHOUT_WORD, where=code, detail=text)
            if texts.count(text) > 1:
                yield WordingFlaw(rule=WordingRule.CELL_REPEATED, where=code, detail=text)
    for code, item in catalogue.items.items():
        if not item.is_bare and not wording.grid.get(code):
            yield WordingFlaw(rule=WordingRule.ITEM_WITHOUT_CELL, where=code)


def _concepts(wording: Wording) -> Iterator[WordingFlaw]:
    seen: set[str] = set()
    for group in (wording.concepts.objects, wording.concepts.actions, wording.concepts.circumstances):
        for name, phrases in group.items():
            if name in seen:
                yield WordingFlaw(rule=WordingRule.CONCEPT_NAMED_TWICE, where=name)
            seen.add(name)
            if not phrases:
                yield WordingFlaw(rule=WordingRule.CONCEPT_WITHOUT_WORDS, where=name)
            for phrase in phrases:
                if normalise(phrase).text != phrase:
                    yield WordingFlaw(rule=WordingRule.NOT_NORMAL, where=name, detail=phrase)


def _lists(wording: Wording) -> Iterator[WordingFlaw]:
    """Yield flaws of patterns and of the phrases that put a question out of scope."""
    for field, patterns in wording.field_patterns.items():
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                yield WordingFlaw(rule=WordingRule.BAD_PATTERN, where=str(field), detail=str(error))
    for phrase, reasons in by_phrase(wording.scope.phrases).items():
        if len(reasons) > 1:
            yield WordingFlaw(rule=WordingRule.PHRASE_OF_TWO_REASONS, where=",".join(reasons), detail=phrase)
