"""Draw up the month's bulletin (考核通报): figures by unit, class and district, for the desk or for everybody."""

import re
from datetime import timedelta

from msgspec import Struct

from services.clock import SHANGHAI, Clock
from services.database.collection import Collection, Page
from services.errors import Invalid, NotFound
from services.figures.cells import total
from services.figures.model import Axis, Cell, Counts, Figure
from services.figures.suppression import Hidden, hidden_counts
from services.petitions.departments import Directory

MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
DAY = re.compile(r"20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PAGE = 1_000
AXES = (Axis.UNIT, Axis.CATEGORY, Axis.DISTRICT)


class NoBulletin(NotFound):
    """Say that there is no bulletin of a month for this reader: it is not over, or nothing happened."""

    code = "figures.no_bulletin"
    title = "该月份的通报尚未生成"


class Row(Struct, frozen=True, kw_only=True):
    """One line: whose, its figures, and which of them are hidden (their numbers are not here then)."""

    key: str
    name: str
    counts: Counts
    hidden: Hidden = frozenset()


class Table(Struct, frozen=True, kw_only=True):
    """All lines along one axis, and their sum."""

    axis: Axis
    rows: tuple[Row, ...]
    total: Row


class Bulletin(Struct, frozen=True, kw_only=True):
    """One month; ``is_public`` says that small counts are hidden."""

    month: str
    is_public: bool
    tables: tuple[Table, ...]


class Bulletins:
    """The use cases around figures."""

    def __init__(self, cells: Collection[Cell], *, directory: Directory, clock: Clock) -> None:
        """Take the counters and the names of units and districts."""
        self._cells = cells
        self._directory = directory
        self._clock = clock

    async def internal(self, month: str) -> Bulletin:
        """Return a month as the staff see it, also the present one.

        Raises:
            Invalid: not a month.
            NoBulletin: nothing happened in it.
        """
        if not MONTH.fullmatch(month):
            raise Invalid(fields={"month": "格式为 2026-11"})
        tables = [await self._table(month, axis) for axis in AXES]
        if not any(table.rows for table in tables):
            raise NoBulletin(month)
        return Bulletin(month=month, is_public=False, tables=tuple(tables))

    async def public(self, month: str) -> Bulletin:
        """Return a month that is over as everybody may see it.

        Raises:
            Invalid: not a month.
            NoBulletin: it is not over (growing figures would show single petitions), or nothing happened in it.
        """
        if MONTH.fullmatch(month) and month >= self._clock.now().astimezone(SHANGHAI).strftime("%Y-%m"):
            raise NoBulletin(month)
        return public_variant(await self.internal(month))

    async def day(self, day: str, *, after: str | None = None) -> Page[Cell]:
        """Return the finest cells of one day; raises `Invalid` for what is no day."""
        if not DAY.fullmatch(day):
            raise Invalid(fields={"day": "格式为 2026-11-24"})
        return await self._cells.query("period", {"period": day, "axis": Axis.DAY}, after=after, limit=200)

    def last_month(self) -> str:
        """Return the month that was over last."""
        today = self._clock.now().astimezone(SHANGHAI).date()
        return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")

    async def _table(self, month: str, axis: Axis) -> Table:
        cells: list[Cell] = []
        after: str | None = None
        while True:
            page = await self._cells.query("period", {"period": month, "axis": axis}, after=after, limit=_PAGE)
            cells += page.documents
            if (after := page.next) is None:
                break
        rows = [Row(key=key, name=self._name(axis, key), counts=one.counts) for one in cells for key in [_key(one)]]
        shown = sorted((row for row in rows if row.counts), key=_by_size)
        summed = Row(key="", name="", counts=total(row.counts for row in shown))
        return Table(axis=axis, rows=tuple(shown), total=summed)

    def _name(self, axis: Axis, key: str) -> str:
        """Return what a line is called; empty for the centre and for an unknown place, which wording names."""
        if axis is Axis.CATEGORY or key not in self._directory:
            return key
        return self._directory.name_of(key)


def public_variant(bulletin: Bulletin) -> Bulletin:
    """Return a bulletin with small counts taken out of it, the same totals hidden in every table."""
    hidden = [hidden_counts([row.counts for row in table.rows]) for table in bulletin.tables]
    totals: Hidden = frozenset().union(*(one for _, one in hidden))
    return Bulletin(
        month=bulletin.month,
        is_public=True,
        tables=tuple(
            Table(
                axis=table.axis,
                rows=tuple(_without(row, gone) for row, gone in zip(table.rows, of_rows, strict=True)),
                total=_without(table.total, totals),
            )
            for table, (of_rows, _) in zip(bulletin.tables, hidden, strict=True)
        ),
    )


def share(row: Row, *, part: Figure, whole: Figure) -> float | None:
    """Return what part of a whole it is; None when one of them is hidden or there is nothing."""
    if {part, whole} & row.hidden or not row.counts.get(whole):
        return None
    return row.counts.get(part, 0) / row.counts[whole]


def _without(row: Row, hidden: Hidden) -> Row:
    counts = {figure: count for figure, count in row.counts.items() if figure not in hidden}
    return Row(key=row.key, name=row.name, counts=counts, hidden=hidden)


def _key(cell: Cell) -> str:
    return cell.unit or cell.category or cell.district


def _by_size(row: Row) -> tuple[int, str]:
    return -row.counts.get(Figure.ACCEPTED, 0), row.key
