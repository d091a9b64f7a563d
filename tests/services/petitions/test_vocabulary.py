"""The words that speak for categories."""

import pytest

from services.petitions.categories import Category, CategoryTree, UnknownCategory
from services.petitions.features import TITLE_WEIGHT
from services.petitions.vocabulary import Vocabulary, load_everyday_words
from tests.support.petition_data import DATA, shipped_directory, shipped_tree

LAMPS = Category("城乡建设", "市政管理", "路灯")
PARKS = Category("城乡建设", "市政管理", "公园绿化")
REST = Category("城乡建设", "其他", "其他")
TAXIS = Category("交通运输", "出租车", "其他")
TREE = CategoryTree([LAMPS, PARKS, REST, TAXIS])


def a_vocabulary(
    everyday: dict[str, tuple[str, ...]] | None = None, duties: dict[str, tuple[str, ...]] | None = None
) -> Vocabulary:
    return Vocabulary(TREE, everyday=everyday or {}, duties=duties or {})


def test_a_categorys_own_name_speaks_for_it() -> None:
    vocabulary = a_vocabulary()
    vote = vocabulary.vote("", "村口的路灯坏了")
    assert max(vote.level1, key=vote.level1.__getitem__) == "城乡建设"
    assert vocabulary.best_leaf("城乡建设", vote) == LAMPS
    assert vote.reasons("城乡建设") == ("路灯",)


def test_a_part_of_a_name_speaks_for_it_too() -> None:
    vocabulary = a_vocabulary()
    assert vocabulary.best_leaf("城乡建设", vocabulary.vote("", "想去公园")) == PARKS


def test_an_everyday_word_speaks_for_its_category() -> None:
    vocabulary = a_vocabulary(everyday={PARKS.path: ("草坪",)})
    assert vocabulary.best_leaf("城乡建设", vocabulary.vote("", "草坪枯了")) == PARKS


def test_a_word_of_a_first_level_does_not_choose_among_its_categories() -> None:
    vocabulary = a_vocabulary(everyday={"城乡建设": ("小区",)}, duties={"城乡建设": ("物业",)})
    vote = vocabulary.vote("", "小区物业")
    assert set(vote.level1) == {"城乡建设"}
    assert vocabulary.best_leaf("城乡建设", vote) == REST


def test_a_word_in_the_title_is_stronger_than_one_in_the_text() -> None:
    vocabulary = a_vocabulary()
    assert vocabulary.vote("路灯", "").level1["城乡建设"] > vocabulary.vote("", "路灯").level1["城乡建设"]
    repeated = vocabulary.vote("", "路灯 " * TITLE_WEIGHT)
    assert repeated.level1 == vocabulary.vote("路灯", "").level1


def test_a_word_that_two_first_levels_share_counts_half_for_each() -> None:
    alone = a_vocabulary(duties={"城乡建设": ("停车",)}).vote("", "停车")
    shared = a_vocabulary(duties={"城乡建设": ("停车",), "交通运输": ("停车",)}).vote("", "停车")
    assert shared.level1["城乡建设"] == shared.level1["交通运输"] == alone.level1["城乡建设"] / 2


def test_no_word_found_gives_no_vote_and_the_catch_all() -> None:
    vocabulary = a_vocabulary()
    vote = vocabulary.vote("", "")
    assert vote.level1 == {}
    assert vote.words == ()
    assert vocabulary.best_leaf("城乡建设", vote) == REST


def test_a_word_for_a_node_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCategory):
        a_vocabulary(everyday={"城乡建设/市政管理/喷泉": ("喷泉",)})
    with pytest.raises(UnknownCategory):
        a_vocabulary(duties={"民政": ("低保",)})


def test_every_shipped_everyday_word_belongs_to_a_node_and_leads_to_its_first_level() -> None:
    everyday = load_everyday_words(DATA / "petition_words.json")
    vocabulary = Vocabulary(shipped_tree(), everyday=everyday, duties=shipped_directory().duties())
    for node, words in everyday.items():
        for word in words:
            assert node.split("/")[0] in vocabulary.vote("", word).level1, (node, word)
