"""Build search indexes for tests; the dictionary is read once a run."""

import functools
import tempfile
from pathlib import Path

from services.items.catalogue import Catalogue
from services.items.loader import load
from services.items.search.index import Indexer, SearchIndex
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings
from services.items.search.wording import Wording
from services.steps import at_once
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

SHIPPED = Path("data/items.json")
WORDING = Path("data/wording")


@functools.cache
def segmenter() -> Segmenter:
    """Return the dictionary with the words of the shipped wording."""
    return Segmenter.load(Path(tempfile.mkdtemp(prefix="segmenter-"))).with_words(wording().words_of_objects)


@functools.cache
def pinyin_table() -> PinyinTable:
    """Return the shipped table of readings."""
    return PinyinTable.load(WORDING / "pinyin.txt")


@functools.cache
def wording() -> Wording:
    """Return the shipped wording."""
    return Wording.load(WORDING)


@functools.cache
def shipped() -> Catalogue:
    """Return the shipped catalogue."""
    return load([SHIPPED])


def index_of(catalogue: Catalogue, words: Wording | None = None) -> SearchIndex:
    """Return the index of a catalogue, with the shipped wording unless another is given."""
    words = words or wording()
    return at_once(indexer_of(words).building(catalogue, words.items))


def indexer_of(words: Wording) -> Indexer:
    """Return an indexer that has read nothing yet."""
    return Indexer(words, segmenter=segmenter(), table=pinyin_table())


@functools.cache
def shipped_index() -> SearchIndex:
    """Return the index of the shipped catalogue."""
    return index_of(shipped())


def matcher_of(catalogue: Catalogue | None = None, words: Wording | None = None) -> Matcher:
    """Return a matcher over a catalogue; the shipped one and its wording unless others are given."""
    index = shipped_index() if catalogue is None and words is None else index_of(catalogue or shipped(), words)
    return Matcher(index, words or wording(), settings=SearchSettings())
