"""Build the immutable search index of one catalogue: words, character grams, sounds, concepts, aliases, grid."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from services.items.catalogue import Catalogue
from services.items.model import ItemCode, ServiceItem
from services.items.search.channel import Channel
from services.items.search.document import Document, DocumentReader, Texts
from services.items.search.grid import Grid
from services.items.search.phrases import PhraseFinder, by_phrase
from services.items.search.question import Reader
from services.items.search.respell import Respeller
from services.items.search.wording import ItemWording, Wording
from services.steps import Steps
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

_SHORTEST_ALIAS = 2
_BENEFIT = "05"
"""Item type 行政给付."""


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


class Indexer:
    """Build one index after another; of an item whose texts are as they were, nothing is read again."""

    def __init__(self, wording: Wording, *, segmenter: Segmenter, table: PinyinTable) -> None:
        """Prepare what does not depend on the catalogue (about 80 ms).

        Args:
            wording: helps; may be empty.
            segmenter: cuts catalogue and questions alike; it knows the words of `Wording.words_of_objects`.
            table: readings of characters.
        """
        self._documents = DocumentReader(wording.concepts, segmenter=segmenter, table=table)
        self._known: dict[ItemCode, Document] = {}
        self._objects = frozenset(wording.concepts.objects)
        self._reviewed = wording.grid
        self._reader = Reader(wording, segmenter, table=table)
        self._respeller = Respeller(_lexicon(wording, segmenter), _phrases(wording), base=segmenter, table=table)

    def building(
        self, catalogue: Catalogue, wordings: Mapping[str, ItemWording], *, overlay: int = 0
    ) -> Steps[SearchIndex]:
        """Build an index: of 500 items 0.7 s of work, 0.2 s when they are known; of 5,000 ten times that.

        Args:
            catalogue: what is searched.
            wordings: how people speak of its items, by code.
            overlay: which publication of the operators these two hold.
        """
        documents = yield from self._read(catalogue, wordings)
        words = yield from Channel.building([one.words for one in documents.values()])
        grams = yield from Channel.building([one.grams for one in documents.values()])
        sounds = yield from Channel.building([one.sounds for one in documents.values()])
        concepts = yield from Channel.building([one.concepts for one in documents.values()])
        respeller = yield from self._respeller.knowing(word for one in documents.values() for word in one.vocabulary)
        owners = _owners(documents)
        yield
        aliases = PhraseFinder(owners, overlapping=True)
        yield
        grid = Grid(
            {code: cells for code, cells in self._reviewed.items() if code in documents},
            {code: one.cells for code, one in documents.items()},
            objects=self._objects,
        )
        yield
        names = {code: {word: words.information_of(word) for word in one.name} for code, one in documents.items()}
        yield
        present = {ItemCode(code): wording for code, wording in wordings.items() if code in documents}
        return SearchIndex(
            catalogue=catalogue,
            codes=tuple(documents),
            words=words,
            grams=grams,
            sounds=sounds,
            concepts=concepts,
            names=names,
            aliases=aliases,
            negative={code: wording.negative for code, wording in present.items() if wording.negative},
            far=frozenset(code for code, wording in present.items() if wording.far),
            benefits=frozenset(code for code, one in documents.items() if _pays(catalogue.items[code], one)),
            grid=grid,
            reader=self._reader,
            respeller=respeller,
            overlay=overlay,
        )

    def _read(self, catalogue: Catalogue, wordings: Mapping[str, ItemWording]) -> Steps[Mapping[ItemCode, Document]]:
        """Return the documents of all items that are searched, in the order of the catalogue."""
        documents: dict[ItemCode, Document] = {}
        for item in _searched(catalogue):
            texts = Texts.of(item, wordings.get(item.code, ItemWording()))
            known = self._known.get(item.code)
            if known is None or known.texts != texts:
                known = yield from self._documents.reading(texts)
            documents[item.code] = self._known[item.code] = known
            yield
        for code in self._known.keys() - documents.keys():
            _ = self._known.pop(code, None)  # whoever builds at the same time may have been faster
            yield
        return documents


def _pays(item: ServiceItem, document: Document) -> bool:
    return item.task_type == _BENEFIT or document.is_paid


def _searched(catalogue: Catalogue) -> Iterator[ServiceItem]:
    """Yield the items to search: all but bare names that a reviewed guide already has."""
    reviewed = {item.name for item in catalogue.items.values() if not item.is_bare}
    for item in catalogue.items.values():
        if not (item.is_bare and item.name in reviewed):
            yield item


def _owners(documents: Mapping[ItemCode, Document]) -> dict[str, tuple[ItemCode, ...]]:
    """Return which items go by each name; what is the name of one item is no alias of another."""
    names = by_phrase({code: (one.texts.name,) for code, one in documents.items()})
    aliases = by_phrase({code: one.texts.aliases for code, one in documents.items()})
    return {phrase: codes for phrase, codes in (aliases | names).items() if len(phrase) >= _SHORTEST_ALIAS}


def _lexicon(wording: Wording, segmenter: Segmenter) -> Iterator[str]:
    """Yield the words that a citizen may have meant whatever the catalogue."""
    concepts = wording.concepts
    for phrases in concepts.objects.values():
        yield from phrases
    # Nobody mistypes a city for want of its characters, and much sounds like one: 登个记领 like 吉林.
    cities = frozenset(wording.scope.cities)
    for phrases in (*concepts.actions.values(), *concepts.circumstances.values()):
        yield from (phrase for phrase in phrases if phrase not in cities and segmenter.frequency(phrase))


def _phrases(wording: Wording) -> Iterator[str]:
    """Yield everyday phrases, which only help to read typed pinyin."""
    yield from wording.noise
    concepts = wording.concepts
    for phrases in (*wording.fields.values(), *concepts.actions.values(), *concepts.circumstances.values()):
        yield from phrases
