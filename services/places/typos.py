"""Find names with one wrong character, or written by their sound: 李仓区, 里村街道, 香冈中路街道."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from services.places.model import CITY, How, Place, PlaceCode
from services.places.names import Kind, stem_of
from services.places.names_index import Candidate, Care, Found
from services.places.sounds import Sounds
from services.places.surroundings import can_begin, is_longer_name
from services.places.vocabulary import (
    ANCHORS,
    DISTINGUISHING,
    DISTRICT_UNITS,
    FAMILY_VILLAGE,
    FUNCTION_WORDS,
    OF_THE_CITY,
    STREET_ANCHORS,
    SURNAMES,
    TOWN_ANCHORS,
    URBAN_ANCHORS,
)
from services.text.normalise import is_han

_LONGEST = 8
_SHORTEST = 2
_SURE = 4
"""With one wrong character a name of four leaves three, which need no word before them that begins a name."""

_ANY = "?"
_DISTRICTS = frozenset({Kind.DISTRICT, Kind.COUNTY_CITY})
_COMMUNITIES = frozenset({Kind.URBAN, Kind.RURAL})


class _Stem(Struct, frozen=True):
    """Hold a name without its unit, and one place that bears it."""

    text: str
    code: PlaceCode


class _After(Struct, frozen=True):
    """Hold what stands before a stretch of text."""

    free_from: int
    """Nothing before belongs to it."""
    ends: frozenset[int]
    """Where other names end, so that one can begin."""


class _Guess(Struct, frozen=True, kw_only=True):
    """Hold a stretch of text that may be a misspelt name, and what is known about it."""

    stem: str
    kind: Kind
    within: PlaceCode
    begins: bool
    """What stands before shows that a name begins here."""
    can_begin: bool
    """What stands before does not make it another name."""
    of_the_city: bool
    """The city stands right before it."""


class TypoIndex:
    """Look names up by their sound, and with any one character left open."""

    def __init__(self, places: Iterable[Place], sounds: Sounds) -> None:
        """Build the tables from the names without their units."""
        self._sounds = sounds
        self._known: set[tuple[bool, str]] = set()
        self._by_sound: defaultdict[tuple[Kind, tuple[str, ...]], list[_Stem]] = defaultdict(list)
        self._by_gap: defaultdict[tuple[Kind, str], list[_Stem]] = defaultdict(list)
        for place in places:
            text, kind = stem_of(place)
            self._known.add((kind in _COMMUNITIES, text))
            if _SHORTEST <= len(text) <= _LONGEST:
                stem = _Stem(text, place.code)
                self._by_sound[kind, sounds.of(text)].append(stem)
                for gap in _gaps(text):
                    self._by_gap[kind, gap].append(stem)

    def find(self, text: str, names: Iterable[Found], *, within: PlaceCode | None) -> list[Found]:
        """Return the misspelt names that end with a unit (区, 街道, 社区 ...), without overlaps.

        A name that is written right is never read as another one written wrong.

        Args:
            text: all of it.
            names: what is written right; nothing that overlaps it is returned.
            within: where the text says the place lies, as far as it does.
        """
        taken = [(one.start, one.end) for one in names]
        ends = {end for _, end in taken}
        found: list[Found] = []
        for anchor in ANCHORS.finditer(text):
            start, end = anchor.span()
            if any(first < end and start < last for first, last in taken):
                continue
            free_from = max((last for _, last in taken if last <= start), default=0)
            one = self._ending_with(text, anchor, after=_After(free_from, frozenset(ends)), within=within or CITY)
            if one:
                found.append(one)
                ends.add(one.end)
        found.sort(key=lambda one: one.start - one.end)
        return [
            one for n, one in enumerate(found) if not any(one.start < o.end and o.start < one.end for o in found[:n])
        ]

    def _ending_with(self, text: str, anchor: re.Match[str], *, after: _After, within: PlaceCode) -> Found | None:
        """Return the longest misspelt name before a unit, or None."""
        end, kind = anchor.start(), _kind(anchor[0])
        starts = range(max(after.free_from, end - _LONGEST), end - _SHORTEST + 1)
        if any((kind in _COMMUNITIES, text[start:end]) in self._known for start in starts):
            return None
        for start in starts:
            if not all(map(is_han, text[start:end])):
                continue
            begins = start in after.ends or can_begin(text, start)
            guess = _Guess(
                stem=text[start:end],
                kind=kind,
                within=within,
                begins=begins,
                can_begin=begins or not is_longer_name(text, start),
                of_the_city=OF_THE_CITY.search(text, 0, start) is not None,
            )
            if candidates := self._alike(guess) or self._but_one_character(guess):
                return Found(start=start, end=anchor.end(), care=Care.PREFIX, candidates=candidates)
        return None

    def _alike(self, guess: _Guess) -> tuple[Candidate, ...]:
        """Return the places whose name sounds the same, those with the fewest other characters."""
        if not (guess.begins or (guess.can_begin and len(guess.stem) > _SHORTEST)):
            return ()
        same_sound = self._by_sound.get((guess.kind, self._sounds.of(guess.stem)), ())
        wrong = {
            stem.code: _differences(guess.stem, stem.text) for stem in same_sound if _is_in(stem.code, guess.within)
        }
        # At least one character must be right.
        fewest = min(wrong.values(), default=len(guess.stem))
        return tuple((code, How.SAME_SOUND) for code, count in wrong.items() if count == fewest < len(guess.stem))

    def _but_one_character(self, guess: _Guess) -> tuple[Candidate, ...]:
        """Return the one place whose name differs in one character; nothing when several do."""
        if not (guess.begins or (guess.can_begin and len(guess.stem) >= _SURE)):
            return ()
        # A name of two leaves one character to go by, so the text must say where to look.
        is_scoped = guess.of_the_city if guess.kind in _DISTRICTS else guess.within != CITY
        if len(guess.stem) == _SHORTEST and not is_scoped:
            return ()
        near = {
            stem.code
            for gap in _gaps(guess.stem)
            for stem in self._by_gap.get((guess.kind, gap), ())
            if _is_in(stem.code, guess.within) and _is_mistake(guess.stem, stem.text)
        }
        return tuple((code, How.ONE_CHARACTER) for code in near) if len(near) == 1 else ()


def _kind(unit: str) -> Kind:
    if unit in DISTRICT_UNITS:
        return Kind.DISTRICT if unit == DISTRICT_UNITS[0] else Kind.COUNTY_CITY
    if unit in STREET_ANCHORS:
        return Kind.STREET
    if unit in TOWN_ANCHORS:
        return Kind.TOWN
    return Kind.URBAN if unit in URBAN_ANCHORS else Kind.RURAL


def _differences(written: str, meant: str) -> int:
    return sum(one != other for one, other in zip(written, meant, strict=True))


def _gaps(stem: str) -> Iterator[str]:
    return (f"{stem[:place]}{_ANY}{stem[place + 1 :]}" for place in range(len(stem)))


def _is_in(code: PlaceCode, within: PlaceCode) -> bool:
    return code != within and code.startswith(within)


def _is_mistake(written: str, meant: str) -> bool:
    """Tell whether one character for another can be a mistake, and is not what tells two places apart."""
    place = next(n for n, (one, other) in enumerate(zip(written, meant, strict=True)) if one != other)
    pair = {written[place], meant[place]}
    if place == 0 and (written[0] in FUNCTION_WORDS or (pair <= SURNAMES and FAMILY_VILLAGE.fullmatch(meant))):
        return False
    return not pair <= DISTINGUISHING
