"""Answer where an item is handled, which hall is near, and whether it is open."""

import math
from datetime import date, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from services.clock import SHANGHAI
from services.items.catalogue import Catalogue
from services.items.model import Hall, OpeningHours

_EARTH_RADIUS_KM = 6371.0
_MONDAY = 1
_FRIDAY = 5
_DAYS_AHEAD = 14


class Workdays(Protocol):
    """Know which days are working days; `services.calendar` has it."""

    def is_workday(self, day: date) -> bool:
        """Tell whether a Shanghai day is a working day; a make-up workday is one."""
        ...


Point = tuple[float, float]
"""Degrees north and east."""


class Distance(Struct, frozen=True):
    """Hold a hall and how far it is, in kilometres as the crow flies."""

    hall: Hall
    kilometres: float


def halls_for(catalogue: Catalogue, code: str, *, district: str = "") -> tuple[Hall, ...]:
    """Return the halls that handle an item, in the order of its guide.

    Args:
        catalogue: where to look.
        code: raises `ItemNotFound` when there is no such item.
        district: only halls of this district, by name or code; empty: all.
    """
    halls = dict.fromkeys(window.hall_id for window in catalogue.item(code).windows)
    found = (catalogue.halls[hall_id] for hall_id in halls if hall_id in catalogue.halls)
    return tuple(hall for hall in found if is_in(hall, district))


def is_in(hall: Hall, district: str) -> bool:
    """Tell whether a hall is in a district, named in full, without its last character (市南) or by code."""
    return not district or district in {hall.district, hall.district_code, hall.district[:-1]}


def nearest(halls: tuple[Hall, ...], lat: float, *, lng: float, limit: int = 3) -> tuple[Distance, ...]:
    """Return the surveyed halls nearest to a point, nearest first."""
    surveyed = [
        Distance(hall, _kilometres((lat, lng), (hall.lat, hall.lng)))
        for hall in halls
        if hall.lat is not None and hall.lng is not None
    ]
    return tuple(sorted(surveyed, key=lambda one: one.kilometres)[:limit])


def is_open(hall: Hall, at: datetime, *, workdays: Workdays) -> bool:
    """Tell whether a hall is open at a moment (aware, any zone).

    A make-up workday has Monday's hours; a day off between Monday and Friday none; a Saturday or Sunday its own.
    """
    local = at.astimezone(SHANGHAI)
    clock = local.strftime("%H:%M")
    return any(hours.opens <= clock < hours.closes for hours in hours_on(hall, local.date(), workdays=workdays))


def next_opening(hall: Hall, at: datetime, *, workdays: Workdays) -> datetime | None:
    """Return when a closed hall opens next, Shanghai time, within two weeks; ``at`` itself when it is open."""
    local = at.astimezone(SHANGHAI)
    if is_open(hall, at, workdays=workdays):
        return local
    for ahead in range(_DAYS_AHEAD + 1):
        day = local.date() + timedelta(days=ahead)
        for hours in sorted(hours_on(hall, day, workdays=workdays), key=lambda one: one.opens):
            opening = datetime.fromisoformat(f"{day} {hours.opens}").replace(tzinfo=SHANGHAI)
            if opening > local:
                return opening
    return None


def hours_on(hall: Hall, day: date, *, workdays: Workdays) -> tuple[OpeningHours, ...]:
    """Return the stretches in which a hall is open on a Shanghai day; none when it is closed."""
    weekday = day.isoweekday()
    is_workday = workdays.is_workday(day)
    if weekday <= _FRIDAY and not is_workday:
        return ()
    wanted = _MONDAY if weekday > _FRIDAY and is_workday else weekday
    return tuple(hours for hours in hall.hours if wanted in hours.days)


def _kilometres(here: Point, there: Point) -> float:
    """Return the great-circle distance (haversine)."""
    first, second = math.radians(here[0]), math.radians(there[0])
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(math.radians(there[1] - here[1]) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))
