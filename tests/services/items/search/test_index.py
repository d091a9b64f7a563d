"""Check the index of a catalogue."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.items.model import ItemCode, ServiceItem
from services.items.search.channel import Channel
from services.items.search.grid import Grid
from services.items.search.index import SearchIndex
from services.items.search.matcher import Matcher
from services.items.search.phrases import PhraseFinder
from services.items.search.respell import Respeller
from services.items.search.settings import SearchSettings
from services.items.search.wording import ItemWording, Wording
from services.steps import at_once
from tests.support.items import CODE, a_catalogue, an_item
from tests.support.search import index_of, indexer_of, segmenter, shipped_index, wording


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


CODES = st.sampled_from([ItemCode(f"37070990{number}000") for number in range(1, 6)])
SAID = st.sampled_from(
    [
        "居民身份证换领",
        "护照到期换发",
        "残疾人证新办",
        "养狗登记",
        "公积金提取",
        "渔船补贴发放",
        "旧卡换新卡",
        "丢了怎么补",
    ]
)
ITEMS = st.builds(
    an_item,
    code=CODES,
    name=SAID,
    aliases=st.lists(SAID, max_size=2).map(tuple),
    conditions=st.lists(SAID, max_size=2).map(tuple),
    task_type=st.sampled_from(["", "05"]),
)
EDITIONS = st.tuples(
    st.lists(ITEMS, min_size=1, max_size=5, unique_by=lambda item: item.code),
    st.dictionaries(CODES, st.builds(ItemWording, aliases=st.lists(SAID, max_size=2).map(tuple)), max_size=3),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(EDITIONS, min_size=2, max_size=4))
def test_an_index_after_others_is_the_one_built_from_scratch(
    editions: list[tuple[list[ServiceItem], dict[str, ItemWording]]],
) -> None:
    # Given an indexer that builds one edition after another
    indexer = indexer_of(wording())
    for items, further in editions:
        catalogue, words = a_catalogue(*items), {**wording().items, **further}
        # When each is built, then it is what an indexer builds that has read nothing yet
        after = at_once(indexer.building(catalogue, words))
        fresh = at_once(indexer_of(wording()).building(catalogue, words))
        assert contents(after) == contents(fresh)
        for text in ("身份证到期怎么换", "gouzheng怎么办", "补贴啥时候发", items[-1].name):
            assert rank(after, text) == rank(fresh, text)


def test_two_indexes_built_step_by_step_at_once_do_not_mix() -> None:
    # Given an indexer that knows two items, and two catalogues that each lack one of them
    indexer, items = indexer_of(wording()), (an_item(), an_item("370709902000", "居民身份证补领"))
    _ = at_once(indexer.building(a_catalogue(*items), {}))
    catalogues = [
        a_catalogue(item, an_item("370709903000", name))
        for item, name in zip(items, ("养狗登记", "渔船补贴"), strict=True)
    ]
    # When they are built step by step in turns
    under_way = {number: indexer.building(catalogue, {}) for number, catalogue in enumerate(catalogues)}
    built: dict[int, SearchIndex] = {}
    while under_way:
        for number, building in list(under_way.items()):
            try:
                next(building)
            except StopIteration as done:
                built[number] = done.value
                del under_way[number]
    # Then each is what it is alone
    for number, catalogue in enumerate(catalogues):
        assert contents(built[number]) == contents(at_once(indexer_of(wording()).building(catalogue, {})))


def contents(value: object) -> object:
    """Return what an index holds as plain data."""
    match value:
        case SearchIndex() | Channel():
            return {name: contents(getattr(value, name)) for name in value.__struct_fields__ if name != "reader"}
        case Grid() | Respeller():
            return {name: held for name, held in vars(value).items() if name not in {"_base", "_table"}}
        case PhraseFinder():
            return (value._phrases, value._meanings)
        case _:
            return value


def rank(index: SearchIndex, text: str) -> object:
    return Matcher(index, wording(), settings=SearchSettings()).rank(text, 10)


def test_texts_that_are_as_they_were_are_not_read_again() -> None:
    # Given a built index
    indexer, items = indexer_of(wording()), (an_item(), an_item("370709902000", "居民身份证补领"))
    list(indexer.building(a_catalogue(*items), {}))
    # When a telephone changes and nothing that is searched
    changed = a_catalogue(replace(items[0], phone="0532-00009999"), items[1])
    again = len(list(indexer.building(changed, {})))
    # Then building takes as many steps as before an unchanged catalogue, and more when an alias comes
    assert again == len(list(indexer.building(changed, {})))
    assert len(list(indexer.building(changed, {CODE: ItemWording(aliases=("旧卡换新卡",))}))) > again
