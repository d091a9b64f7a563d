"""Read what a question about halls asks for."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct


class Wish(StrEnum):
    """What somebody wants to know of a hall."""

    PHONE = "phone"
    ADDRESS = "address"
    NOON = "noon"
    NOW = "now"
    HOURS = "hours"
    NEAREST = "nearest"


class Day(StrEnum):
    """The day a question is about."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


class Asked(Struct, frozen=True, kw_only=True):
    """What a question about halls asks for; empty sets when it asks for nothing in particular."""

    wishes: frozenset[Wish]
    days: tuple[Day, ...]

    @property
    def is_about_time(self) -> bool:
        """Tell whether a general answer helps before the district is known."""
        return bool(self.days) or bool(self.wishes & {Wish.NOON, Wish.HOURS, Wish.NOW})


def asked_in(text: str, *, wishes: Mapping[Wish, Iterable[str]], days: Mapping[Day, Iterable[str]]) -> Asked:
    """Return what a text in normal form asks for, by the words of `bots.halls.wording`."""
    return Asked(
        wishes=frozenset(wish for wish, words in wishes.items() if any(word in text for word in words)),
        days=tuple(day for day, words in days.items() if any(word in text for word in words)),
    )
