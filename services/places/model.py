"""Describe places, and what was found in a text and why."""

from enum import IntEnum, StrEnum
from typing import NewType

from msgspec import Struct

PlaceCode = NewType("PlaceCode", str)
"""The statistical code without its trailing zeros: 6 digits a district, 9 a street, 12 a community.

The code of a place begins with the codes of the places it lies in.
Source: 国家统计局统计用区划代码.
"""

CITY = PlaceCode("3702")
"""Qingdao: what all codes begin with. Naming the city says nothing more about the place."""


class Level(StrEnum):
    """Name how far down a place stands."""

    DISTRICT = "district"  # 区(市)
    STREET = "street"  # 镇(街道), and zones with a statistical code of their own
    COMMUNITY = "community"  # 村(社区)


class Place(Struct, frozen=True, kw_only=True):
    """Hold one place of the city by its official name."""

    code: PlaceCode
    name: str
    level: Level
    full_name: str
    """With the places it lies in: 青岛市市南区香港中路街道云霄路社区."""


class How(IntEnum):
    """Say how a name was written, the surest first; the number is what it costs to believe it."""

    OFFICIAL = 0
    USUAL = 1
    """As people write the official name: 泰州路社区 for 泰州路社区居民委员会, 李沧 for 李沧区."""
    OTHER_UNIT = 2
    """As a village for a community, a town for a street, or the other way round."""
    BARE = 3
    """Without a word that says what it is: 八大峡."""
    SAME_SOUND = 4
    """With characters of the same sound: 李仓区."""
    ONE_CHARACTER = 5
    """With one wrong character."""


class PlaceMatch(Struct, frozen=True, kw_only=True):
    """Hold one name found in a text, ``text[start:end]``."""

    start: int
    end: int
    text: str
    how: How
    codes: tuple[PlaceCode, ...]
    """All places the name may mean."""


class Why(StrEnum):
    """Say why a recognition came out as it did."""

    NAMED = "named"
    NOTHING_NAMED = "nothing_named"
    SAME_NAME = "same_name"
    """Several places bear the name, and the text does not say which."""
    APART = "apart"
    """The named places do not lie in one another: a contradiction, or a text about several places."""
    ELSEWHERE = "elsewhere"
    """The name belongs to another city's address."""


class Recognition(Struct, frozen=True, kw_only=True):
    """Hold the place a text names, as far down as it says, or the several it may mean."""

    district: Place | None = None
    street: Place | None = None
    community: Place | None = None
    ambiguous: bool = False
    """Several places fit. The levels then hold what all of them have in common, often nothing."""
    candidates: tuple[Place, ...] = ()
    """All of them when ambiguous, in the order of their codes; else empty."""
    spans: tuple[PlaceMatch, ...] = ()
    """The names that decided, in the order of the text."""
    why: Why = Why.NOTHING_NAMED

    @property
    def place(self) -> Place | None:
        """The deepest place that is certain."""
        return self.community or self.street or self.district
