"""Show a citizen how their petition went: steps and public words, never an internal note or a person's name."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from services.petitions.model import Event
from services.petitions.transitions import Action

STEPS: dict[Action, str] = {
    Action.FILE: "filed",
    Action.ACCEPT: "accepted",
    Action.NOT_ACCEPT: "not_accepted",
    Action.DISPATCH: "dispatched",
    Action.SIGN: "signed",
    Action.START: "handling",
    Action.RETURN: "returned",
    Action.APPROVE_EXTENSION: "extended",
    Action.WAIT: "question",
    Action.RESUME: "resumed",
    Action.BEGIN_SPECIAL: "special_procedure",
    Action.END_SPECIAL: "procedure_ended",
    Action.SUPPLEMENT: "supplemented",
    Action.ANSWER: "answered",
    Action.CALL_BACK: "called_back",
    Action.MISS: "call_missed",
    Action.GIVE_UP: "not_reached",
    Action.RATE: "rated",
    Action.REDO: "redo",
    Action.CLOSE: "closed",
    Action.CLOSE_DISSATISFIED: "closed",
    Action.URGE: "urged",
    Action.WITHDRAW: "withdrawn",
    Action.APPEAL: "appealed",
    Action.MERGE: "merged",
    Action.UNMERGE: "unmerged",
    Action.RELAY_ANSWER: "answered",
}
"""The steps a citizen sees. What is not here stays among staff: asking for an extension, supervision, who looked."""


class Step(Struct, frozen=True, kw_only=True):
    """One step; ``facts`` are plain values for the wording (department, due, text, reason, round ...)."""

    at: datetime
    step: str
    facts: dict[str, str]


def timeline(history: Iterable[Event]) -> tuple[Step, ...]:
    """Return what the citizen sees of a history, oldest first."""
    return tuple(
        Step(at=event.at, step=STEPS[event.action], facts=event.public) for event in history if event.action in STEPS
    )
