"""Describe what is kept of the bot's turns: decisions, votes on answers, and the questions that want an operator.

All texts are masked before they come here, and nothing names a citizen or a conversation: what belongs to one turn is
found by the turn's id alone, which only its conversation can tell.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.conversations.message import Channel
from services.database.collection import Document, Index, Schema
from services.items.model import ItemCode


class Reason(StrEnum):
    """Why a question wants an operator."""

    UNANSWERED = "unanswered"
    MENU_REFUSED = "menu_refused"
    """None of the offered items was meant."""
    DOWNVOTED = "downvoted"
    """The answer was of no use (没用, 答非所问)."""


class Scored(Struct, frozen=True, array_like=True):
    """One item that was considered: its score, 0 to 1, and the alias, grid cell or words that spoke for it."""

    item: ItemCode
    score: float
    rule: str


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the bot decided in one turn.

    Args:
        turn: see `turn_id`.
        text: what was said, masked; empty where it was no text, or words for a petition's form, which belong there.
        kind, action, rule: the bot's own closed sets and what decided; empty when a dialogue went on by its own rules.
        item, field, score: what was answered from, empty where no guide was quoted.
        items: what was considered, best first.
        catalogue, overlay: the versions of the files and of the operators' wording that were served.
        took_us: microseconds from hearing to deciding.
    """

    turn: str
    at: datetime
    channel: Channel
    text: str = ""
    kind: str = ""
    action: str = ""
    rule: str = ""
    item: str = ""
    field: str = ""
    score: float = 0.0
    items: tuple[Scored, ...] = ()
    catalogue: str = ""
    overlay: int = 0
    took_us: int = 0


class DecisionBatch(Document, frozen=True, kw_only=True):
    """Decisions of about a second, in the order they were made: one document, so that thousands cost one write."""

    at: datetime
    decisions: tuple[Decision, ...]


class Vote(Document, frozen=True, kw_only=True):
    """What a citizen thought of one answer; the id is that of the answer's turn, so there is one vote on each."""

    at: datetime
    is_useful: bool
    item: str


class OpenQuestion(Document, frozen=True, kw_only=True):
    """One time that a question was not answered, or to no use; the id is that of the turn.

    ``item`` is the one that was answered from, empty when none was.
    """

    at: datetime
    text: str
    reason: Reason
    item: str = ""


class Dismissal(Document, frozen=True, kw_only=True):
    """An operator's word that nothing need be done about a group of questions; the id is the group's."""

    at: datetime
    by: str
    keys: tuple[str, ...]
    """The questions in it then, see clustering.py."""


DECISIONS: Schema[DecisionBatch] = Schema(
    name="decisions",
    document=DecisionBatch,
    indexes=(Index("at", ("at",)),),
    # Words that were decoded from JSON before, and our own: reading all back would double the cost of a busy second.
    is_verified=False,
)
VOTES: Schema[Vote] = Schema(name="answer_votes", document=Vote, indexes=(Index("at", ("at",)),))
QUESTIONS: Schema[OpenQuestion] = Schema(name="open_questions", document=OpenQuestion, indexes=(Index("at", ("at",)),))
DISMISSALS: Schema[Dismissal] = Schema(name="dismissals", document=Dismissal, indexes=(Index("at", ("at",)),))


def turn_id(conversation_id: str, seq: int) -> str:
    """Return the id of the turn whose answer stands at ``seq``; what it was made of cannot be read off it."""
    digest = hashlib.blake2b(f"{conversation_id}:{seq}".encode(), digest_size=16)
    return f"turn_{digest.hexdigest()}"
