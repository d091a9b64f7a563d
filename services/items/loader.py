"""Read catalogue files (JSON with guides, or CSV with bare names) and build a catalogue, or list every fault.

Several files add up: what a later file leaves out (halls, licences) is taken from the others.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from services.items.catalogue import Catalogue
from services.items.checks import Parsed, checking
from services.items.faults import CatalogueRefused, Fault, FaultKind
from services.items.model import Hall, ItemCode, Licence, ServiceItem
from services.steps import Steps, at_once

REQUIRED = (
    "code",
    "name",
    "department",
    "audience",
    "conditions",
    "materials",
    "steps",
    "promise_limit",
    "fee",
    "windows",
    "online",
    "phone",
    "result",
    "version",
    "effective_from",
)
"""What a guide may not lack (the core of the national exchange set); a CSV of names is the form without guides."""

Element = TypeVar("Element")
Fetched = tuple[str, bytes | OSError]
"""A file's name and what is in it, or why that could not be read."""


class Release(Struct, frozen=True, kw_only=True):
    """Say what a catalogue is built for."""

    serial: int = 0
    """The number of this publication."""
    day: date = date.max
    """The day (Shanghai) it is for; ``date.max``: the newest versions."""
    departments: frozenset[str] = frozenset()
    """Known department ids; empty: departments are not checked."""
    previous: Catalogue | None = None
    """What was read before; its older versions of the items are kept."""


class _File(Struct, frozen=True):
    """Split a catalogue file into its elements without decoding them yet."""

    items: list[msgspec.Raw] = []
    halls: list[msgspec.Raw] = []
    licences: list[msgspec.Raw] = []


def load(
    paths: Iterable[Path],
    *,
    departments: frozenset[str] = frozenset(),
    serial: int = 0,
    day: date = date.max,
) -> Catalogue:
    """Read these files into one catalogue, see `loading`; blocks."""
    return at_once(loading(fetch(paths), Release(serial=serial, day=day, departments=departments)))


def fetch(paths: Iterable[Path]) -> list[Fetched]:
    """Read files as they are (blocks); what cannot be read is left for `loading` to report."""
    return [(path.name, _read(path)) for path in paths]


def loading(files: Iterable[Fetched], release: Release) -> Steps[Catalogue]:
    """Decode and check files and build one catalogue of them.

    Args:
        files: ``.json`` in the catalogue's form or ``.csv`` with the columns ``name`` and ``department``.
        release: what the catalogue is built for.

    Raises:
        CatalogueRefused: with every fault of every file; nothing was built.
    """
    parsed: tuple[Parsed, ...] = ()
    for name, data in files:
        parsed = (*parsed, (yield from parsing(name, data)))
    faults = yield from checking(parsed, release.departments)
    if faults:
        raise CatalogueRefused(faults)
    items = [item for file in parsed for item in file.items]
    older = release.previous.older_than(items) if release.previous is not None else []
    yield
    return (
        yield from Catalogue.assembling(
            (*items, *older),
            (hall for file in parsed for hall in file.halls),
            licences=(licence for file in parsed for licence in file.licences),
            serial=release.serial,
            day=release.day,
        )
    )


def parsing(name: str, data: bytes | OSError) -> Steps[Parsed]:
    """Decode one file by its ending; what cannot be decoded becomes a fault, never an exception."""
    if isinstance(data, OSError):
        return Parsed(file=name, faults=(_fault(name, FaultKind.UNREADABLE, detail=data.strerror or "OSError"),))
    if name.lower().endswith(".csv"):
        return (yield from _parse_names(name, data))
    return (yield from _parse_guides(name, data))


def _read(path: Path) -> bytes | OSError:
    try:
        return path.read_bytes()
    except OSError as error:
        return error


def _parse_guides(name: str, data: bytes) -> Steps[Parsed]:
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Parsed(file=name, faults=(_fault(name, FaultKind.UNREADABLE, detail=str(error)),))
    faults: list[Fault] = []
    if not (file.items or file.halls or file.licences):
        faults.append(_fault(name, FaultKind.NO_ITEMS))
    items = yield from _decode_all(
        file.items, ServiceItem, file=name, faults=faults, missing=lambda raw: _missing(name, raw)
    )
    halls = yield from _decode_all(file.halls, Hall, file=name, faults=faults)
    licences = yield from _decode_all(file.licences, Licence, file=name, faults=faults)
    return Parsed(file=name, items=items, halls=halls, licences=licences, faults=tuple(faults))


def _decode_all(
    elements: list[msgspec.Raw],
    kind: type[Element],
    *,
    file: str,
    faults: list[Fault],
    missing: Callable[[Mapping[str, Any]], Iterable[Fault]] = lambda _: (),
) -> Steps[tuple[Element, ...]]:
    """Decode every element strictly and note the faults of those that cannot be."""
    decoded: list[Element] = []
    for index, raw in enumerate(elements, 1):
        yield
        plain = msgspec.json.decode(raw)
        where = _where(plain, index)
        if not isinstance(plain, dict):
            faults.append(_fault(file, FaultKind.WRONG_TYPE, where=where, detail="object expected"))
            continue
        gaps = tuple(missing(plain))
        faults.extend(gaps)
        try:
            decoded.append(msgspec.json.decode(raw, type=kind))
        except msgspec.ValidationError as error:
            if not (gaps and "missing required field" in str(error)):
                faults.append(_fault(file, FaultKind.WRONG_TYPE, where=where, detail=str(error)))
    return tuple(decoded)


def _missing(file: str, plain: Mapping[str, Any]) -> Iterable[Fault]:
    where = _where(plain, 0)
    return [
        _fault(file, FaultKind.MISSING_FIELD, where=where, detail=name) for name in REQUIRED if plain.get(name) is None
    ]


def _where(plain: object, index: int) -> str:
    """Return how an operator finds the element: its code, id or name, else its place in the list."""
    if isinstance(plain, dict):
        for key in ("code", "id", "name"):
            if plain.get(key):
                return str(plain[key])
    return f"#{index}"


def _parse_names(name: str, data: bytes) -> Steps[Parsed]:
    """Read bare names; an exact repeat of name and department is one item."""
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        return Parsed(file=name, faults=(_fault(name, FaultKind.UNREADABLE, detail=str(error)),))
    if not rows:
        return Parsed(file=name, faults=(_fault(name, FaultKind.NO_ITEMS),))
    if not {"name", "department"} <= rows[0].keys():
        return Parsed(file=name, faults=(_fault(name, FaultKind.UNKNOWN_COLUMN),))
    items: dict[ItemCode, ServiceItem] = {}
    faults: list[Fault] = []
    for line, row in enumerate(rows, 2):
        yield
        item_name, department = (row["name"] or "").strip(), (row["department"] or "").strip()
        if not item_name:
            faults.append(_fault(name, FaultKind.EMPTY_NAME, where=f"#{line}"))
        elif not department:
            faults.append(_fault(name, FaultKind.EMPTY_DEPARTMENT, where=f"#{line}", detail=item_name))
        else:
            code = derived_code(item_name, department)
            items[code] = ServiceItem(code=code, name=item_name, department=department)
    return Parsed(file=name, items=tuple(items.values()), faults=tuple(faults))


def derived_code(name: str, department: str) -> ItemCode:
    """Return the 12-character code an item imported by name always gets: ``N`` and 11 hex digits."""
    digest = hashlib.blake2b(f"{name}\0{department}".encode(), digest_size=6).hexdigest().upper()
    return ItemCode(f"N{digest[:11]}")


def _fault(file: str, kind: FaultKind, *, where: str = "", detail: str = "") -> Fault:
    return Fault(kind=kind, file=file, where=where, detail=detail)
