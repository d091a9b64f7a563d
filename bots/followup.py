"""Tell whether a message goes on about the items talked about last: 那要带什么材料, 多少钱, 这个网上能办吗."""

from bots.understanding.model import Action, Kind, Understanding
from bots.wording import POINTERS
from services.text.normalise import normalise

LONGEST = 16
"""Characters of a question that leaves its subject out; a longer one names what it is about."""

_LOOSE = frozenset({Kind.ITEM, Kind.OUT_OF_SCOPE, Kind.HALL, Kind.PETITION})
"""What a question without its subject may look like."""


def follows_up(text: str, understanding: Understanding, *, has_answer: bool) -> bool:
    """Tell whether a message asks further about the subject of the talk.

    Args:
        text: as typed.
        understanding: what it means by itself.
        has_answer: whether the subject's guide holds a reviewed question that comes close.

    Returns:
        True when it asks for a part of the guide, or something only the subject can tell, and names no subject of its
        own: no item is answered, none is offered by its name (unless the message points back: 那, 这个, 它), no
        petition is announced.
    """
    is_loose = understanding.kind in _LOOSE or understanding.is_guess
    if understanding.answered or not is_loose or len(text) > LONGEST:
        return False
    if understanding.kind is Kind.PETITION and (understanding.topic or understanding.action is Action.MENU):
        return False
    points_back = normalise(text).text.startswith(POINTERS)
    names_other = understanding.action is Action.MENU and understanding.matches[0].is_grounded
    asks = understanding.field is not None or has_answer or understanding.action is Action.MENU
    return asks if points_back else asks and not names_other
