"""The Chinese names of statuses and steps, as data that every edge shows alike (data/wording/petition_names.json)."""

from pathlib import Path

import msgspec
from msgspec import Struct

from services.petitions.departments import Directory
from services.petitions.timeline import STEPS, Step
from services.petitions.transitions import Status
from services.promises import CENTRE

_WORDS_SHOWN = ("reason", "text")
"""What was said, in this order."""


class Names(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What citizens read for each status and step code, and for the hotline centre.

    ``rated`` is the status of a petition that its citizen was heard on without a call.
    """

    centre: str
    rated: str
    statuses: dict[Status, str]
    steps: dict[str, str]

    def unit(self, handler: str, directory: Directory) -> str:
        """Return the name of who handles; empty for nobody, and for one that the directory no longer has."""
        if handler == CENTRE:
            return self.centre
        return directory.name_of(handler) if handler in directory else ""

    def step(self, step: Step) -> str:
        """Return the name of a step."""
        return self.steps[step.step]


def load_names(path: Path) -> Names:
    """Return the names of a file; raises ValueError naming what has none."""
    names = msgspec.json.decode(path.read_bytes(), type=Names)
    missing: list[str] = [status for status in Status if status not in names.statuses]
    missing += [step for step in STEPS.values() if step not in names.steps]
    if missing:
        raise ValueError(f"{path.name}: no name for {', '.join(sorted(set(missing)))}")
    return names


def shown_facts(step: Step) -> str:
    """Return the public facts of a step as one line, who and what they said; empty when it has none."""
    words = "，".join(step.facts[name] for name in _WORDS_SHOWN if step.facts.get(name))
    return "：".join(filter(None, (step.facts.get("department"), words)))
