"""Cells are found by their ids, and increments are differences."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.figures.cells import added, day_cell, empty_cell, increments, month_cells, place_of
from services.figures.model import Axis, Counts, Figure, Place

PLACES = st.builds(
    Place,
    day=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    unit=st.sampled_from(["", "cgj", "370202"]),
    category=st.sampled_from(["", "城乡建设", "公共安全"]),
    district=st.sampled_from(["", "370202"]),
)
COUNTS = st.dictionaries(st.sampled_from(list(Figure)), st.integers(1, 5), max_size=4)


@given(PLACES)
def test_the_id_of_a_days_cell_says_its_place(place: Place) -> None:
    assert place_of(day_cell(place)) == place
    cell = empty_cell(day_cell(place), counts={}, batch=1)
    assert (cell.axis, cell.period) == (Axis.DAY, place.day.isoformat())
    assert (cell.unit, cell.category, cell.district) == (place.unit, place.category, place.district)


@given(PLACES)
def test_a_day_is_part_of_its_month_along_every_axis(place: Place) -> None:
    cells = [empty_cell(one, counts={}, batch=1) for one in month_cells(day_cell(place))]
    assert [cell.axis for cell in cells] == [Axis.UNIT, Axis.CATEGORY, Axis.DISTRICT]
    assert {cell.period for cell in cells} == {place.day.strftime("%Y-%m")}
    assert (cells[0].unit, cells[1].category, cells[2].district) == (place.unit, place.category, place.district)


@given(before=st.dictionaries(PLACES.map(day_cell), COUNTS), after=st.dictionaries(PLACES.map(day_cell), COUNTS))
def test_increments_turn_what_was_counted_into_what_is(before: dict[str, Counts], after: dict[str, Counts]) -> None:
    started = increments({}, before)
    changes = increments(before, after)
    ended = {cell: added(started.get(cell, {}), changes.get(cell, {})) for cell in {*started, *changes}}
    assert {cell: counts for cell, counts in ended.items() if counts} == increments({}, after)
