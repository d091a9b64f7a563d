"""Mask a text for the open web."""

from collections import Counter

from msgspec import Struct

from services.public_list.finders import FoundKind, find_all

MASK = "***"
"""Stands for anything: its length says nothing about what was there."""


class Masked(Struct, frozen=True, kw_only=True):
    """A text that may be shown, and how much of which kind was taken out."""

    text: str
    found: dict[FoundKind, int]


def masked(text: str) -> Masked:
    """Return the text with everything masked that `find_all` finds; masking again changes nothing."""
    pieces, position = list[str](), 0
    found = find_all(text)
    for one in found:
        pieces += [text[position : one.start], MASK]
        position = one.end
    return Masked(text="".join((*pieces, text[position:])), found=dict(Counter(one.kind for one in found)))
