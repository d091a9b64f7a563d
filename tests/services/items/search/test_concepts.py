"""Check the search for classes of words."""

from services.items.search.concepts import ConceptFinder
from services.items.search.wording import Concepts

FINDER = ConceptFinder(
    Concepts(
        objects={"card": ("身份证",), "temporary": ("临时身份证",), "power": ("电",)},
        actions={"lost": ("丢", "丢了"), "apply": ("办",)},
        circumstances={"child": ("孩子",)},
    )
)


def test_the_longer_object_hides_the_shorter_one_inside() -> None:
    assert FINDER.find("临时身份证", ["临时身份证"]).objects == ("temporary",)


def test_actions_and_circumstances_are_found_beside_objects() -> None:
    mentions = FINDER.find("孩子身份证丢了", ["孩子", "身份证", "丢", "了"])
    assert mentions.all == {"card", "lost", "child"}


def test_a_single_character_counts_only_as_a_word_of_its_own() -> None:
    assert FINDER.find("看电影", ["看", "电影"]).objects == ()
    assert FINDER.find("没电了", ["没", "电", "了"]).objects == ("power",)


def test_an_object_says_where_it_stands() -> None:
    assert FINDER.find("我的身份证", ["我", "的", "身份证"]).spans == ((2, 5, "card"),)


def test_spans_of_every_kind_are_told() -> None:
    assert {name for _, _, name in FINDER.spans("孩子办身份证")} == {"child", "apply", "card"}
