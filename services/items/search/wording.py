"""Read the data that says how people talk: concepts, grid, aliases, noise, fields, limits of what is answered.

All of it is help, none a precondition: an imported item without any entry here is found by its own words.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from services.items.model import GuideField


class ItemWording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold how people speak of one item."""

    aliases: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    """Words that speak against the item."""
    far: bool = False
    """Another city may be named: the item is about leaving, coming or treatment elsewhere."""
    until: date | None = None
    """The last day these words hold (a policy that ends), Shanghai."""


class Concepts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold classes of words that mean the same; concept to surface forms."""

    objects: Mapping[str, tuple[str, ...]]
    """What a request is about: documents, funds, places of business."""
    actions: Mapping[str, tuple[str, ...]]
    """What happened to it or shall be done."""
    circumstances: Mapping[str, tuple[str, ...]]
    """Who asks and in what situation."""
    procedures: tuple[str, ...] = ()
    """The actions that are dealings with an authority: applying, renewing, cancelling."""


class Scope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what is not answered."""

    phrases: Mapping[str, tuple[str, ...]]
    """Reason to phrases."""
    cities: tuple[str, ...]
    """Other cities and provinces."""
    here: tuple[str, ...]
    """Names of this city and its districts: beside one of them another city is only where someone comes from."""
    movement: tuple[str, ...]
    """Words of coming, going and treatment elsewhere."""
    weak: tuple[str, ...]
    """Objects that private businesses share with us: they do not vouch for a question beside a private phrase."""


class Negation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the words that deny what follows them, and those that take it up again."""

    deny: tuple[str, ...]
    resume: tuple[str, ...]
    drop: tuple[str, ...] = ()
    """Denials that are complete in themselves: 没丢, 不抵押."""
    keep: tuple[str, ...] = ()
    """Phrases that hold a denying word but deny nothing: 是不是, 能不能."""


class Wording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the whole of it."""

    concepts: Concepts
    grid: Mapping[str, tuple[str, ...]]
    """Item code to cells: ``object action|action !circumstance``."""
    items: Mapping[str, ItemWording]
    fields: Mapping[GuideField, tuple[str, ...]]
    """Guide field to the phrases that ask for it."""
    field_patterns: Mapping[GuideField, tuple[str, ...]]
    """Guide field to regular expressions, for what no list of phrases holds: 能……不."""
    noise: tuple[str, ...]
    """Phrases that say nothing about the item."""
    joints: tuple[str, ...]
    """Words between two questions of one sentence."""
    rewrites: Mapping[str, str]
    """Dialect and slang to the standard word."""
    scope: Scope
    negation: Negation

    @property
    def words_of_objects(self) -> frozenset[str]:
        """Return what the segmenter must know as words, lest it cuts 临时身份证 in two."""
        return frozenset(phrase for phrases in self.concepts.objects.values() for phrase in phrases)

    @staticmethod
    def load(folder: Path) -> "Wording":
        """Read every file of a folder; a file that does not fit raises `msgspec.ValidationError` with its place."""

        def read(name: str) -> msgspec.Raw:
            return msgspec.Raw((folder / f"{name}.json").read_bytes())

        parts = {name: read(name) for name in Wording.__struct_fields__}
        return msgspec.json.decode(msgspec.json.encode(parts), type=Wording)

    @staticmethod
    def empty() -> "Wording":
        """Return no help at all: what remains is plain retrieval."""
        return Wording(
            concepts=Concepts(objects={}, actions={}, circumstances={}),
            grid={},
            items={},
            fields={},
            field_patterns={},
            noise=(),
            joints=(),
            rewrites={},
            scope=Scope(phrases={}, cities=(), here=(), movement=(), weak=()),
            negation=Negation(deny=(), resume=()),
        )
