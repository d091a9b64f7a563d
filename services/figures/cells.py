"""Name cells, and add figures up."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.figures.model import Axis, Cell, Counts, Place

_SEPARATOR = "|"


def day_cell(place: Place) -> str:
    """Return the id of a day's cell."""
    parts = (Axis.DAY, place.day.isoformat(), place.unit, place.category, place.district)
    return _SEPARATOR.join(part.replace(_SEPARATOR, "/") for part in parts)


def place_of(day_cell_id: str) -> Place:
    """Return the place of a day's cell."""
    _, day, unit, category, district = day_cell_id.split(_SEPARATOR)
    return Place(date.fromisoformat(day), unit, category, district)


def month_cells(day_cell_id: str) -> tuple[str, str, str]:
    """Return the ids of the three cells of a month that a day's cell is part of."""
    place = place_of(day_cell_id)
    month = place.day.strftime("%Y-%m")
    values = ((Axis.UNIT, place.unit), (Axis.CATEGORY, place.category), (Axis.DISTRICT, place.district))
    unit, category, district = (_SEPARATOR.join((axis, month, value)) for axis, value in values)
    return unit, category, district


def empty_cell(cell_id: str, *, counts: Counts, batch: int) -> Cell:
    """Return a new cell from its id."""
    axis, period, *values = cell_id.split(_SEPARATOR)
    names = ("unit", "category", "district") if axis == Axis.DAY else (axis,)
    named = dict(zip(names, values, strict=True))
    return Cell(
        id=cell_id,
        period=period,
        axis=Axis(axis),
        unit=named.get("unit", ""),
        category=named.get("category", ""),
        district=named.get("district", ""),
        counts=counts,
        batch=batch,
    )


def added(first: Counts, second: Counts, *, sign: int = 1) -> Counts:
    """Return the sum, or with ``sign`` -1 the difference, of two counts, without zeros."""
    sums = {figure: first.get(figure, 0) + sign * second.get(figure, 0) for figure in {*first, *second}}
    return {figure: sums[figure] for figure in sorted(sums) if sums[figure]}


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum of many counts."""
    result: Counts = {}
    for one in counts:
        result = added(result, one)
    return result


def increments(before: Mapping[str, Counts], after: Mapping[str, Counts]) -> dict[str, Counts]:
    """Return what must be added to day and month cells for one petition's contribution to change."""
    result: dict[str, Counts] = {}
    for cell_id in sorted({*before, *after}):
        change = added(after.get(cell_id, {}), before.get(cell_id, {}), sign=-1)
        for target in (cell_id, *month_cells(cell_id)):
            result[target] = added(result.get(target, {}), change)
    return {cell_id: counts for cell_id, counts in result.items() if counts}
