"""Hold one immutable snapshot of everything the city publishes about its service items."""

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec
from msgspec import Struct

from services.errors import NotFound
from services.items.model import Hall, HallId, ItemCode, Licence, LicenceCode, ServiceItem


class ItemNotFound(NotFound):
    """Say that no published item has this code."""

    code = "items.not_found"
    title = "没有找到这个办事项目"


class HallNotFound(NotFound):
    """Say that there is no hall with this id."""

    code = "items.hall_not_found"
    title = "没有找到这个办事大厅"


class Catalogue(Struct, frozen=True, kw_only=True):
    """Hold the items in force, all their versions, the halls and the licences; never changed, only replaced.

    Build it by `Catalogue.of`. ``version`` reads ``<serial>-<hash>``: the serial counts publications of one
    process, the hash is of the content, so equal content on two processes shares the hash.
    """

    version: str
    items: Mapping[ItemCode, ServiceItem]
    """The newest version of every item, in the order published."""
    history: Mapping[ItemCode, tuple[ServiceItem, ...]]
    """Every version of every item, oldest first."""
    halls: Mapping[HallId, Hall]
    licences: Mapping[LicenceCode, Licence]

    @staticmethod
    def of(
        items: Iterable[ServiceItem], halls: Iterable[Hall] = (), licences: Iterable[Licence] = (), *, serial: int = 0
    ) -> "Catalogue":
        """Build a snapshot from checked parts; of several versions of one item the highest number is current."""
        history: dict[ItemCode, tuple[ServiceItem, ...]] = {}
        for item in items:
            history[item.code] = (*history.get(item.code, ()), item)
        ordered = {code: tuple(sorted(versions, key=lambda one: one.version)) for code, versions in history.items()}
        halls_by_id = {hall.id: hall for hall in halls}
        licences_by_code = {licence.code: licence for licence in licences}
        digest = _content_hash(ordered, halls_by_id, licences_by_code)
        return Catalogue(
            version=f"{serial}-{digest}",
            items=MappingProxyType({code: versions[-1] for code, versions in ordered.items()}),
            history=MappingProxyType(ordered),
            halls=MappingProxyType(halls_by_id),
            licences=MappingProxyType(licences_by_code),
        )

    @property
    def content_hash(self) -> str:
        """Return the part of the version that depends on the content alone."""
        return self.version.partition("-")[2]

    def item(self, code: str) -> ServiceItem:
        """Return the current version of an item, or raise `ItemNotFound`."""
        try:
            return self.items[ItemCode(code)]
        except KeyError:
            raise ItemNotFound(code) from None

    def hall(self, hall_id: str) -> Hall:
        """Return a hall, or raise `HallNotFound`."""
        try:
            return self.halls[HallId(hall_id)]
        except KeyError:
            raise HallNotFound(hall_id) from None


def _content_hash(
    history: Mapping[ItemCode, tuple[ServiceItem, ...]],
    halls: Mapping[HallId, Hall],
    licences: Mapping[LicenceCode, Licence],
) -> str:
    """Return 12 hex digits over the content, whatever the order of the files.

    Fed item by item, so that no single call holds the interpreter for long.
    """
    digest = hashlib.blake2b(digest_size=6)
    for code in sorted(history):
        for item in history[code]:
            digest.update(msgspec.json.encode(item))
    for hall_id in sorted(halls):
        digest.update(msgspec.json.encode(halls[hall_id]))
    for licence_code in sorted(licences):
        digest.update(msgspec.json.encode(licences[licence_code]))
    return digest.hexdigest()
