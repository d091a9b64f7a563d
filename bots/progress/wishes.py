"""Read from a citizen's words what they want done about a petition of theirs. Pure."""

import re
from enum import StrEnum

from bots.progress import wording
from bots.understanding.model import Kind


class Wish(StrEnum):
    """What a citizen may want of a petition they filed."""

    RATE = "rate"  # 评价
    REDO = "redo"  # 要求重办
    WITHDRAW = "withdraw"  # 撤单
    URGE = "urge"  # 催办
    SUPPLEMENT = "supplement"  # 补充


_BY_KIND = {Kind.REDO: Wish.REDO, Kind.WITHDRAW: Wish.WITHDRAW}
_URGE = re.compile(wording.URGE_PATTERN)
_SUPPLEMENT = re.compile(wording.SUPPLEMENT_PATTERN, re.DOTALL)
_RATE = re.compile(wording.RATE_PATTERN)
_NUMBER = re.compile(r"[（(【\[]?\s*QD[-\s]?\d{8}[-\s]?[0-9A-Z]{6}\s*[)）】\]]?", re.IGNORECASE)
_BLANKS = " \t\r\n,，。.!！:：~～"


def wish_of(text: str, kind: Kind) -> Wish | None:
    """Return the wish of a text that was understood as a kind; None when it has none."""
    plain = without_number(text)
    if _URGE.fullmatch(plain):
        return Wish.URGE
    if _SUPPLEMENT.match(plain):
        return Wish.SUPPLEMENT
    if _RATE.fullmatch(plain):
        return Wish.RATE
    return _BY_KIND.get(kind)


def supplement_in(text: str) -> str:
    """Return what is to be added, without the word that says so; empty when nothing follows it."""
    found = _SUPPLEMENT.match(without_number(text))
    return found["rest"].strip(_BLANKS) if found else ""


def without_number(text: str) -> str:
    """Return the words beside a petition's number."""
    return _NUMBER.sub(" ", text).strip(_BLANKS)
