"""Find every written form of every place in a text in one pass, with what its surroundings must be like."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import IntEnum, auto

import ahocorasick_rs
from msgspec import Struct
from msgspec.structs import replace

from services.places.model import CITY, How, Level, PlaceCode
from services.places.names import forms_of, stem_of
from services.places.records import Careful, Records
from services.places.sounds import Sounds
from services.places.vocabulary import DISTRICT_UNITS, ROAD_ENDS, SHORTENED

Candidate = tuple[PlaceCode, How]

_SHORT = 2
"""Characters of a name that is easily part of another word."""


class Care(IntEnum):
    """Say what must be looked at before a form found in a text is believed."""

    FULL = auto()
    """Nothing: a district's name with its unit, or another city's."""
    FREE = auto()
    """That it is no road: what else a district is called."""
    PREFIX = auto()
    """That no character before it makes it another name: 东|小庄社区."""
    BARE = auto()
    """As PREFIX, and that the name does not go on: 八大峡|广场."""
    ALONE = auto()
    """That a name can begin here, and does not go on."""
    UNDER_PARENT = auto()
    """That it stands right behind a place it lies in, and that the name has ended."""
    ROAD = auto()
    """It is a road: believed only with a misspelt unit behind it."""
    BY_SOUND = auto()
    """That a name can begin here, and has ended: 李仓 for 李沧."""
    CITY = auto()
    """It is the city itself."""
    ELSEWHERE = auto()
    """It is another city."""


class Entry(Struct, frozen=True, kw_only=True):
    """Hold what one written form may mean."""

    text: str
    care: Care
    candidates: tuple[Candidate, ...] = ()
    careful: Careful | None = None


class Found(Struct, frozen=True, kw_only=True):
    """Hold one stretch of a text that names a place, and what it may mean."""

    start: int
    end: int
    care: Care
    candidates: tuple[Candidate, ...]
    careful: Careful | None = None


class NamesIndex:
    """Find the forms of names in a text."""

    def __init__(self, records: Records, sounds: Sounds) -> None:
        """Build the automaton of some 17,000 forms."""
        # Most forms of a place mean the same, so they share it.
        shared: dict[tuple[Candidate, ...], tuple[Candidate, ...]] = {}
        entries = (*_entries(records), *_districts_by_sound(records, sounds))
        self._entries = [replace(one, candidates=shared.setdefault(one.candidates, one.candidates)) for one in entries]
        self._automaton = ahocorasick_rs.AhoCorasick([entry.text for entry in self._entries], store_patterns=False)

    def find(self, text: str) -> list[Found]:
        """Return the longest form that begins at each place, in the order of the text; they may overlap."""
        # Matches come in the order of their ends, so the last one from a place is the longest.
        longest = {
            start: (number, end)
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
        }
        return [self._found(number, start=start, end=end) for start, (number, end) in sorted(longest.items())]

    def _found(self, number: int, *, start: int, end: int) -> Found:
        entry = self._entries[number]
        return Found(start=start, end=end, care=entry.care, candidates=entry.candidates, careful=entry.careful)


def _entries(records: Records) -> Iterator[Entry]:
    careful = {one.name: one for one in records.careful}
    levels = {place.code: place.level for place in records.places()}
    forms = _forms(records)
    for text, meant in forms.items():
        special = careful.get(text)
        if special and special.alone_only:
            # Weaker than any name that says what it is, so that it gives way to one.
            weak = tuple((code, How.BARE) for code in meant)
            yield Entry(text=text, care=Care.ALONE, candidates=weak, careful=special)
            continue
        surest = min(meant.values())
        level = min((levels[code] for code, how in meant.items() if how is surest), key=list(Level).index)
        is_everyday = surest is How.BARE and text in records.everyday_words
        care = Care.UNDER_PARENT if is_everyday else _care(text, level=level, surest=surest)
        yield Entry(text=text, care=care, candidates=tuple(meant.items()), careful=special)
    for text in {records.city, SHORTENED.sub("", records.city)}:
        yield Entry(text=text, care=Care.CITY, candidates=((CITY, How.OFFICIAL),))
    elsewhere = {*records.elsewhere, *(SHORTENED.sub("", name) for name in records.elsewhere)}
    yield from (Entry(text=text, care=Care.ELSEWHERE) for text in elsewhere - forms.keys())


def _districts_by_sound(records: Records, sounds: Sounds) -> Iterator[Entry]:
    """Yield the districts' short names with one of the two characters replaced by one of the same sound."""
    stems = {stem_of(place)[0]: place.code for place in records.places() if place.level is Level.DISTRICT}
    for stem, code in stems.items():
        for place, character in enumerate(stem):
            for other in sounds.alike(character):
                text = stem[:place] + other + stem[place + 1 :]
                if text not in stems:
                    yield Entry(text=text, care=Care.BY_SOUND, candidates=((code, How.SAME_SOUND),))


def _forms(records: Records) -> Mapping[str, Mapping[PlaceCode, How]]:
    """Return for every form which places it may mean, and how sure each is."""
    forms: defaultdict[str, dict[PlaceCode, How]] = defaultdict(dict)
    aliases: defaultdict[PlaceCode, list[str]] = defaultdict(list)
    for alias in records.aliases:
        aliases[alias.code].extend(alias.names)
    for place in records.places():
        for text, how in forms_of(place, aliases[place.code]):
            # Forms come surest first, so the first one stands.
            forms[text].setdefault(place.code, how)
    return {text: meant for text, meant in forms.items() if not _says_nothing_new(text, forms)}


def _says_nothing_new(text: str, forms: Mapping[str, Mapping[PlaceCode, How]]) -> bool:
    """Tell whether a form only adds a committee to a shorter one that means the same one place, as surely."""
    meant = forms[text]
    if len(meant) > 1 or How.OFFICIAL in meant.values():
        return False
    shorter = (forms.get(text[:length], {}) for length in range(_SHORT + 1, len(text)))
    return any(other.keys() == meant.keys() and min(other.values()) <= min(meant.values()) for other in shorter)


def _care(text: str, *, level: Level, surest: How) -> Care:
    if level is Level.DISTRICT:
        return Care.FULL if text.endswith(DISTRICT_UNITS) else Care.FREE
    if surest < How.BARE:
        return Care.ALONE if len(text) <= _SHORT else Care.PREFIX
    if text.endswith(ROAD_ENDS):
        return Care.ROAD
    if len(text) > _SHORT:
        return Care.BARE
    return Care.ALONE if level is Level.STREET else Care.UNDER_PARENT
