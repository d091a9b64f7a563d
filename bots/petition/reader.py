"""Turn a citizen's message into a reading for the petition dialogue, by the gazetteer and the date phrases."""

from datetime import datetime
from typing import Protocol

from bots.petition.reading import Reading, Verb, content_of, phone_in, trimmed, verb_in
from bots.petition.state import Place
from services.conversations.message import Location
from services.text.normalise import normalise


class Places(Protocol):
    """Recognise places of the city in free text."""

    def recognise(self, text: str) -> tuple[Place, ...]:
        """Return the one place a text names, the several it may mean, or nothing."""
        ...


class Moments(Protocol):
    """Recognise when something happened."""

    def find(self, text: str, *, now: datetime) -> str:
        """Return the time phrase as it was said, or an empty string."""
        ...


class Reader:
    """Read messages for the form."""

    def __init__(self, *, places: Places, moments: Moments) -> None:
        """Take the two recognisers."""
        self._places = places
        self._moments = moments

    def opening(self, text: str, *, now: datetime) -> Reading:
        """Read a first sentence: ``value`` is what it says beyond announcing a petition."""
        reading = self._read(text, now=now)
        return Reading(
            text=reading.text,
            value=content_of(reading.text),
            place=reading.place,
            places=reading.places,
            occurred=reading.occurred,
            phone=reading.phone,
        )

    def answer(self, text: str, *, now: datetime) -> Reading:
        """Read an answer inside the form; a steering word wins over any value."""
        verb, slot, value = verb_in(normalise(text).text)
        if verb is None:
            return self._read(text, now=now)
        if verb is Verb.CORRECT and value:
            read = self._read(value, now=now)
            return Reading(
                text=value,
                verb=verb,
                slot=slot,
                value=value,
                place=read.place,
                places=read.places,
                occurred=read.occurred,
                phone=read.phone,
            )
        return Reading(text=trimmed(text), verb=verb, slot=slot)

    def location(self, location: Location) -> Reading:
        """Read a shared location: the label may name a street, the point stands in any case."""
        named = self._places.recognise(location.label) if location.label else ()
        names = named[0] if len(named) == 1 else Place(text=location.label)
        label = location.label or f"{location.lat:.5f}, {location.lng:.5f}"
        place = Place(
            text=label,
            district=names.district,
            street=names.street,
            community=names.community,
            street_code=names.street_code,
            community_code=names.community_code,
            lat=location.lat,
            lng=location.lng,
        )
        return Reading(text=label, place=place)

    def _read(self, text: str, *, now: datetime) -> Reading:
        said = trimmed(text)
        phone, bad = phone_in(said)
        places = self._places.recognise(said)
        return Reading(
            text=said,
            place=places[0] if len(places) == 1 else None,
            places=places if len(places) > 1 else (),
            occurred=self._moments.find(said, now=now),
            phone=phone,
            bad_phone=bad,
        )
