"""Hold the city's rules that every action on a petition is checked against."""

from msgspec import Struct

from services.calendar.work_calendar import WorkCalendar
from services.petitions.categories import CategoryTree
from services.petitions.departments import Directory
from services.petitions.doors import Doors


class CityRules(Struct, frozen=True, kw_only=True):
    """Working days, who exists, where else to go, and the categories."""

    calendar: WorkCalendar
    directory: Directory
    doors: Doors
    tree: CategoryTree
