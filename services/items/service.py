"""Offer the use cases of the catalogue: show, list, search, publish."""

from datetime import date
from pathlib import Path

from services.clock import SHANGHAI, Clock, SystemClock
from services.items.catalogue import Catalogue
from services.items.halls import halls_for
from services.items.listing import Filter, Page, page_of
from services.items.model import Hall, ItemCode, ServiceItem
from services.items.publication import Workshop
from services.items.search.index import SearchIndex
from services.items.search.matcher import Matcher
from services.items.search.settings import SearchSettings

_MOST_RANKED = 200
"""Items a search may page through."""


class ItemService:
    """Serve the published catalogue and its search.

    Exactly one reference, inside the matcher, says what is published: catalogue and index change together, between
    two questions, and whoever has begun with the old ones ends with them.
    """

    def __init__(self, workshop: Workshop, index: SearchIndex, *, settings: SearchSettings) -> None:
        """Serve an index that the workshop has built."""
        self.workshop = workshop
        self.matcher = Matcher(index, workshop.wording, settings=settings)
        self._settings = settings

    @staticmethod
    def load(
        files: tuple[Path, ...], *, settings: SearchSettings, data: Path, cache: Path, clock: Clock | None = None
    ) -> "ItemService":
        """Read everything at start: dictionary, wording, catalogue (about 1 s; blocks).

        Args:
            files: the catalogue's files.
            settings: thresholds.
            data: the folder that holds ``wording/``.
            cache: a private folder for the dictionary's cache.
            clock: tells today, which decides the versions in force; None: the computer's.

        Raises:
            CatalogueRefused: with every fault of the files.
        """
        workshop = Workshop.open(files, data=data, cache=cache)
        today = (clock or SystemClock()).now().astimezone(SHANGHAI).date()
        return ItemService(workshop, workshop.build(serial=1, day=today), settings=settings)

    def served(self) -> SearchIndex:
        """Return the index that is searched, with its catalogue."""
        return self.matcher.index

    def current(self) -> Catalogue:
        """Return the published catalogue; keep it for the whole of one answer."""
        return self.matcher.index.catalogue

    def as_of(self, day: date) -> Catalogue:
        """Return what was, or will be, in force on a day."""
        return self.current().as_of(day)

    def item(self, code: str, *, as_of: date | None = None) -> ServiceItem:
        """Return an item with its guide, today's or another day's version, or raise `ItemNotFound`."""
        return (self.current() if as_of is None else self.as_of(as_of)).item(code)

    def versions(self, code: str) -> tuple[ServiceItem, ...]:
        """Return every version of an item, oldest first, or raise `ItemNotFound`."""
        return self.current().versions(code)

    def halls_for(self, code: str, *, district: str = "") -> tuple[Hall, ...]:
        """Return the halls that handle an item, see `services.items.halls`."""
        return halls_for(self.current(), code, district=district)

    def find(self, query: str = "", wanted: Filter | None = None, *, cursor: str = "", limit: int = 20) -> Page:
        """Return one page of items: all of them in the catalogue's order, or those a query means, best first.

        Raises:
            Invalid: a faulty filter, limit or cursor.
        """
        catalogue = self.current()
        codes = self._ranked(query) if query.strip() else tuple(catalogue.items)
        return page_of(catalogue, codes, wanted=wanted or Filter(), cursor=cursor, limit=limit)

    def publish(self, index: SearchIndex) -> None:
        """Serve another catalogue from the next question on; one assignment, nobody waits."""
        self.matcher.replace(index)

    def _ranked(self, query: str) -> tuple[ItemCode, ...]:
        ranking = self.matcher.rank(query, _MOST_RANKED)
        return tuple(one.code for one in ranking.candidates if one.score >= self._settings.listed)
