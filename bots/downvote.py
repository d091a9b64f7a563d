"""Tell whether a message says that the answer right before it was of no use: 没用, 答非所问."""

from bots.state import Dialogue
from bots.wording import OF_NO_USE
from services.text.normalise import normalise

_LONGEST = 10
_MARKS = "。.!！,，~"


def is_downvote(text: str, dialogue: Dialogue) -> bool:
    """Tell whether a text is a vote against an answer about items, which must be the last thing that was said.

    Anywhere else the same words mean something else: 不对 in a form is a correction, 没用 about a heating is a petition.
    """
    focus = dialogue.focus
    is_right_after = focus is not None and focus.turns == 1 and dialogue.menu is None
    return is_right_after and len(text) <= _LONGEST and normalise(text).text.strip(_MARKS) in OF_NO_USE
