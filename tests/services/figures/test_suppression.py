"""Nobody can work out a small count from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from services.figures.model import Counts, Figure
from services.figures.suppression import PARTS, SMALLEST, hidden_counts, is_small


@st.composite
def a_row(draw: st.DrawFn) -> Counts:
    """Return a row as it can be: a part is never more than its whole."""
    counts: Counts = {figure: draw(st.integers(0, 40)) for figure in Figure if figure not in PARTS}
    return counts | {part: draw(st.integers(0, counts[whole])) for part, whole in PARTS.items()}


def test_a_table_of_large_counts_is_shown_as_it_is() -> None:
    rows = [dict.fromkeys(Figure, 10), dict.fromkeys(Figure, 20)]
    assert hidden_counts(rows) == ((frozenset(), frozenset()), frozenset())


def test_a_single_small_count_takes_the_next_smallest_with_it() -> None:
    rows: list[Counts] = [{Figure.RETURNED: 2}, {Figure.RETURNED: 9}, {Figure.RETURNED: 30}, {}]
    hidden, totals = hidden_counts(rows)
    assert [Figure.RETURNED in one for one in hidden] == [True, True, False, False]
    assert Figure.RETURNED not in totals


def test_where_nothing_else_can_be_hidden_the_total_is() -> None:
    hidden, totals = hidden_counts([{Figure.RETURNED: 2}, {}])
    assert Figure.RETURNED in hidden[0]
    assert Figure.RETURNED in totals


def test_a_part_is_hidden_when_the_rest_of_its_whole_is_small() -> None:
    rows: list[Counts] = [{Figure.ANSWERED: 20, Figure.ON_TIME: 19}, {Figure.ANSWERED: 50, Figure.ON_TIME: 40}]
    hidden, _ = hidden_counts(rows)
    assert Figure.ON_TIME in hidden[0]


@given(st.lists(a_row(), max_size=8))
def test_neither_a_row_nor_a_difference_to_a_total_shows_a_small_count(rows: list[Counts]) -> None:
    hidden, totals = hidden_counts(rows)
    for row, gone in zip(rows, hidden, strict=True):
        assert not any(is_small(row[figure]) for figure in Figure if figure not in gone)
        for part, whole in PARTS.items():
            assert part in gone or whole in gone or not is_small(row[whole] - row[part])
    for figure in set(Figure) - totals:
        secret = [row[figure] for row, gone in zip(rows, hidden, strict=True) if figure in gone]
        # What a reader gets by taking what is shown from the total
        assert not secret or (len(secret) > 1 and sum(secret) >= SMALLEST)
        assert not is_small(sum(row[figure] for row in rows))
