"""Take official names apart, and derive the ways in which people write them."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto

from services.places.model import How, Level, Place
from services.places.vocabulary import (
    DISTRICT_UNITS,
    OFFICIAL_COMMUNITY,
    RURAL_BODIES,
    RURAL_WRITTEN,
    STREET_UNITS,
    STREET_WRITTEN,
    TOWN_WRITTEN,
    URBAN_WRITTEN,
)

Form = tuple[str, How]
"""A way to write a name, and how sure it is."""

_SHORTEST_BARE = 2


class Kind(Enum):
    """Name what a place calls itself."""

    DISTRICT = auto()  # 区
    COUNTY_CITY = auto()  # 市, which lies in the city as a district does
    STREET = auto()  # 街道
    TOWN = auto()  # 镇
    URBAN = auto()  # 社区
    RURAL = auto()  # 村
    OTHER = auto()
    """A zone, a farm, a school: its name has no unit."""


_WRITTEN = {
    Kind.STREET: (STREET_WRITTEN, TOWN_WRITTEN),
    Kind.TOWN: (TOWN_WRITTEN, STREET_WRITTEN),
    Kind.URBAN: (URBAN_WRITTEN, RURAL_WRITTEN),
    Kind.RURAL: (RURAL_WRITTEN, URBAN_WRITTEN),
}
"""What people put behind a name: usually, and also."""


def stem_of(place: Place) -> tuple[str, Kind]:
    """Return a place's name without its unit and its committee, and what the unit says."""
    match place.level:
        case Level.DISTRICT:
            return _without_unit(place.name, dict(zip(DISTRICT_UNITS, (Kind.DISTRICT, Kind.COUNTY_CITY), strict=True)))
        case Level.STREET:
            return _without_unit(place.name, dict(zip(STREET_UNITS, (Kind.STREET, Kind.TOWN), strict=True)))
        case _:
            return _community_stem(place.name)


def forms_of(place: Place, aliases: Iterable[str]) -> Iterator[Form]:
    """Yield the ways to write a place's name, the surest first.

    Args:
        place: with its official name.
        aliases: what else the city's records call it.
    """
    yield place.name, How.OFFICIAL
    yield from ((alias, How.USUAL) for alias in aliases)
    stem, kind = stem_of(place)
    if kind in _WRITTEN:
        usual, other = _WRITTEN[kind]
        yield from ((stem + unit, How.USUAL) for unit in usual)
        yield from ((stem + unit, How.OTHER_UNIT) for unit in other)
        if len(stem) >= _SHORTEST_BARE:
            yield stem, How.BARE


def _without_unit(name: str, kinds: dict[str, Kind]) -> tuple[str, Kind]:
    for unit, kind in kinds.items():
        if name.endswith(unit):
            return name.removesuffix(unit), kind
    return name, Kind.OTHER


def _community_stem(name: str) -> tuple[str, Kind]:
    match = OFFICIAL_COMMUNITY.fullmatch(name)
    if match is None or not (match["unit"] or match["body"]):
        return name, Kind.OTHER
    is_rural = match["unit"] == RURAL_WRITTEN[0] or (not match["unit"] and match["body"] in RURAL_BODIES)
    return match["stem"], Kind.RURAL if is_rural else Kind.URBAN
