"""Read the files that places are known from, and say what is wrong with them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from services.places.model import CITY, Level, Place, PlaceCode

_LENGTHS = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}


class CommunityRecord(Struct, frozen=True):
    """Hold a community of ``data/places_qingdao.json``."""

    code: PlaceCode
    name: str


class StreetRecord(Struct, frozen=True):
    """Hold a street with its communities."""

    code: PlaceCode
    name: str
    communities: tuple[CommunityRecord, ...]


class DistrictRecord(Struct, frozen=True):
    """Hold a district with its streets."""

    code: PlaceCode
    name: str
    streets: tuple[StreetRecord, ...]
    aliases: tuple[str, ...] = ()


class Alias(Struct, frozen=True):
    """Give further names of a place: former ones, short ones of zones."""

    code: PlaceCode
    names: tuple[str, ...]


class Careful(Struct, frozen=True, kw_only=True):
    """Say in which surroundings a name is part of another word: 市北 in 城市北边."""

    name: str
    alone_only: bool
    """Only where a name can begin: 平度, but not in 公平度."""
    not_after: str
    """Characters that do not stand before the place's name."""
    not_before: tuple[str, ...]
    """Texts that do not stand behind it."""


class Records(Struct, frozen=True, kw_only=True):
    """Hold everything that is read, as one."""

    city: str
    districts: tuple[DistrictRecord, ...]
    aliases: tuple[Alias, ...]
    careful: tuple[Careful, ...]
    everyday_words: frozenset[str]
    elsewhere: tuple[str, ...]

    def places(self) -> Iterator[Place]:
        """Yield every place with its full name, each behind the one it lies in."""
        for district in self.districts:
            of_district = self.city + district.name
            yield Place(code=district.code, name=district.name, level=Level.DISTRICT, full_name=of_district)
            for street in district.streets:
                of_street = of_district + street.name
                yield Place(code=street.code, name=street.name, level=Level.STREET, full_name=of_street)
                for one in street.communities:
                    full_name = of_street + one.name
                    yield Place(code=one.code, name=one.name, level=Level.COMMUNITY, full_name=full_name)


class PlacesFaulty(ValueError):
    """Refuse the files; `faults` has one sentence for each thing an operator must put right."""

    def __init__(self, faults: list[str]) -> None:
        """Put the faults into the message, one a line."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def load_records(folder: Path) -> Records:
    """Read places, departments (for the districts' aliases), further aliases and other cities' names.

    Raises:
        PlacesFaulty: a file is not what it should be, or a code does not fit its place.
    """
    try:
        gazetteer = msgspec.json.decode((folder / "places_qingdao.json").read_bytes(), type=_Gazetteer)
        known = msgspec.json.decode((folder / "departments.json").read_bytes(), type=_Departments)
        further = msgspec.json.decode((folder / "place_aliases.json").read_bytes(), type=_Further)
        elsewhere = msgspec.json.decode((folder / "places_elsewhere.json").read_bytes(), type=_Elsewhere)
    except msgspec.DecodeError as error:
        raise PlacesFaulty([str(error)]) from error
    of_districts = [Alias(one.code, one.aliases) for one in gazetteer.districts]
    of_records = [Alias(one.code, one.aliases) for one in known.districts]
    records = Records(
        city=known.city.name,
        districts=gazetteer.districts,
        aliases=(*of_districts, *of_records, *further.aliases),
        careful=further.careful,
        everyday_words=further.everyday_words,
        elsewhere=elsewhere.names,
    )
    if faults := list(_faults_of(records)):
        raise PlacesFaulty(faults)
    return records


def _faults_of(records: Records) -> Iterator[str]:
    codes = Counter(place.code for place in records.places())
    yield from (f"the code {code} stands {times} times" for code, times in codes.items() if times > 1)
    for place, above in _with_what_they_lie_in(records):
        if len(place.code) != _LENGTHS[place.level] or not place.code.isdecimal() or not place.code.startswith(above):
            yield f"{place.full_name}: {place.code} is no code of a {place.level} in {above}"
    yield from (f"aliases for {one.code}, which is no place" for one in records.aliases if one.code not in codes)


def _with_what_they_lie_in(records: Records) -> Iterator[tuple[Place, PlaceCode]]:
    last = {Level.DISTRICT: CITY, Level.STREET: CITY, Level.COMMUNITY: CITY}
    above = {Level.STREET: Level.DISTRICT, Level.COMMUNITY: Level.STREET}
    for place in records.places():
        yield place, last[above[place.level]] if place.level in above else CITY
        last[place.level] = place.code


class _Gazetteer(Struct, frozen=True):
    districts: tuple[DistrictRecord, ...]


class _KnownDistrict(Struct, frozen=True):
    code: PlaceCode
    aliases: tuple[str, ...]


class _City(Struct, frozen=True):
    name: str


class _Departments(Struct, frozen=True):
    city: _City
    districts: tuple[_KnownDistrict, ...]


class _Further(Struct, frozen=True):
    aliases: tuple[Alias, ...]
    careful: tuple[Careful, ...]
    everyday_words: frozenset[str]


class _Elsewhere(Struct, frozen=True):
    names: tuple[str, ...]
