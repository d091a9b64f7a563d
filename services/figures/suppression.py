"""Hide small counts of a table that everybody may read, so that no petition can be recognised in it. Pure.

A count of 1 to 4 is hidden. So is a part whose rest of a whole is that small (answered minus on time), and in each column
as many further ones as it takes that the column's total does not give the hidden ones away: at least two are hidden
and together they are at least 5; where there are not enough, the total is hidden too.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from services.figures.model import Counts, Figure

SMALLEST: Final = 5
PARTS: Final[Mapping[Figure, Figure]] = {
    Figure.ON_TIME: Figure.ANSWERED,
    Figure.SOLVED: Figure.HEARD,
    Figure.SATISFIED: Figure.HEARD,
    Figure.PROCESS_SATISFIED: Figure.HEARD,
}
"""Figures that are parts of another one."""
_ALONE = 1

Hidden = frozenset[Figure]


def hidden_counts(rows: Sequence[Counts]) -> tuple[tuple[Hidden, ...], Hidden]:
    """Return for each row which figures are hidden, and which of the totals are."""
    hidden = [_small(row) for row in rows]
    totals: set[Figure] = set()
    for figure in Figure:
        if not _column(rows, hidden, figure=figure):
            totals.add(figure)
    # A hidden part may be seen through its whole and the other way round; totals obey the same rule as rows.
    totals |= _small(_sum(rows))
    return tuple(map(frozenset, hidden)), frozenset(totals)


def is_small(count: int) -> bool:
    """Tell whether a count is one that is hidden."""
    return 0 < count < SMALLEST


def _small(row: Counts) -> set[Figure]:
    small = {figure for figure in Figure if is_small(row.get(figure, 0))}
    return small | {part for part, whole in PARTS.items() if is_small(row.get(whole, 0) - row.get(part, 0))}


def _column(rows: Sequence[Counts], hidden: Sequence[set[Figure]], *, figure: Figure) -> bool:
    """Hide as many more of a column as its total asks for; tell whether the total can be shown."""
    shown = sorted(
        (row.get(figure, 0), place)
        for place, row in enumerate(rows)
        if figure not in hidden[place] and row.get(figure, 0)
    )
    while True:
        gone = [row for row, figures in zip(rows, hidden, strict=True) if figure in figures]
        is_safe = not gone or (len(gone) > _ALONE and _is_enough(gone, figure))
        if is_safe or not shown:
            return is_safe
        hidden[shown.pop(0)[1]].add(figure)


def _is_enough(rows: Sequence[Counts], figure: Figure) -> bool:
    """Tell whether what is hidden together, and the rest of its whole, are too many to recognise anything in."""
    hidden = sum(row.get(figure, 0) for row in rows)
    rest = sum(row.get(PARTS[figure], 0) for row in rows) - hidden if figure in PARTS else 0
    return hidden >= SMALLEST and not is_small(rest)


def _sum(rows: Sequence[Counts]) -> Counts:
    return {figure: sum(row.get(figure, 0) for row in rows) for figure in Figure}
