"""Find the places of a message in the gazetteer, in the dialogue's own terms."""

from bots.petition.state import Place
from services.places.gazetteer import Gazetteer
from services.places.model import Level, PlaceCode, Recognition

CANDIDATES_MOST = 8
"""Places offered in one question; more fit on no telephone, and the citizen is asked to say more."""


class GazetteerPlaces:
    """Recognise places for the reader."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Take the city's gazetteer."""
        self._gazetteer = gazetteer

    def recognise(self, text: str) -> tuple[Place, ...]:
        """Return the one place a text names, the several it may mean, or nothing."""
        found = self._gazetteer.recognise(text)
        if found.ambiguous:
            candidates = found.candidates
            return (
                tuple(self._named(candidate.code, "") for candidate in candidates)
                if len(candidates) <= CANDIDATES_MOST
                else ()
            )
        deepest = found.community or found.street or found.district
        return (self._named(deepest.code, _words(text, found)),) if deepest is not None else ()

    def _named(self, code: PlaceCode, words: str) -> Place:
        names: dict[Level, str] = {}
        for length in (6, 9, 12):
            if len(code) >= length:
                place = self._gazetteer.place(PlaceCode(code[:length]))
                names[place.level] = place.name
        district = names.get(Level.DISTRICT, "")
        street, community = names.get(Level.STREET, ""), names.get(Level.COMMUNITY, "")
        return Place(
            text=words or community or street or district,
            district=district,
            street=street,
            community=community,
            street_code=code[:9] if street else "",
            community_code=code if community else "",
        )


def _words(text: str, found: Recognition) -> str:
    """Return the citizen's own words about the place: a short answer whole, of a story only the names in it."""
    if len(text) <= _ANSWER_LONGEST:
        return text
    return "".join(text[match.start : match.end] for match in found.spans)


_ANSWER_LONGEST = 30
"""Characters of what is still an answer to "where" and no story."""
