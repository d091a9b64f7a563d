"""Check the decoded parts of catalogue files against each other and list every fault."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from services.items.faults import Fault, FaultKind
from services.items.model import Hall, ItemStatus, Licence, ServiceItem
from services.steps import Steps

_CODE_LENGTH = 12
_IMPL_LENGTH = 31
_HANDLE_LENGTH = 33
_CODE = re.compile(r"[0-9A-Z]+")
_STATUSES = frozenset(ItemStatus)
_WEEK = frozenset(range(1, 8))

Read = TypeVar("Read")


class Parsed(Struct, frozen=True, kw_only=True):
    """Hold what one file offers, decoded but not yet checked against the rest."""

    file: str
    """The file's name without its folders, as operators know it."""
    items: tuple[ServiceItem, ...] = ()
    halls: tuple[Hall, ...] = ()
    licences: tuple[Licence, ...] = ()
    faults: tuple[Fault, ...] = ()


def checking(parsed: tuple[Parsed, ...], departments: frozenset[str]) -> Steps[tuple[Fault, ...]]:
    """Return every fault of these files together, in the order of the files.

    Args:
        parsed: all files that make up one catalogue.
        departments: known department ids; empty: not checked.
    """
    found = [fault for file in parsed for fault in file.faults]
    # What is there but faulty is not reported again by everyone who refers to it.
    faulty = frozenset(fault.where for fault in found)
    halls = faulty.union(hall.id for file in parsed for hall in file.halls)
    licences = faulty.union(licence.code for file in parsed for licence in file.licences)
    for file in parsed:
        for hall in file.halls:
            found += _hall_faults(file.file, hall)
        for item in file.items:
            found += _item_faults(file.file, item)
            found += _reference_faults(file.file, item, halls=halls, licences=licences, departments=departments)
            yield
    found += _version_faults(parsed)
    halls_read = [(file.file, hall) for file in parsed for hall in file.halls]
    found += _repeats(halls_read, lambda hall: str(hall.id), kind=FaultKind.DUPLICATE_HALL)
    licences_read = [(file.file, licence) for file in parsed for licence in file.licences]
    found += _repeats(licences_read, lambda licence: str(licence.code), kind=FaultKind.DUPLICATE_LICENCE)
    return tuple(found)


def _item_faults(file: str, item: ServiceItem) -> Iterator[Fault]:
    checks = (
        (FaultKind.EMPTY_NAME, not item.name.strip(), ""),
        (FaultKind.EMPTY_DEPARTMENT, not item.department.strip(), item.name),
        (FaultKind.CODE_LENGTH, len(item.code) != _CODE_LENGTH, item.code),
        (FaultKind.CODE_CHARACTERS, not _CODE.fullmatch(item.code + item.impl_code + item.handle_code), item.code),
        (FaultKind.IMPL_CODE_LENGTH, len(item.impl_code) not in {0, _IMPL_LENGTH}, item.impl_code),
        (FaultKind.HANDLE_CODE_LENGTH, len(item.handle_code) not in {0, _HANDLE_LENGTH}, item.handle_code),
        (FaultKind.CODES_DISAGREE, not _codes_agree(item), item.code),
        (FaultKind.BAD_VERSION, item.version < 1, str(item.version)),
        (FaultKind.BAD_STATUS, item.status not in _STATUSES, item.status),
        (FaultKind.NEGATIVE_LIMIT, _has_negative_limit(item), item.code),
    )
    for kind, is_wrong, detail in checks:
        if is_wrong:
            yield Fault(kind=kind, file=file, where=item.code, detail=detail)


def _codes_agree(item: ServiceItem) -> bool:
    """Tell whether the longer codes contain the shorter ones; a code of a wrong length is reported by itself."""
    if len(item.impl_code) == _IMPL_LENGTH and not item.impl_code.endswith(item.code):
        return False
    both = len(item.handle_code) == _HANDLE_LENGTH and len(item.impl_code) == _IMPL_LENGTH
    return not both or item.handle_code.startswith(item.impl_code)


def _has_negative_limit(item: ServiceItem) -> bool:
    limits = [limit.days for limit in (item.legal_limit, item.promise_limit) if limit]
    return any(days < 0 for days in (*limits, *(step.days for step in item.steps)))


def _reference_faults(
    file: str,
    item: ServiceItem,
    *,
    halls: frozenset[str],
    licences: frozenset[str],
    departments: frozenset[str],
) -> Iterator[Fault]:
    for window in item.windows:
        if window.hall_id not in halls:
            yield Fault(kind=FaultKind.UNKNOWN_HALL, file=file, where=item.code, detail=window.hall_id)
    for material in item.materials:
        if material.licence_code is not None and material.licence_code not in licences:
            yield Fault(kind=FaultKind.UNKNOWN_LICENCE, file=file, where=item.code, detail=material.licence_code)
    if departments and item.department_id and item.department_id not in departments:
        yield Fault(kind=FaultKind.UNKNOWN_DEPARTMENT, file=file, where=item.code, detail=item.department_id)


def _hall_faults(file: str, hall: Hall) -> Iterator[Fault]:
    for hours in hall.hours:
        if hours.opens >= hours.closes or not _WEEK.issuperset(hours.days):
            yield Fault(kind=FaultKind.BAD_HOURS, file=file, where=hall.id, detail=f"{hours.opens}-{hours.closes}")
    if (hall.lat is None) != (hall.lng is None) or abs(hall.lat or 0) > 90 or abs(hall.lng or 0) > 180:  # noqa: PLR2004 - degrees
        yield Fault(kind=FaultKind.BAD_POSITION, file=file, where=hall.id)


def _version_faults(parsed: tuple[Parsed, ...]) -> Iterator[Fault]:
    """Yield two items with one code and version, and versions whose days run backwards."""
    by_code: dict[str, list[tuple[str, ServiceItem]]] = defaultdict(list)
    for file in parsed:
        for item in file.items:
            by_code[item.code].append((file.file, item))
    for code, published in by_code.items():
        ordered = sorted(published, key=lambda entry: entry[1].version)
        for (_, older), (file_name, newer) in itertools.pairwise(ordered):
            if older.version == newer.version:
                yield Fault(kind=FaultKind.DUPLICATE_CODE, file=file_name, where=code, detail=newer.name)
            elif newer.effective_from < older.effective_from:
                yield Fault(kind=FaultKind.VERSION_ORDER, file=file_name, where=code, detail=str(newer.effective_from))


def _repeats(read: Iterable[tuple[str, Read]], key: Callable[[Read], str], *, kind: FaultKind) -> Iterator[Fault]:
    """Yield entries whose key came before with other content; an exact repeat is harmless."""
    seen: dict[str, Read] = {}
    for file, one in read:
        if seen.setdefault(key(one), one) != one:
            yield Fault(kind=kind, file=file, where=key(one))
