"""Match a petition's facts against the condition of a rule, and tell when one condition covers another."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from operator import add
from typing import Annotated

from msgspec import Meta, Struct

from services.clock import SHANGHAI
from services.petitions.features import cleaned, cleaned_body
from services.petitions.kind import Kind

_DAYS = tuple((date(2024, 1, 1) + timedelta(step)).strftime("%m-%d") for step in range(366))
_MINUTES = 24 * 60

DayOfYear = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""Month and day, ``11-16``."""
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""Hour and minute in Shanghai, ``22:00``."""


class Facts(Struct, frozen=True, kw_only=True):
    """What rules may look at.

    Args:
        words: the title and the part of the text that counts, as `words_of` gives them.
        category: the likeliest category's path, or empty.
        district: six digits, or empty when the place is unknown.
        street: nine digits, or empty.
        at: when it happened or, if nobody said, when it was filed; aware.
    """

    kind: Kind
    words: str
    category: str = ""
    district: str = ""
    street: str = ""
    at: datetime


class Season(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Days of every year, both ends in it; may run over New Year."""

    first: DayOfYear
    last: DayOfYear

    def days(self) -> frozenset[str]:
        """Return all days of the season; raise ValueError for a day that no year has."""
        begins, ends = map(_DAYS.index, (self.first, self.last))
        length = (ends - begins) % len(_DAYS)
        return frozenset(_DAYS[(begins + step) % len(_DAYS)] for step in range(length + 1))


class Hours(Struct, frozen=True, rename={"first": "from", "below": "to"}):
    """Times of every day, the second not in it; may run over midnight."""

    first: TimeOfDay
    below: TimeOfDay

    def minutes(self) -> frozenset[int]:
        """Return all minutes of the day that belong to it."""
        begins, ends = (time.fromisoformat(text) for text in (self.first, self.below))
        start = begins.hour * 60 + begins.minute
        length = (ends.hour * 60 + ends.minute - start) % _MINUTES or _MINUTES
        return frozenset((start + step) % _MINUTES for step in range(length))


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What must hold; everything that is left out holds anyway.

    Args:
        any: at least one of these words stands in the petition.
        and_any: and at least one of these as well.
        none: and none of these.
        categories: the category is one of these or below one.
        kinds, districts, streets: it is one of these.
        season, hours: it happened then.
    """

    any: tuple[str, ...] = ()
    and_any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    districts: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    season: Season | None = None
    hours: Hours | None = None


def words_of(title: str, text: str) -> str:
    """Return what of a petition's words rules look at: cleaned, title first."""
    return f"{cleaned(title)}\n{cleaned_body(text)}"


def pairs_of(words: str) -> set[str]:
    """Return all pairs of neighbouring characters: made once, they spare most rules a search."""
    return set(map(add, words, words[1:]))


class Matcher:
    """Hold a condition ready for many petitions."""

    def __init__(self, condition: Condition) -> None:
        """Clean the words and spread the windows out once."""
        self._condition = condition
        self._word_sets = tuple(
            (name, tuple(map(cleaned, words)))
            for name, words in (("word", condition.any), ("and_word", condition.and_any))
            if words
        )
        self._none = tuple(map(cleaned, condition.none))
        self._signs = _signs(self._word_sets[0][1]) if self._word_sets else None
        self._nodes = tuple(f"{node}/" for node in condition.categories)
        self._days = condition.season.days() if condition.season else None
        self._minutes = condition.hours.minutes() if condition.hours else None

    def may_match(self, pairs: AbstractSet[str]) -> bool:
        """Tell whether the words can be there, by the pairs of characters that are (see `pairs_of`); cheap."""
        return self._signs is None or not self._signs.isdisjoint(pairs)

    def match(self, facts: Facts) -> dict[str, str] | None:
        """Return the facts that made the condition hold, by name, or None when it does not hold."""
        if not self._fits(facts):
            return None
        fired: dict[str, str] = {}
        for name, words in self._word_sets:
            found = next((word for word in words if word in facts.words), None)
            if found is None:
                return None
            fired[name] = found
        if any(word in facts.words for word in self._none):
            return None
        return fired | self._circumstances(facts)

    def _fits(self, facts: Facts) -> bool:
        """Tell whether everything but the words holds; the cheap part, so it comes first."""
        condition = self._condition
        if condition.kinds and facts.kind not in condition.kinds:
            return False
        if condition.districts and facts.district not in condition.districts:
            return False
        if condition.streets and facts.street not in condition.streets:
            return False
        if self._nodes and not f"{facts.category}/".startswith(self._nodes):
            return False
        return self._is_time(facts.at)

    def _is_time(self, at: datetime) -> bool:
        if self._days is None and self._minutes is None:
            return True
        local = at.astimezone(SHANGHAI)
        if self._days is not None and local.strftime("%m-%d") not in self._days:
            return False
        return self._minutes is None or local.hour * 60 + local.minute in self._minutes

    def _circumstances(self, facts: Facts) -> dict[str, str]:
        condition = self._condition
        looked_at = (
            ("category", condition.categories, facts.category),
            ("kind", condition.kinds, facts.kind.value),
            ("district", condition.districts, facts.district),
            ("street", condition.streets, facts.street),
            ("at", condition.season or condition.hours, facts.at.astimezone(SHANGHAI).isoformat(timespec="minutes")),
        )
        return {name: value for name, asked, value in looked_at if asked}


def _signs(words: tuple[str, ...]) -> frozenset[str] | None:
    """Return the first pair of each word; None when a word is too short to have one."""
    return frozenset(word[:2] for word in words) if all(len(word) > 1 for word in words) else None


def covers(earlier: Condition, later: Condition) -> bool:
    """Tell whether an earlier condition certainly holds whenever a later one does, so that the later never fires."""
    return (
        _covers_words(earlier.any, (later.any, later.and_any))
        and _covers_words(earlier.and_any, (later.any, later.and_any))
        and all(any(cleaned(mine) in cleaned(word) for mine in later.none) for word in earlier.none)
        and _covers_nodes(earlier.categories, later.categories)
        and _covers_values(earlier.kinds, later.kinds)
        and _covers_values(earlier.districts, later.districts)
        and _covers_values(earlier.streets, later.streets)
        and _covers_windows(earlier, later)
    )


def _covers_words(mine: tuple[str, ...], theirs: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether one of their sets is such that each of its words contains one of mine."""
    needles = tuple(map(cleaned, mine))
    return not mine or any(
        words and all(any(needle in cleaned(word) for needle in needles) for word in words) for words in theirs
    )


def _covers_nodes(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    nodes = tuple(f"{node}/" for node in mine)
    return not mine or bool(theirs and all(f"{node}/".startswith(nodes) for node in theirs))


def _covers_values(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return not mine or bool(theirs and set(theirs) <= set(mine))


def _covers_windows(earlier: Condition, later: Condition) -> bool:
    days = not earlier.season or (later.season is not None and later.season.days() <= earlier.season.days())
    minutes = not earlier.hours or (later.hours is not None and later.hours.minutes() <= earlier.hours.minutes())
    return days and minutes
