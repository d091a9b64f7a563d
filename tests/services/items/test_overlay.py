"""Check what operators lay over the files: it is found, it is quoted first, and the files stay as they are."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.items.model import ItemCode, Question
from services.items.overlay import Overlay
from services.items.search.wording import ItemWording, Wording
from services.steps import at_once
from tests.support.items import CODE, a_catalogue, an_item

GONE = ItemCode("370709999000")
WORDS = st.lists(st.text("换领补办证件", min_size=2, max_size=4), max_size=5).map(tuple)


def test_an_alias_stands_behind_the_shipped_ones_and_once() -> None:
    shipped = Wording.empty()
    over = Overlay(version=1, aliases={CODE: ("旧卡换新", "旧卡换新")}).over_wording(shipped)
    assert over.items[CODE].aliases == ("旧卡换新",)
    assert shipped.items == {}


def test_a_question_stands_before_the_guides_own_and_changes_the_hash() -> None:
    own = Question(question="多少钱", answer="20元")
    catalogue = a_catalogue(an_item(faqs=(own,)))
    further = Question(question="能代办吗", answer="可以")
    over = at_once(Overlay(version=1, faqs={CODE: (further,)}).over_catalogue(catalogue, serial=7))
    assert over.item(CODE).faqs == (further, own)
    assert over.version.startswith("7-")
    assert over.content_hash != catalogue.content_hash
    assert catalogue.item(CODE).faqs == (own,)


def test_what_names_an_unpublished_item_does_nothing() -> None:
    catalogue = a_catalogue()
    over = at_once(
        Overlay(version=1, faqs={GONE: (Question(question="问", answer="答"),)}).over_catalogue(catalogue, serial=2)
    )
    assert over.items == catalogue.items
    assert over.version == f"2-{catalogue.content_hash}"


@given(own=WORDS, further=WORDS)
def test_shipped_aliases_keep_their_place_and_nothing_stands_twice(
    own: tuple[str, ...], further: tuple[str, ...]
) -> None:
    shipped = Wording.empty()
    items = {CODE: ItemWording(aliases=tuple(dict.fromkeys(own)))}
    over = Overlay(aliases={CODE: further}).over_wording(replace(shipped, items=items)).items[CODE].aliases
    assert over[: len(items[CODE].aliases)] == items[CODE].aliases
    assert len(set(over)) == len(over)
    assert set(over) == {*own, *further}
