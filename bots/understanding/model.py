"""The result of understanding one text, before anything is answered."""

from enum import StrEnum

from msgspec import Struct

from services.items.model import GuideField, ItemCode


class Kind(StrEnum):
    """What somebody wants (design 6, `evaluation.bot`)."""

    ITEM = "item"
    HALL = "hall"
    PETITION = "petition"
    PROGRESS = "progress"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"
    ABUSE = "abuse"
    SMALLTALK = "smalltalk"
    NOT_ACCEPTED = "not_accepted"
    """Belongs to another door (court, discipline, 信访 ...); ``topic`` names it."""
    REDO = "redo"
    WITHDRAW = "withdraw"
    PRAISE = "praise"
    OUT_OF_SCOPE = "out_of_scope"


class Action(StrEnum):
    """What the bot does about it."""

    ANSWER = "answer"
    MENU = "menu"
    FORM = "form"
    HANDOFF = "handoff"
    CARD = "card"
    REJECT = "reject"


_NAMING = ("alias:", "name:", "grid:")
"""What the matcher's reasons begin with when the question names an item's object."""
LOW_SCORE = "out_of_scope:low_score"
"""The rule when nothing says that a question is out of scope, and no item fits it well enough."""


class Match(Struct, frozen=True, kw_only=True):
    """One item that fits; ``score`` is 0 to 1 and comparable between questions, ``rule`` what brought it up."""

    code: ItemCode
    name: str
    score: float
    rule: str = ""

    @property
    def is_grounded(self) -> bool:
        """Tell whether it was named by what it is about, and not only by words that many guides hold: 可以代办吗."""
        return any(reason.startswith(_NAMING) for reason in self.rule.split(","))


class Understanding(Struct, frozen=True, kw_only=True):
    """What one text means.

    ``matches`` are the best five items, best first, whatever the action; the first ``answered`` of them are answered
    directly. ``field`` is the part of the guide asked for, None when none was named. ``topic`` narrows the kind: the
    number to call in an emergency, the door of a matter we do not accept, the sort of small talk, the kind of a
    petition. ``rival`` is the other kind when two compete and the citizen must say which. ``rule`` names what decided.
    """

    kind: Kind
    action: Action
    rule: str
    score: float = 0.0
    matches: tuple[Match, ...] = ()
    answered: int = 0
    field: GuideField | None = None
    topic: str = ""
    rival: Kind | None = None
    is_guess: bool = False
    """Whether the kind is known only by how the message sounds: what is open in the dialogue comes first then."""
