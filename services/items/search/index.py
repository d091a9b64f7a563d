"""Build the immutable search index of one catalogue: words, character grams, sounds, concepts, aliases, grid."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from services.items.catalogue import Catalogue
from services.items.model import ItemCode, ServiceItem
from services.items.search.channel import Channel, Field
from services.items.search.concepts import ConceptFinder, Mentions
from services.items.search.grid import Grid
from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.question import Reader, character_grams
from services.items.search.respell import Respeller
from services.items.search.wording import ItemWording, Wording
from services.text import pinyin
from services.text.normalise import normalise
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

NAME_WEIGHT = 3.0
ALIAS_WEIGHT = 3.0
GUIDE_WEIGHT = 1.0
_SHORTEST_ALIAS = 2
_BENEFIT = "05"
"""Item type 行政给付."""
_PAYMENT = "get_paid"
"""The concept of being paid: an allowance, a subsidy."""


class SearchIndex(Struct, frozen=True, kw_only=True):
    """Hold everything that ranking reads; replaced as a whole when the catalogue is."""

    catalogue: Catalogue
    codes: tuple[ItemCode, ...]
    """Document number to item."""
    words: Channel
    grams: Channel
    sounds: Channel
    concepts: Channel
    names: Mapping[ItemCode, Mapping[str, float]]
    """The words of each name and how much each of them tells."""
    aliases: PhraseFinder[tuple[ItemCode, ...]]
    """Names and aliases of two characters and more."""
    negative: Mapping[ItemCode, tuple[str, ...]]
    far: frozenset[ItemCode]
    benefits: frozenset[ItemCode]
    """Items that pay out."""
    grid: Grid
    reader: Reader
    respeller: Respeller
    overlay: int = 0
    """Which publication of the operators is part of it; 0: none."""


class _Texts(Struct, frozen=True):
    """Hold the three texts of an item that are searched, in normal form."""

    name: str
    aliases: tuple[str, ...]
    guide: tuple[str, ...]


def build_index(catalogue: Catalogue, wording: Wording, *, segmenter: Segmenter, table: PinyinTable) -> SearchIndex:
    """Build the index: about 0.1 s for 100 items, 3 s for 5,000; call it off the loop.

    Args:
        catalogue: what is searched.
        wording: helps; may be empty.
        segmenter: cuts catalogue and questions alike; it knows the words of `Wording.words_of_objects`.
        table: readings of characters.
    """
    texts = {item.code: _texts(item, wording.items.get(item.code, ItemWording())) for item in _searched(catalogue)}
    finder = ConceptFinder(wording.concepts)

    def sounds(text: str) -> list[str]:
        return pinyin.grams(table.folded(text))

    def mentions(text: str) -> Mentions:
        return finder.find(text, frozenset(segmenter.words(text)))

    def concepts(text: str) -> list[str]:
        return sorted(mentions(text).all)

    present = {ItemCode(code): words for code, words in wording.items.items() if code in texts}
    words = _channel(texts.values(), segmenter.search)
    return SearchIndex(
        catalogue=catalogue,
        codes=tuple(texts),
        words=words,
        grams=_channel(texts.values(), character_grams),
        sounds=_channel(texts.values(), sounds),
        concepts=_channel(texts.values(), concepts, with_guide=False),
        names={
            code: {word: words.information[word] for word in segmenter.search(one.name) if len(word) > 1}
            for code, one in texts.items()
        },
        aliases=PhraseFinder(_owners(texts), overlapping=True),
        negative={code: words.negative for code, words in present.items() if words.negative},
        benefits=frozenset(code for code, one in texts.items() if _pays(catalogue.items[code], mentions(one.name).all)),
        far=frozenset(code for code, words in present.items() if words.far),
        grid=Grid(
            {code: cells for code, cells in wording.grid.items() if code in texts},
            _derived_cells(texts, frozenset(wording.concepts.procedures), find=mentions),
            objects=frozenset(wording.concepts.objects),
        ),
        reader=Reader(wording, segmenter, table=table),
        respeller=Respeller(
            _vocabulary(texts.values(), wording, segmenter=segmenter), _phrases(wording), base=segmenter, table=table
        ),
    )


def _pays(item: ServiceItem, mentioned: frozenset[str]) -> bool:
    return item.task_type == _BENEFIT or _PAYMENT in mentioned


def _searched(catalogue: Catalogue) -> Iterator[ServiceItem]:
    """Yield the items to search: all but bare names that a reviewed guide already has."""
    reviewed = {item.name for item in catalogue.items.values() if not item.is_bare}
    for item in catalogue.items.values():
        if not (item.is_bare and item.name in reviewed):
            yield item


def _owners(texts: Mapping[ItemCode, "_Texts"]) -> dict[str, tuple[ItemCode, ...]]:
    """Return which items go by each name; what is the name of one item is no alias of another."""
    names = by_phrase({code: (one.name,) for code, one in texts.items()})
    aliases = by_phrase({code: one.aliases for code, one in texts.items()})
    return {phrase: codes for phrase, codes in (aliases | names).items() if len(phrase) >= _SHORTEST_ALIAS}


def _derived_cells(
    texts: Mapping[ItemCode, "_Texts"], procedures: frozenset[str], *, find: Callable[[str], Mentions]
) -> dict[str, tuple[str, ...]]:
    """Read cells off names and aliases, so that an imported item has a place in the grid without anybody's work."""
    cells: dict[str, tuple[str, ...]] = {}
    for code, one in texts.items():
        found = map(find, (one.name, *one.aliases))
        cells[code] = tuple(
            dict.fromkeys(
                " ".join((*mentioned.objects, "|".join(sorted(procedures.intersection(mentioned.others))))).strip()
                for mentioned in found
                if mentioned.objects
            )
        )
    return cells


def _texts(item: ServiceItem, wording: ItemWording) -> _Texts:
    aliases = dict.fromkeys(normalise(alias).text for alias in (*item.aliases, *wording.aliases))
    guide = (
        *item.keywords,
        *item.conditions,
        *(material.name for material in item.materials),
        *(faq.question for faq in item.faqs),
        *((item.result.name,) if item.result else ()),
    )
    return _Texts(normalise(item.name).text, tuple(aliases), tuple(normalise(text).text for text in guide))


def _channel(texts: Iterable[_Texts], terms: Callable[[str], Sequence[str]], *, with_guide: bool = True) -> Channel:
    documents: list[Sequence[Field]] = []
    for one in texts:
        fields = [Field(NAME_WEIGHT, terms(one.name)), Field(ALIAS_WEIGHT, _joined(one.aliases, terms))]
        if with_guide:
            fields.append(Field(GUIDE_WEIGHT, _joined(one.guide, terms)))
        documents.append(fields)
    return Channel.of(documents)


def _joined(texts: Sequence[str], terms: Callable[[str], Sequence[str]]) -> list[str]:
    return [term for text in texts for term in terms(text)]


def _vocabulary(texts: "Iterable[_Texts]", wording: Wording, *, segmenter: Segmenter) -> Iterator[str]:
    """Yield the words that a citizen may have meant: the lexicon, then names and aliases with their words."""
    for phrases in wording.concepts.objects.values():
        yield from phrases
    # Nobody mistypes a city for want of its characters, and much sounds like one: 登个记领 like 吉林.
    cities = frozenset(wording.scope.cities)
    for phrases in (*wording.concepts.actions.values(), *wording.concepts.circumstances.values()):
        yield from (phrase for phrase in phrases if phrase not in cities and segmenter.frequency(phrase))
    for one in texts:
        for text in (one.name, *one.aliases):
            yield text
            yield from segmenter.words(text)


def _phrases(wording: Wording) -> Iterator[str]:
    """Yield everyday phrases, which only help to read typed pinyin."""
    yield from wording.noise
    concepts = wording.concepts
    for phrases in (*wording.fields.values(), *concepts.actions.values(), *concepts.circumstances.values()):
        yield from phrases
