"""Know the city's districts, streets and communities, and recognise them in free text."""

from collections.abc import Sequence
from pathlib import Path

from services.errors import NotFound
from services.places.model import Level, Place, PlaceCode, PlaceMatch, Recognition, Why
from services.places.names_index import Found, NamesIndex
from services.places.records import Records, load_records
from services.places.resolution import Resolution, in_common, resolve
from services.places.selection import Selection, select, without_elsewhere
from services.places.sounds import Sounds
from services.places.typos import TypoIndex
from services.text.pinyin import PinyinTable

_DISTRICT, _STREET, _COMMUNITY = 6, 9, 12
"""How many digits of a code say so much."""


class NoSuchPlace(NotFound):
    """Say that a code is no place of this city."""

    code = "places.no_such_place"
    title = "没有这个区划代码"


class Gazetteer:
    """Recognise places in text; immutable, so it is safe to share between threads."""

    def __init__(self, records: Records, pinyin: PinyinTable) -> None:
        """Build the indexes (0.4 s): call at start, or off the event loop."""
        sounds = Sounds(pinyin)
        self._places = {place.code: place for place in records.places()}
        self._names = NamesIndex(records, sounds)
        self._typos = TypoIndex(self._places.values(), sounds)

    @staticmethod
    def load(folder: Path) -> "Gazetteer":
        """Read the place files of a folder; see `services.places.records.load_records` for the errors."""
        return Gazetteer(load_records(folder), PinyinTable.load(folder / "wording" / "pinyin.txt"))

    @property
    def places(self) -> Sequence[Place]:
        """All places, each behind the one it lies in."""
        return tuple(self._places.values())

    @property
    def districts(self) -> Sequence[Place]:
        """The districts in the order of their codes."""
        return [place for place in self._places.values() if place.level is Level.DISTRICT]

    def place(self, code: PlaceCode) -> Place:
        """Return a place by its code, or raise `NoSuchPlace`."""
        found = self._places.get(code)
        if found is None:
            raise NoSuchPlace(code)
        return found

    def recognise(self, text: str) -> Recognition:
        """Return the place a text names, as far down as it says.

        The text is read as it is: simplified characters, as `services.text.normalise` gives them.
        """
        selection = select(text, self._names.find(text))
        resolution = self._with_typos(text, selection, so_far=resolve(selection.names))
        if not resolution.codes:
            return Recognition(why=Why.ELSEWHERE if selection.is_elsewhere else Why.NOTHING_NAMED)
        return self._recognition(text, resolution)

    def _with_typos(self, text: str, selection: Selection, *, so_far: Resolution) -> Resolution:
        """Return the resolution as it becomes when misspelt names may say more than those that are written right."""
        within = in_common(so_far.codes)
        if so_far.why is Why.NAMED and within and len(within) == _COMMUNITY:
            return so_far
        names = selection.names
        if so_far.why is Why.APART:
            # A community that lies elsewhere may be the end of a misspelt name: 张村 of 擅张村, for 鳝张村.
            names = tuple(one for one in names if not _is_community(one))
            within = in_common(resolve(names).codes)
        typos = self._typos.find(text, names, within=within)
        if not typos:
            return so_far
        together = sorted((*names, *typos), key=lambda one: one.start)
        now = resolve(without_elsewhere(text, together, elsewhere=selection.elsewhere))
        return now if now.why is not Why.APART else so_far

    def _recognition(self, text: str, resolution: Resolution) -> Recognition:
        common = in_common(resolution.codes)
        is_one = len(resolution.codes) == 1
        return Recognition(
            district=self._around(common, _DISTRICT),
            street=self._around(common, _STREET),
            community=self._around(common, _COMMUNITY),
            ambiguous=not is_one,
            candidates=() if is_one else tuple(self._places[code] for code in resolution.codes),
            spans=tuple(_span(text, one) for one in resolution.names),
            why=resolution.why,
        )

    def _around(self, code: PlaceCode | None, length: int) -> Place | None:
        return self._places[PlaceCode(code[:length])] if code and len(code) >= length else None


def _is_community(one: Found) -> bool:
    return all(len(code) == _COMMUNITY for code, _ in one.candidates)


def _span(text: str, one: Found) -> PlaceMatch:
    return PlaceMatch(
        start=one.start,
        end=one.end,
        text=text[one.start : one.end],
        how=min(how for _, how in one.candidates),
        codes=tuple(sorted(code for code, _ in one.candidates)),
    )
