"""The signs by which kinds of messages are known: reviewed data, not code (data/wording/kinds.json)."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding.model import Kind


class Signs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What says that a message is of a kind; any one of them is enough."""

    whole: tuple[str, ...] = ()
    """The message is just this, but for particles and punctuation."""
    phrases: tuple[str, ...] = ()
    """Stand anywhere in it."""
    patterns: tuple[str, ...] = ()
    """Regular expressions, found anywhere in it."""
    sounds: tuple[str, ...] = ()
    """Sound like this, whatever characters or letters they are typed with; short messages only."""
    always: bool = False
    """Hold even where the kind's ``unless`` does."""


class KindSigns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The signs of one kind by topic (empty where the kind has none), and what only looks like it."""

    topics: Mapping[str, Signs]
    guards: tuple[str, ...] = ()
    """Phrases that are cut out before looking: 笑死 is no emergency."""
    unless: tuple[str, ...] = ()
    """Regular expressions; a message that holds one is not of this kind."""
    even_so: tuple[str, ...] = ()
    """Phrases that overrule ``unless``: 快来."""
    longest: int = 2_000
    """Characters of the longest message that is looked at: a story only mentions things."""


class Lexicon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is known by its words."""

    kinds: Mapping[Kind, KindSigns]
    asks: tuple[str, ...]
    """Words that ask: 怎么, 哪里 ..."""
    deals: tuple[str, ...]
    """Words for dealings with an authority: 申请, 补办 ..."""
    questions: str
    """A regular expression for what only a question is worded like: 有没有补助, 找谁, 能……不."""
    errands: str
    """A regular expression for what people do in a hall: a question about a hall that holds it names an item."""
    particles: str
    """Characters that say nothing at the ends of a message."""
    emergency_numbers: tuple[str, ...]
    """The topics of emergencies in the order of urgency: the first that is found is named."""


def load_lexicon(path: Path) -> Lexicon:
    """Return the lexicon of a file; raises msgspec.ValidationError naming what does not fit."""
    return msgspec.json.decode(path.read_bytes(), type=Lexicon)
