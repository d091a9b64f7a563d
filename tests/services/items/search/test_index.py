"""Check the index of a catalogue."""

from msgspec.structs import replace

from services.items.search.wording import ItemWording, Wording
from tests.support.items import CODE, a_catalogue, an_item
from tests.support.search import index_of, segmenter, shipped_index


def test_aliases_of_the_catalogue_and_of_the_wording_are_both_names() -> None:
    words = replace(Wording.empty(), items={CODE: ItemWording(aliases=("换二代证",))})
    index = index_of(a_catalogue(an_item(aliases=("身份证到期",))), words)
    found = {hit.phrase for hit in index.aliases.find("居民身份证换领,身份证到期,换二代证")}
    assert found == {"居民身份证换领", "身份证到期", "换二代证"}


def test_the_name_of_one_item_is_no_alias_of_another() -> None:
    other = an_item("370709902000", "居民身份证补领", aliases=("居民身份证换领",))
    index = index_of(a_catalogue(an_item(), other), Wording.empty())
    (hit,) = index.aliases.find("居民身份证换领")
    assert hit.meaning == (CODE,)


def test_names_are_found_in_their_normal_form() -> None:
    index = index_of(a_catalogue(an_item(name="居民供熱（恢復）")), Wording.empty())
    assert [hit.phrase for hit in index.aliases.find("居民供热(恢复)")] == ["居民供热(恢复)"]


def test_wording_about_items_that_are_not_published_is_left_out() -> None:
    index = index_of(a_catalogue())
    assert index.grid.best_cells(frozenset({"passport"})) == {}
    assert set(index.negative) <= {CODE}


def test_building_an_index_leaves_the_dictionary_as_it_was() -> None:
    before = segmenter().total
    index_of(a_catalogue(an_item(aliases=("一个全新的词语",))))
    assert segmenter().total == before


def test_documents_are_numbered_in_the_order_of_the_catalogue() -> None:
    index = shipped_index()
    assert index.codes == tuple(index.catalogue.items)
