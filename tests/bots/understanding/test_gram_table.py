"""The table of n-grams gives back exactly the rows it was made of, and a damaged one is found out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bots.understanding.gram_table import GramRows, GramTable

GRAMS = st.text(st.sampled_from("一二三路灯坏了az0?^$〇\U0001f600"), min_size=1, max_size=3)
A_TABLE = GramTable.of({"路灯": b"\1\2", "坏": b"\3\4"})


@given(rows=st.dictionaries(GRAMS, st.binary(min_size=2, max_size=2)), others=st.lists(GRAMS))
def test_every_gram_has_its_row_and_no_other_has_one(rows: dict[str, bytes], others: list[str]) -> None:
    found = GramRows(GramTable.of(rows))
    assert {gram: found.get(gram) for gram in (*rows, *others)} == {gram: rows.get(gram) for gram in (*rows, *others)}


@given(st.dictionaries(GRAMS, st.binary(min_size=3, max_size=3)))
def test_a_table_holds_the_grams_it_was_made_of_and_has_no_fault(rows: dict[str, bytes]) -> None:
    table = GramTable.of(rows)
    assert (sorted(table.grams()), len(table), table.fault) == (sorted(rows), len(rows), "")


@given(st.text(st.characters()))
def test_any_text_may_be_looked_up(text: str) -> None:
    assert GramRows(A_TABLE).get(text) == {"路灯": b"\1\2", "坏": b"\3\4"}.get(text.rstrip(" "))


@pytest.mark.parametrize(
    "rows",
    [{"": b"1"}, {"四个字了": b"1"}, {"有 空": b"1"}, {"一": b"1", "二": b"12"}],
    ids=["empty", "long", "blank", "two widths"],
)
def test_what_does_not_fit_into_a_table_is_refused(rows: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="n-grams of at most three"):
        GramTable.of(rows)


@pytest.mark.parametrize(
    "broken",
    [
        replace(A_TABLE, keys=A_TABLE.keys[1:]),
        replace(A_TABLE, rows=A_TABLE.rows[1:]),
        replace(A_TABLE, width=0),
        replace(A_TABLE, keys=A_TABLE.keys[3:] + A_TABLE.keys[:3]),
        replace(A_TABLE, keys=A_TABLE.keys[:3] * 2),
    ],
    ids=["keys", "rows", "width", "order", "twice"],
)
def test_a_damaged_table_has_a_fault(broken: GramTable) -> None:
    assert broken.fault
