"""Hold one immutable snapshot of everything the city publishes about its service items."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

import msgspec
from msgspec import Struct

from services.errors import NotFound
from services.items.model import Hall, HallId, ItemCode, ItemStatus, Licence, LicenceCode, ServiceItem
from services.steps import Steps, at_once


class ItemNotFound(NotFound):
    """Say that no published item has this code."""

    code = "items.not_found"
    title = "没有找到这个办事项目"


class HallNotFound(NotFound):
    """Say that there is no hall with this id."""

    code = "items.hall_not_found"
    title = "没有找到这个办事大厅"


class Catalogue(Struct, frozen=True, kw_only=True):
    """Hold the items in force on a day, all their versions, the halls and the licences; never changed, only replaced.

    Build it by `Catalogue.of`. ``version`` reads ``<serial>-<hash>``: the serial counts publications of one
    process, the hash is of the content, so equal content on two processes shares the hash.
    """

    version: str
    day: date
    """The day (Shanghai) that ``items`` is true for; ``date.max``: the newest versions, whatever their day."""
    items: Mapping[ItemCode, ServiceItem]
    """The version of every item that is in force, in the order published; cancelled items are left out."""
    history: Mapping[ItemCode, tuple[ServiceItem, ...]]
    """Every version of every item, oldest first."""
    halls: Mapping[HallId, Hall]
    licences: Mapping[LicenceCode, Licence]

    @staticmethod
    def of(
        items: Iterable[ServiceItem],
        halls: Iterable[Hall] = (),
        *,
        licences: Iterable[Licence] = (),
        serial: int = 0,
        day: date = date.max,
    ) -> "Catalogue":
        """Build a snapshot from checked parts, see `assembling`."""
        return at_once(Catalogue.assembling(items, halls, licences=licences, serial=serial, day=day))

    @staticmethod
    def assembling(
        items: Iterable[ServiceItem],
        halls: Iterable[Hall] = (),
        *,
        licences: Iterable[Licence] = (),
        serial: int = 0,
        day: date = date.max,
    ) -> Steps["Catalogue"]:
        """Build a snapshot from checked parts.

        Args:
            items: one or several versions of each; a version holds from its ``effective_from`` until the next does.
            halls: each once.
            licences: each once.
            serial: the number of this publication.
            day: the day the snapshot is for.
        """
        history: dict[ItemCode, tuple[ServiceItem, ...]] = {}
        for item in items:
            history[item.code] = (*history.get(item.code, ()), item)
        ordered = {code: tuple(sorted(versions, key=lambda one: one.version)) for code, versions in history.items()}
        halls_by_id = {hall.id: hall for hall in halls}
        licences_by_code = {licence.code: licence for licence in licences}
        yield
        digest = yield from _content_hash(ordered, halls_by_id, licences=licences_by_code)
        return Catalogue(
            version=f"{serial}-{digest}",
            day=day,
            items=MappingProxyType(_in_force(ordered, day)),
            history=MappingProxyType(ordered),
            halls=MappingProxyType(halls_by_id),
            licences=MappingProxyType(licences_by_code),
        )

    @property
    def content_hash(self) -> str:
        """Return the part of the version that depends on the content alone."""
        return self.version.partition("-")[2]

    @property
    def next_change(self) -> date | None:
        """Return the first day after this snapshot's on which another version comes into force, if any is known."""
        days = [item.effective_from for versions in self.history.values() for item in versions]
        return min((day for day in days if day > self.day), default=None)

    def item(self, code: str) -> ServiceItem:
        """Return the version of an item that is in force, or raise `ItemNotFound`."""
        try:
            return self.items[ItemCode(code)]
        except KeyError:
            raise ItemNotFound(code) from None

    def versions(self, code: str) -> tuple[ServiceItem, ...]:
        """Return every version of an item, oldest first, or raise `ItemNotFound`."""
        try:
            return self.history[ItemCode(code)]
        except KeyError:
            raise ItemNotFound(code) from None

    def hall(self, hall_id: str) -> Hall:
        """Return a hall, or raise `HallNotFound`."""
        try:
            return self.halls[HallId(hall_id)]
        except KeyError:
            raise HallNotFound(hall_id) from None

    def as_of(self, day: date) -> "Catalogue":
        """Return the snapshot of another day: the same content, other versions in force."""
        serial, _, digest = self.version.partition("-")
        return msgspec.structs.replace(
            self,
            version=f"{serial}-{digest}",
            day=day,
            items=MappingProxyType(_in_force(self.history, day)),
        )

    def older_than(self, items: Iterable[ServiceItem]) -> list[ServiceItem]:
        """Return the versions of these items that only this snapshot still knows.

        A version of the same number is not among them: correcting a word does not need a new version.
        """
        numbers: dict[ItemCode, set[int]] = {}
        for item in items:
            numbers.setdefault(item.code, set()).add(item.version)
        return [
            one for code, known in numbers.items() for one in self.history.get(code, ()) if one.version not in known
        ]


def _in_force(history: Mapping[ItemCode, tuple[ServiceItem, ...]], day: date) -> dict[ItemCode, ServiceItem]:
    items = {}
    for code, versions in history.items():
        begun = [item for item in versions if item.effective_from <= day]
        if begun and begun[-1].status != ItemStatus.CANCELLED:
            items[code] = begun[-1]
    return items


def _content_hash(
    history: Mapping[ItemCode, tuple[ServiceItem, ...]],
    halls: Mapping[HallId, Hall],
    *,
    licences: Mapping[LicenceCode, Licence],
) -> Steps[str]:
    """Return 12 hex digits over the content, whatever the order of the files."""
    digest = hashlib.blake2b(digest_size=6)
    for code in sorted(history):
        for item in history[code]:
            digest.update(msgspec.json.encode(item))
        yield
    for hall_id in sorted(halls):
        digest.update(msgspec.json.encode(halls[hall_id]))
    for licence_code in sorted(licences):
        digest.update(msgspec.json.encode(licences[licence_code]))
    return digest.hexdigest()
