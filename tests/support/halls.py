"""A hall bot over the real places and the real working calendar."""

import functools
from pathlib import Path

from bots.answers.bot import Catalogues
from bots.halls.bot import HallBot
from services.calendar.loader import load_calendar
from services.calendar.work_calendar import WorkCalendar
from services.places.gazetteer import Gazetteer

_DATA = Path(__file__).parents[2] / "data"


def a_hall_bot(catalogues: Catalogues) -> HallBot:
    """Return the bot over some catalogue."""
    return HallBot(catalogues=catalogues, gazetteer=the_gazetteer(), workdays=the_calendar())


@functools.cache
def the_gazetteer() -> Gazetteer:
    """Return the city's places, read once for all tests."""
    return Gazetteer.load(_DATA)


@functools.cache
def the_calendar() -> WorkCalendar:
    """Return the working calendar, read once for all tests."""
    return load_calendar(_DATA)
