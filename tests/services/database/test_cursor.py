"""A cursor says where a query goes on, to that query alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.database.collection import BadCursor
from services.database.cursor import read_cursor, write_cursor
from services.database.index_fields import IndexField, Kind
from services.database.keyset import Query
from services.database.queries import ID

QUERY = Query(
    collection="cases",
    index="group",
    leading=(IndexField(name="group", kind=Kind.TEXT),),
    fixed=("g",),
    free=(IndexField(name="rank", kind=Kind.INTEGER), IndexField(name="title", kind=Kind.TEXT), ID),
)
POSITIONS = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
)


@given(position=POSITIONS)
def test_a_cursor_reads_back_as_its_position(position: tuple[int | None, str | None, str]) -> None:
    cursor = write_cursor(QUERY, position)
    assert cursor.isascii()
    assert read_cursor(QUERY, cursor) == position


@pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, collection="people"),
        replace(QUERY, index="other"),
        replace(QUERY, fixed=("h",)),
        replace(QUERY, descending=True),
        replace(QUERY, leading=(), fixed=(), free=(*QUERY.leading, *QUERY.free)),
    ],
)
def test_a_cursor_of_another_query_is_refused(other: Query) -> None:
    with pytest.raises(BadCursor):
        read_cursor(other, write_cursor(QUERY, (1, "title", "id")))


def test_a_cursor_survives_a_moved_bound() -> None:
    cursor = write_cursor(replace(QUERY, lower=1, upper=9), (1, "title", "id"))
    assert read_cursor(replace(QUERY, upper=10), cursor) == (1, "title", "id")


@given(place=st.integers(0, 10_000), flip=st.integers(1, 255), position=POSITIONS)
def test_no_byte_of_a_cursor_can_be_changed(
    place: int, flip: int, position: tuple[int | None, str | None, str]
) -> None:
    cursor = write_cursor(QUERY, position)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place % len(raw)] ^= flip
    with pytest.raises(BadCursor):
        read_cursor(QUERY, base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(garbage=st.text(max_size=80))
def test_garbage_is_refused(garbage: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(QUERY, garbage)


@given(garbage=st.binary(max_size=80))
def test_well_formed_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(BadCursor):
        read_cursor(QUERY, base64.urlsafe_b64encode(garbage).decode())


@pytest.mark.parametrize(
    "position", [(), (1,), ("text", "title", "id"), (1, 2, "id"), (1, "title", 3), (1, "title", "id", "x")]
)
def test_a_position_of_another_form_is_refused_even_with_a_right_checksum(position: tuple[str | int, ...]) -> None:
    with pytest.raises(BadCursor):
        read_cursor(QUERY, write_cursor(QUERY, position))
