"""Decide which one place all the names of a text can mean together, or that there are several, or none."""

from collections.abc import Sequence

from msgspec import Struct

from services.places.model import How, PlaceCode, Why
from services.places.names_index import Found


class Resolution(Struct, frozen=True, kw_only=True):
    """Hold the places that fit: one, or all that do."""

    codes: tuple[PlaceCode, ...]
    names: tuple[Found, ...]
    """The names that decided."""
    why: Why


def resolve(names: Sequence[Found]) -> Resolution:
    """Return the place that every name can mean, or lies in; the surest reading wins, a tie is a tie.

    A name fits a place when one of its meanings is that place or one around it. If no place fits all names, the less
    sure ways of writing are left out; if even the surest ones lie apart, all of them are reported.
    """
    if not names:
        return Resolution(codes=(), names=(), why=Why.NOTHING_NAMED)
    for least in (How.ONE_CHARACTER, How.SAME_SOUND, How.BARE, How.OTHER_UNIT):
        believed = tuple(one for one in names if _surest(one) <= least)
        if fitting := _fitting(believed):
            why = Why.NAMED if len(fitting) == 1 else Why.SAME_NAME
            return Resolution(codes=fitting, names=believed, why=why)
    believed = believed or tuple(names)
    return Resolution(codes=_all_meant(believed), names=believed, why=Why.APART)


def _surest(one: Found) -> How:
    return min(how for _, how in one.candidates)


def _fitting(names: Sequence[Found]) -> tuple[PlaceCode, ...]:
    """Return the places that fit all names at the lowest cost, without those that lie in another of them."""
    costs: dict[PlaceCode, int] = {}
    for place in {code for one in names for code, _ in one.candidates}:
        cost = 0
        for one in names:
            fits = [how for code, how in one.candidates if place.startswith(code)]
            if not fits:
                break
            cost += min(fits)
        else:
            costs[place] = cost
    lowest = min(costs.values(), default=0)
    return _outermost([place for place, cost in costs.items() if cost == lowest])


def _all_meant(names: Sequence[Found]) -> tuple[PlaceCode, ...]:
    """Return what names that lie apart mean, the deepest of each address."""
    meant = {code for one in names for code, how in one.candidates if how is _surest(one)}
    return tuple(sorted(code for code in meant if not any(other != code and other.startswith(code) for other in meant)))


def _outermost(codes: Sequence[PlaceCode]) -> tuple[PlaceCode, ...]:
    return tuple(sorted(code for code in codes if not any(other != code and code.startswith(other) for other in codes)))


def in_common(codes: Sequence[PlaceCode]) -> PlaceCode | None:
    """Return the code of the smallest place around all these places; None when only the city is."""
    for length in (12, 9, 6):
        beginnings = {code[:length] for code in codes}
        if len(beginnings) == 1 and len(beginning := beginnings.pop()) == length:
            return PlaceCode(beginning)
    return None
