"""Answer questions about halls: most callers want a telephone number, an address or the hours."""

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from bots.answers.bot import Catalogues
from bots.halls import wording
from bots.halls.asking import Asked, Wish, asked_in
from bots.halls.hours import now_in_words, told, week
from bots.halls.state import HallTalk
from bots.turn import Said, Turn, choices, with_menu
from bots.understanding.model import Action, Kind, Understanding
from services.conversations.message import Card, Location, Provenance, ReplyPart, Row, Text
from services.items.catalogue import Catalogue
from services.items.halls import Distance, Workdays, halls_for, is_in, nearest
from services.items.model import Hall, ItemCode
from services.places.gazetteer import Gazetteer
from services.places.model import PlaceCode
from services.text.normalise import normalise

CARDS_MOST = 3
"""Halls shown in one answer."""
TALK_LASTS = timedelta(minutes=10)
FOLLOW_UP_LONGEST = 14


class _Where(Struct, frozen=True):
    """A place by its codes, empty when not said, and its name."""

    district: str = ""
    street: str = ""
    name: str = ""


class HallBot:
    """Find halls and say what was asked about them."""

    def __init__(self, *, catalogues: Catalogues, gazetteer: Gazetteer, workdays: Workdays) -> None:
        """Take the halls, the places of the city and the working calendar."""
        self._catalogues = catalogues
        self._gazetteer = gazetteer
        self._workdays = workdays

    def answer(self, turn: Turn, text: str, *, understanding: Understanding) -> Said:
        """Answer a question, or ask for the district it does not name."""
        item = understanding.matches[0].code if understanding.answered else None
        return self._answer(turn, normalise(text).text, item=item, rule=understanding.rule)

    def continues(self, turn: Turn, text: str, *, understanding: Understanding) -> bool:
        """Tell whether a message goes on about the halls talked about last."""
        talk = turn.dialogue.hall
        if talk is None or turn.now > talk.at + TALK_LASTS or len(text) > FOLLOW_UP_LONGEST:
            return False
        said = normalise(text).text
        if understanding.answered or understanding.topic or understanding.kind not in _LOOSE:
            return False
        where = self._where(said)
        if where.district:
            rest = said.translate(wording.WITHOUT_LEVELS)
            return bool(talk.text) or len(rest) <= len(where.name) + 2 or _names_any(said, wording.FOLLOW_UPS)
        return bool(talk.district) and _names_any(said, wording.FOLLOW_UPS[2:])

    def go_on(self, turn: Turn, text: str) -> Said:
        """Answer a message that `continues`: the district that was asked for, or another question about the same."""
        talk = turn.dialogue.hall
        said = normalise(text).text
        if talk is None:
            return self._answer(turn, said, item=None, rule="hall.again")
        where = self._where(said)
        if not where.district:
            where = self._named(talk.street or talk.district)
        asked = _asked(f"{talk.text} {said}")
        return self._shown(turn, where, asked=asked, item=talk.item, rule="hall.follow_up")

    def choose(self, turn: Turn, code: str) -> Said:
        """Answer a district picked from the menu."""
        talk = turn.dialogue.hall
        asked = _asked(talk.text if talk else "")
        return self._shown(turn, self._named(code), asked=asked, item=talk.item if talk else None, rule="hall.chosen")

    def near(self, turn: Turn, location: Location) -> Said:
        """Show the surveyed halls nearest to a shared location, those for the item that was asked about."""
        talk = turn.dialogue.hall
        catalogue = self._catalogues.current()
        item = talk.item if talk else None
        halls = self._halls(catalogue, item)
        found = nearest(halls, location.lat, lng=location.lng, limit=CARDS_MOST)
        if not found:
            return self._ask(turn, "", item=item, prompt=wording.NONE_SURVEYED)
        cards = tuple(self._card(one.hall, turn, distance=one) for one in found)
        remembered = HallTalk(at=turn.now, district=found[0].hall.district_code, item=item)
        return _said(turn, (Text(wording.NEAREST), *cards), talk=remembered, rule="hall.nearest")

    def awaits_location(self, turn: Turn) -> bool:
        """Tell whether a location that is shared now answers our question."""
        talk = turn.dialogue.hall
        return talk is not None and bool(talk.text) and turn.now <= talk.at + TALK_LASTS

    def _answer(self, turn: Turn, text: str, *, item: ItemCode | None, rule: str) -> Said:
        where, asked = self._where(text), _asked(text)
        if where.district:
            return self._shown(turn, where, asked=asked, item=item, rule=rule)
        if Wish.NEAREST in asked.wishes:
            return self._ask(turn, text, item=item, prompt=wording.ASK_LOCATION)
        said = self._ask(turn, text, item=item, prompt=wording.ASK_DISTRICT)
        main = self._main_hall()
        if main is None or not (asked.is_about_time or _names_any(text, wording.MAIN_HALL)):
            return said
        lines = told(main, asked, at=turn.now, workdays=self._workdays)
        first: tuple[ReplyPart, ...] = (Text("\n".join(lines)),) if lines else ()
        return replace(said, replies=(*first, self._card(main, turn), *said.replies))

    def _shown(self, turn: Turn, where: _Where, *, asked: Asked, item: ItemCode | None, rule: str) -> Said:
        catalogue = self._catalogues.current()
        halls = self._halls(catalogue, item)
        here = _ordered(tuple(hall for hall in halls if is_in(hall, where.district)), where)
        shown = (here or _ordered(halls, where))[:CARDS_MOST]
        if where.street and here and here[0].street_code == where.street:
            shown = here[:1]
        elif here and item is None:
            shown = tuple(hall for hall in here if hall.kind != wording.POINT_KIND)[:CARDS_MOST] or shown
        lines = [_heading(catalogue, where, item=item, is_here=bool(here))]
        lines += told(shown[0], asked, at=turn.now, workdays=self._workdays) if shown else []
        points = (
            [] if where.street else [hall for hall in here if hall.kind == wording.POINT_KIND and hall not in shown]
        )
        after = (Text(wording.MORE.format(place=where.name, count=len(points))),) if points and item is None else ()
        replies = (Text("\n".join(lines)), *(self._card(hall, turn) for hall in shown), *after)
        talk = HallTalk(at=turn.now, district=where.district, street=where.street, item=item)
        return _said(turn, replies, talk=talk, rule=rule)

    def _ask(self, turn: Turn, text: str, *, item: ItemCode | None, prompt: str) -> Said:
        options = [(f"hall:{place.code}", place.name) for place in self._gazetteer.districts]
        asked = choices(prompt, *options)
        talk = HallTalk(at=turn.now, item=item, text=text[:100] or " ")
        said = _said(turn, (asked,), talk=talk, rule="hall.ask_district")
        return replace(said, dialogue=with_menu(said.dialogue, asked, now=turn.now, text=text))

    def _card(self, hall: Hall, turn: Turn, *, distance: Distance | None = None) -> Card:
        rows = (
            Row(wording.ROW_DISTANCE, wording.DISTANCE_KM.format(distance=distance.kilometres) if distance else ""),
            Row(wording.ROW_ADDRESS, hall.address),
            Row(wording.ROW_PHONE, hall.phone),
            Row(wording.ROW_HOURS, week(hall)),
            Row(wording.ROW_NOW, now_in_words(hall, turn.now, workdays=self._workdays)),
        )
        return Card(title=hall.name, rows=tuple(row for row in rows if row.text))

    def _halls(self, catalogue: Catalogue, item: ItemCode | None) -> tuple[Hall, ...]:
        if item is not None and item in catalogue.items and (found := halls_for(catalogue, item)):
            return found
        return tuple(catalogue.halls.values())

    def _main_hall(self) -> Hall | None:
        return next(
            (hall for hall in self._catalogues.current().halls.values() if hall.kind == wording.CITY_KIND), None
        )

    def _where(self, text: str) -> _Where:
        found = self._gazetteer.recognise(text)
        deepest = found.street or found.district
        return self._named(deepest.code) if deepest else _Where()

    def _named(self, code: str) -> _Where:
        """Return a district or street by its code, as an option or a memory holds it."""
        known = {place.code: place for place in self._gazetteer.places}
        place = known.get(PlaceCode(code))
        if place is None:
            return _Where()
        return _Where(code[:6], code if len(code) > len(code[:6]) else "", place.name)


_LOOSE = frozenset({Kind.HALL, Kind.ITEM, Kind.OUT_OF_SCOPE, Kind.PETITION})
"""Kinds a short follow-up may look like: 那电话呢 says nothing by itself."""


def _said(turn: Turn, replies: tuple[ReplyPart, ...], *, talk: HallTalk, rule: str) -> Said:
    why = Provenance(kind=Kind.HALL, action=Action.CARD, rule=rule)
    dialogue = replace(turn.dialogue, hall=talk, menu=None, misses=0)
    return Said(replies=replies, dialogue=dialogue, provenance=why)


def _asked(text: str) -> Asked:
    return asked_in(text, wishes=wording.WISHES, days=wording.DAYS)


def _names_any(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _ordered(halls: tuple[Hall, ...], where: _Where) -> tuple[Hall, ...]:
    """Return the hall of the street first, then the district's, then service points."""
    order = {wording.CITY_KIND: 2, wording.POINT_KIND: 3}
    return tuple(
        sorted(halls, key=lambda hall: (hall.street_code != where.street or not where.street, order.get(hall.kind, 1)))
    )


def _heading(catalogue: Catalogue, where: _Where, *, item: ItemCode | None, is_here: bool) -> str:
    if item is None or item not in catalogue.items:
        return wording.HERE.format(place=where.name)
    template = wording.FOR_ITEM_HERE if is_here else wording.NOT_HERE
    return template.format(place=where.name, item=catalogue.item(item).name)
