"""Choose from all forms found in a text those that really name a place, without overlaps."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from services.places.model import How, Level
from services.places.names_index import Care, Found
from services.places.surroundings import goes_on, is_over, is_spoilt, is_sure_by_itself
from services.places.vocabulary import BETWEEN, CHAIN, WRONG_COMMUNITY, WRONG_STREET

_LONGEST_CHAIN = 24
"""Characters between another city's name and a place that may lie in it."""

_NAMES = frozenset({Care.FULL, Care.FREE, Care.CITY, Care.PREFIX, Care.ALONE})
"""What a name may follow without being part of a longer one: 市南|江苏路街道."""

_LEANING = frozenset({Care.ALONE, Care.UNDER_PARENT, Care.BY_SOUND})

_LENGTHS = {Level.STREET: 9, Level.COMMUNITY: 12}


class Selection(Struct, frozen=True, kw_only=True):
    """Hold the names a text really says, in its order."""

    names: tuple[Found, ...]
    """The city itself is left out."""
    elsewhere: tuple[Found, ...]
    """The names of other cities."""
    is_elsewhere: bool
    """Some names were left out because they belong to another city's address."""


def select(text: str, found: Iterable[Found]) -> Selection:
    """Return the names that really name places of this city.

    The longest names that need no neighbour come first, then those that lean on one; then names behind another city's
    name are left out.
    """
    found = [_with_unit_corrected(text, one) for one in found]
    begin = {one.start for one in found if one.care in _NAMES}
    end = {one.end for one in found if one.care is not Care.ELSEWHERE}
    usable = [
        one for one in found if not is_spoilt(text, one, follows_name=one.start in end, leads_to_name=one.end in begin)
    ]
    end = {one.end for one in usable if one.care in _NAMES}
    sure = [
        one
        for one in usable
        if is_sure_by_itself(text, one, follows_name=one.start in end, leads_to_name=one.end in begin)
    ]
    chosen = _longest(sure)
    if _cuts_across(sure, chosen):
        chosen = _covering(sure)
    for one in sorted(usable, key=_longest_first):
        if one.care in _LEANING and _leans(text, one, chosen=chosen, leads_to_name=one.end in begin):
            _add(chosen, one)
    chosen.sort(key=lambda one: one.start)
    elsewhere = [
        one for one in usable if one.care is Care.ELSEWHERE and not any(_overlap(one, name) for name in chosen)
    ]
    here = without_elsewhere(text, chosen, elsewhere=elsewhere)
    names = [_narrowed(text, one, before=before) for before, one in zip([None, *here], here, strict=False)]
    return Selection(
        names=tuple(one for one in names if one.care is not Care.CITY),
        elsewhere=tuple(elsewhere),
        is_elsewhere=len(here) < len(chosen),
    )


def without_elsewhere(text: str, names: Sequence[Found], *, elsewhere: Sequence[Found]) -> list[Found]:
    """Return the names that are not part of another city's address: without 东山社区 in 济南市历下区东山社区."""
    here: list[Found] = []
    left_at = -1
    for one in names:
        since = max([left_at, *(other.end for other in elsewhere if other.end <= one.start)])
        is_chained = 0 <= one.start - since <= _LONGEST_CHAIN and CHAIN.fullmatch(text, since, one.start)
        if since >= 0 and is_chained and (not here or since >= here[-1].end):
            left_at = one.end
        else:
            here.append(one)
    return here


def _with_unit_corrected(text: str, one: Found) -> Found:
    """Return a bare name together with the misspelt unit behind it: 李村|接道."""
    if one.care not in {Care.BARE, Care.ALONE, Care.UNDER_PARENT, Care.ROAD}:
        return one
    for unit, level in ((WRONG_STREET, Level.STREET), (WRONG_COMMUNITY, Level.COMMUNITY)):
        match = unit.match(text, one.end)
        meant = tuple((code, How.SAME_SOUND) for code, _ in one.candidates if len(code) == _LENGTHS[level])
        if match and meant:
            return replace(one, end=match.end(), care=Care.PREFIX, candidates=meant)
    return one


def _longest_first(one: Found) -> tuple[bool, int, int]:
    """Return a sorting key; the city comes last, for 青岛|市南区 is written 青岛市南区."""
    return one.care is Care.CITY, one.start - one.end, one.start


def _longest(sure: Iterable[Found]) -> list[Found]:
    chosen: list[Found] = []
    for one in sorted(sure, key=_longest_first):
        _add(chosen, one)
    return chosen


def _cuts_across(sure: Iterable[Found], chosen: Iterable[Found]) -> bool:
    """Tell whether a chosen name begins or ends inside one that was not: 莱|西夏格庄村 in 莱西|夏格庄村."""
    return any(
        one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end
        for one in sure
        if one.care is not Care.CITY
        for other in chosen
    )


def _covering(sure: Iterable[Found]) -> list[Found]:
    """Return the names without overlaps that cover the most of the text, by the fewest names; a bare one counts half."""
    best: list[tuple[int, int, tuple[Found, ...]]] = [(0, 0, ())]
    ends = [0]
    for one in sorted((one for one in sure if one.care is not Care.CITY), key=lambda one: one.end):
        covered, names, before = best[bisect_right(ends, one.start) - 1]
        weight = (one.end - one.start) * (1 if one.care is Care.BARE else 2)
        with_one = (covered + weight, names - 1, (*before, one))
        best.append(max(best[-1], with_one, key=lambda way: way[:2]))
        ends.append(one.end)
    chosen = list(best[-1][2])
    for one in sure:
        if one.care is Care.CITY:
            _add(chosen, one)
    return chosen


def _add(chosen: list[Found], one: Found) -> None:
    if not any(_overlap(one, other) for other in chosen):
        chosen.append(one)


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _leans(text: str, one: Found, *, chosen: Iterable[Found], leads_to_name: bool) -> bool:
    """Tell whether a weak name stands right behind a place it lies in, or right before one that lies in it."""
    is_everyday = one.care is Care.UNDER_PARENT
    has_ended = is_over(text, one.end) if is_everyday else leads_to_name or not goes_on(text, one.end)
    for other in chosen:
        if _are_neighbours(text, left=other, right=one) and _lies_in(one, other):
            # That an everyday word lies in the city says nothing: 青岛|温泉.
            return has_ended and not (is_everyday and other.care is Care.CITY)
        if not is_everyday and _are_neighbours(text, left=one, right=other) and _lies_in(other, one):
            return True
    return False


def _are_neighbours(text: str, *, left: Found, right: Found) -> bool:
    return left.end <= right.start and BETWEEN.fullmatch(text, left.end, right.start) is not None


def _lies_in(inner: Found, outer: Found) -> bool:
    return any(
        code != above and code.startswith(above) for code, _ in inner.candidates for above, _ in outer.candidates
    )


def _narrowed(text: str, one: Found, *, before: Found | None) -> Found:
    """Return a name without the meaning that has just been said: in 城阳区城阳 the second is the street."""
    if before is None or not _are_neighbours(text, left=before, right=one) or goes_on(text, one.end):
        return one
    said = {code for code, _ in before.candidates}
    new = tuple(candidate for candidate in one.candidates if candidate[0] not in said)
    return replace(one, candidates=new) if new else one
