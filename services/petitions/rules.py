"""Hold the city's rules that every action on a petition is checked against."""

from msgspec import Struct

from services.calendar.work_calendar import WorkCalendar
from services.petitions.categories import CategoryTree
from services.petitions.departments import Directory
from services.petitions.doors import Doors
from services.petitions.patience import Patience


class CityRules(Struct, frozen=True, kw_only=True):
    """Working days, who exists, where else to go, the categories, and how long the system waits."""

    calendar: WorkCalendar
    directory: Directory
    doors: Doors
    tree: CategoryTree
    patience: Patience = Patience()
