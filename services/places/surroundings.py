"""Decide by what stands around a name whether it is one: 市北 in 城市北边 is not, 即墨 in 即墨路 neither."""

from services.places.names_index import Care, Found
from services.places.vocabulary import (
    LOOK_BACK,
    NAME_GOES_ON,
    NAME_IS_OVER,
    NAME_PREFIXES,
    PREFIX_BEGINS,
    ROAD_FOLLOWS,
    STRICTLY_BEFORE,
    WORDS_ACROSS,
)

_WITHOUT_UNIT = frozenset(
    {Care.FREE, Care.BARE, Care.ALONE, Care.UNDER_PARENT, Care.BY_SOUND, Care.CITY, Care.ELSEWHERE}
)
"""What may be the beginning of a road's name. 李村|路 is one, but in 李村街道|路灯 nothing is."""


def is_spoilt(text: str, found: Found, *, follows_name: bool, leads_to_name: bool) -> bool:
    """Tell whether a road, or a word around its beginning or end, takes the name away.

    Args:
        text: all of it.
        found: where the name stands in it.
        follows_name: another name ends where this one begins, so what stands there is no part of this one.
        leads_to_name: another name begins where this one ends, so neither is what stands there.
    """
    special = found.careful
    if special and found.start and text[found.start - 1] in special.not_after:
        return True
    if special and not leads_to_name and text.startswith(special.not_before, found.end):
        return True
    if not follows_name and text[max(0, found.start - 1) : found.start + 1] in WORDS_ACROSS:
        return True
    return found.care in _WITHOUT_UNIT and ROAD_FOLLOWS.match(text, found.end) is not None


def is_longer_name(text: str, start: int) -> bool:
    """Tell whether the character before a name makes it another one: 东|小庄社区, but not 晚上|东山社区."""
    if not start or text[start - 1] not in NAME_PREFIXES:
        return False
    return PREFIX_BEGINS.search(text[max(0, start - 1 - LOOK_BACK) : start - 1]) is not None


def can_begin(text: str, start: int) -> bool:
    """Tell whether what stands before shows that a name begins here."""
    return STRICTLY_BEFORE.search(text[max(0, start - LOOK_BACK) : start]) is not None


def goes_on(text: str, end: int) -> bool:
    """Tell whether a bare name may go on into the name of something else: 八大峡|广场."""
    return NAME_GOES_ON.match(text, end) is not None


def is_over(text: str, end: int) -> bool:
    """Tell whether what stands behind shows that a bare name has ended."""
    return NAME_IS_OVER.match(text, end) is not None


def is_sure_by_itself(text: str, found: Found, *, follows_name: bool, leads_to_name: bool) -> bool:
    """Tell whether a name is one, whatever it lies in.

    Args:
        text: all of it.
        found: where the name stands in it.
        follows_name: another name ends where this one begins.
        leads_to_name: another name begins where this one ends.
    """
    match found.care:
        case Care.FULL | Care.FREE | Care.CITY:
            return True
        case Care.PREFIX:
            return follows_name or not is_longer_name(text, found.start)
        case Care.BARE:
            is_over_or_leads = leads_to_name or not goes_on(text, found.end)
            return is_over_or_leads and (follows_name or not is_longer_name(text, found.start))
        case Care.ALONE:
            return can_begin(text, found.start) and (leads_to_name or not goes_on(text, found.end))
        case Care.BY_SOUND:
            return can_begin(text, found.start) and is_over(text, found.end)
        case _:
            return False
