"""Read one item as the index needs it: whatever depends on nothing but its own texts, and so lasts until they change."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from services.items.model import ServiceItem
from services.items.search.channel import Field
from services.items.search.concepts import ConceptFinder, Mentions
from services.items.search.question import character_grams
from services.items.search.wording import Concepts, ItemWording
from services.steps import Steps
from services.text import pinyin
from services.text.normalise import normalise
from services.text.pinyin import PinyinTable
from services.text.segment import Segmenter

NAME_WEIGHT = 3.0
ALIAS_WEIGHT = 3.0
GUIDE_WEIGHT = 1.0
_PAYMENT = "get_paid"
"""The concept of being paid: an allowance, a subsidy."""


class Texts(Struct, frozen=True):
    """Hold the three texts of an item that are searched, in normal form."""

    name: str
    aliases: tuple[str, ...]
    guide: tuple[str, ...]

    @staticmethod
    def of(item: ServiceItem, wording: ItemWording) -> "Texts":
        """Return what is searched of an item and of what people call it."""
        aliases = dict.fromkeys(normalise(alias).text for alias in (*item.aliases, *wording.aliases))
        guide = (
            *item.keywords,
            *item.conditions,
            *(material.name for material in item.materials),
            *(faq.question for faq in item.faqs),
            *((item.result.name,) if item.result else ()),
        )
        return Texts(normalise(item.name).text, tuple(aliases), tuple(normalise(text).text for text in guide))


class Document(Struct, frozen=True, kw_only=True):
    """Hold what was read from the texts of one item."""

    texts: Texts
    words: tuple[Field, ...]
    grams: tuple[Field, ...]
    sounds: tuple[Field, ...]
    concepts: tuple[Field, ...]
    name: tuple[str, ...]
    """The words of the name, those of one character left out."""
    vocabulary: tuple[str, ...]
    """Names and aliases with their words: what a citizen may have meant."""
    cells: tuple[str, ...]
    """Read off name and aliases, so that an imported item has a place in the grid without anybody's work."""
    is_paid: bool
    """Whether the name speaks of being paid."""


class DocumentReader:
    """Read documents with tools that stay the same; immutable."""

    def __init__(self, concepts: Concepts, *, segmenter: Segmenter, table: PinyinTable) -> None:
        """Take what cuts, sounds and recognises."""
        self._finder = ConceptFinder(concepts)
        self._procedures = frozenset(concepts.procedures)
        self._segmenter = segmenter
        self._table = table

    def reading(self, texts: Texts) -> Steps[Document]:
        """Read a document: about a millisecond, three for one with many aliases."""
        named = (texts.name, *texts.aliases)
        words = [self._segmenter.words(text) for text in named]
        yield
        mentions = [self._finder.find(text, frozenset(cut)) for text, cut in zip(named, words, strict=True)]
        concepts = [sorted(one.all) for one in mentions]
        yield
        searched = yield from _fields(texts, self._segmenter.search)
        grams = yield from _fields(texts, character_grams)
        sounds = yield from _fields(texts, self._sounds)
        return Document(
            texts=texts,
            words=searched,
            grams=grams,
            sounds=sounds,
            concepts=(Field.of(NAME_WEIGHT, concepts[0]), Field.of(ALIAS_WEIGHT, _joined(concepts[1:]))),
            name=tuple(word for word in dict.fromkeys(self._segmenter.search(texts.name)) if len(word) > 1),
            vocabulary=tuple(
                dict.fromkeys(word for text, cut in zip(named, words, strict=True) for word in (text, *cut))
            ),
            cells=tuple(map(sys.intern, dict.fromkeys(self._cells(mentions)))),
            is_paid=_PAYMENT in mentions[0].all,
        )

    def _sounds(self, text: str) -> list[str]:
        return pinyin.grams(self._table.folded(text))

    def _cells(self, mentions: Sequence[Mentions]) -> Iterator[str]:
        for one in mentions:
            if one.objects:
                deeds = "|".join(sorted(self._procedures.intersection(one.others)))
                yield " ".join((*one.objects, deeds)).strip()


def _fields(texts: Texts, terms: Callable[[str], Sequence[str]]) -> Steps[tuple[Field, ...]]:
    """Return the terms of name, aliases and guide, each by its weight."""
    fields = []
    for weight, said in ((NAME_WEIGHT, (texts.name,)), (ALIAS_WEIGHT, texts.aliases), (GUIDE_WEIGHT, texts.guide)):
        fields.append(Field.of(weight, _joined(map(terms, said))))
        yield
    return tuple(fields)


def _joined(lists: Iterable[Sequence[str]]) -> list[str]:
    return [term for terms in lists for term in terms]
