"""List and search items, page by page."""

from enum import StrEnum

from msgspec import Struct

from services.errors import Invalid
from services.items.catalogue import Catalogue
from services.items.halls import is_in
from services.items.model import Holder, ItemCode, ServiceItem

MOST = 100
"""Items of one page at most."""


class Audience(StrEnum):
    """Say who asks."""

    PERSON = "person"  # 自然人
    ORGANISATION = "organisation"  # 法人


_AUDIENCES: dict[str, Audience] = {Holder.PERSON: Audience.PERSON, Holder.ORGANISATION: Audience.ORGANISATION}


class Filter(Struct, frozen=True, kw_only=True):
    """Say which items are wanted; an empty field wants all."""

    audience: str = ""
    """``person``, ``organisation``, or the catalogue's own word 自然人, 法人."""
    district: str = ""
    """Handled in this district, by name or region code."""
    department: str = ""
    """By name, id or credit code."""


class Page(Struct, frozen=True, kw_only=True):
    """Hold one page of items."""

    items: tuple[ServiceItem, ...]
    next: str | None
    """The cursor of the next page; None: this is the last."""


def page_of(
    catalogue: Catalogue, codes: tuple[ItemCode, ...], *, wanted: Filter, cursor: str = "", limit: int = 20
) -> Page:
    """Return one page of those items that pass the filter, in the order given.

    Args:
        catalogue: where the codes are looked up; codes it no longer has are passed over.
        codes: every item in question, in order.
        wanted: the filter.
        cursor: what the previous page gave as ``next``; empty: from the beginning.
        limit: 1 to `MOST`.

    Raises:
        Invalid: a limit or an audience that is none, or a cursor that this order does not know.
    """
    if not 1 <= limit <= MOST:
        raise Invalid("limit", fields={"limit": f"应为1到{MOST}"})
    audience = _audience(wanted.audience)
    start = _after(codes, cursor)
    passing = []
    for code in codes[start:]:
        item = catalogue.items.get(code)
        if item is not None and _passes(catalogue, item, wanted=wanted, audience=audience):
            passing.append(item)
        if len(passing) > limit:
            break
    more = len(passing) > limit
    return Page(items=tuple(passing[:limit]), next=passing[limit - 1].code if more else None)


def _after(codes: tuple[ItemCode, ...], cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return codes.index(ItemCode(cursor)) + 1
    except ValueError:
        raise Invalid("cursor", fields={"cursor": "翻页位置无效,请从第一页重新开始"}) from None


def _audience(text: str) -> Audience | None:
    if not text:
        return None
    known = {**_AUDIENCES, **{str(one): one for one in Audience}}
    try:
        return known[text]
    except KeyError:
        raise Invalid("audience", fields={"audience": "应为person或者organisation"}) from None


def _passes(catalogue: Catalogue, item: ServiceItem, *, wanted: Filter, audience: Audience | None) -> bool:
    """Tell whether an item passes; an item known by name alone is of every audience and district."""
    if audience and item.audience and audience not in {_AUDIENCES.get(one) for one in item.audience}:
        return False
    if wanted.department and wanted.department not in {item.department, item.department_id, item.department_code}:
        return False
    if not wanted.district or not item.windows:
        return True
    halls = (catalogue.halls.get(window.hall_id) for window in item.windows)
    return any(hall is not None and is_in(hall, wanted.district) for hall in halls)
