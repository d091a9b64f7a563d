"""Check filters, pages and cursors of a list of items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Invalid
from services.items.catalogue import Catalogue
from services.items.listing import MOST, Filter, page_of
from services.items.model import ItemCode
from tests.support.items import a_catalogue, an_item

MANY = a_catalogue(*(an_item(f"37070990{number:04d}", f"事项{number}") for number in range(25)))
ALL = tuple(MANY.items)


def codes_of(catalogue: Catalogue, wanted: Filter) -> list[str]:
    return [item.code for item in page_of(catalogue, tuple(catalogue.items), wanted=wanted).items]


@given(st.integers(min_value=1, max_value=30))
def test_pages_give_every_item_once_and_in_order(limit: int) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = page_of(MANY, ALL, wanted=Filter(), cursor=cursor, limit=limit)
        seen += [item.code for item in page.items]
        cursor = page.next
    assert seen == list(ALL)


@pytest.mark.parametrize("audience", ["organisation", "法人"])
def test_an_audience_is_known_by_both_its_words(audience: str) -> None:
    firm = an_item("370180901000", "内资公司设立登记", audience=("法人",))
    assert codes_of(a_catalogue(an_item(), firm), Filter(audience=audience)) == ["370180901000"]


@pytest.mark.parametrize("department", ["青岛市公安局", "gaj"])
def test_a_department_is_known_by_name_and_id(department: str) -> None:
    other = an_item("370180901000", "内资公司设立登记", department="审批局", department_id="xzsp")
    assert codes_of(a_catalogue(an_item(), other), Filter(department=department)) == ["370709901000"]


def test_a_district_without_the_item_is_left_out() -> None:
    assert codes_of(a_catalogue(), Filter(district="崂山区")) == []
    assert codes_of(a_catalogue(), Filter(district="市南区")) == ["370709901000"]


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    with pytest.raises(Invalid) as refused:
        page_of(MANY, ALL, wanted=Filter(), limit=limit)
    assert "limit" in refused.value.fields


def test_a_cursor_nobody_gave_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        page_of(MANY, ALL, wanted=Filter(), cursor="x")
    assert "cursor" in refused.value.fields


def test_an_audience_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid):
        page_of(MANY, ALL, wanted=Filter(audience="everybody"))


def test_a_code_that_is_gone_is_passed_over() -> None:
    page = page_of(MANY, (ItemCode("000000000000"), ALL[0]), wanted=Filter())
    assert [item.code for item in page.items] == [ALL[0]]
