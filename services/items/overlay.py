"""Lay what operators have published over the shipped catalogue and wording; the files themselves stay as they are."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from services.items.catalogue import Catalogue
from services.items.model import ItemCode, Question, ServiceItem
from services.items.search.phrases import PhraseFinder
from services.items.search.wording import ItemWording, Wording
from services.steps import Steps


class Overlay(Struct, frozen=True, kw_only=True):
    """Hold further aliases and reviewed questions by item; what names an item that is not published does nothing."""

    version: int = 0
    """Which publication of the operators this is; 0: the files alone."""
    aliases: Mapping[ItemCode, tuple[str, ...]] = {}
    """In normal form."""
    faqs: Mapping[ItemCode, tuple[Question, ...]] = {}

    def over_wording(self, wording: Wording) -> Wording:
        """Return the wording with the further aliases behind its own.

        Dialect is rewritten in them as it is in every question, else they would never be found in one.
        """
        rewrites = PhraseFinder(wording.rewrites)
        items = dict(wording.items)
        for code, aliases in self.aliases.items():
            own = items.get(code, ItemWording())
            items[code] = replace(own, aliases=tuple(dict.fromkeys((*own.aliases, *map(rewrites.replace, aliases)))))
        return replace(wording, items=items)

    def over_catalogue(self, catalogue: Catalogue, *, serial: int) -> Steps[Catalogue]:
        """Return the catalogue with the further questions, as a publication of its own.

        They stand before the guide's own: of two that are equally close the operator's answers.
        """
        if not any(code in catalogue.history for code in self.faqs):
            return replace(catalogue, version=f"{serial}-{catalogue.content_hash}")
        items = [self._with_questions(item) for versions in catalogue.history.values() for item in versions]
        return (
            yield from Catalogue.assembling(
                items, catalogue.halls.values(), licences=catalogue.licences.values(), serial=serial, day=catalogue.day
            )
        )

    def _with_questions(self, item: ServiceItem) -> ServiceItem:
        further = self.faqs.get(item.code, ())
        return replace(item, faqs=(*further, *item.faqs)) if further else item
