"""The phrases by which kinds of messages are known: reviewed data, not code (data/wording/kinds.json)."""

from pathlib import Path

import msgspec
from msgspec import Struct


class Lexicon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phrases by kind. Emergencies and small talk have topics; ``not_emergency`` are phrases that only sound like one."""

    emergency: dict[str, tuple[str, ...]]
    not_emergency: tuple[str, ...]
    handoff: tuple[str, ...]
    abuse: tuple[str, ...]
    smalltalk: dict[str, tuple[str, ...]]
    progress: tuple[str, ...]
    redo: tuple[str, ...]
    withdraw: tuple[str, ...]
    praise: tuple[str, ...]
    petition: tuple[str, ...]


def load_lexicon(path: Path) -> Lexicon:
    """Return the lexicon of a file; raises msgspec.ValidationError naming what does not fit."""
    return msgspec.json.decode(path.read_bytes(), type=Lexicon)
