"""A stored document reads back as itself or is not stored."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.database.codec import Codec
from services.database.collection import Document, Index, Schema, UndecodableDocument, UnstorableDocument


class Part(Document, frozen=True, kw_only=True):
    text: str = ""
    number: int = 0
    weight: float | None = None
    at: datetime | None = None
    parts: tuple[dict[str, float | None], ...] = ()


CODEC = Codec(
    Schema(name="parts", document=Part, indexes=(Index("number", ("number",)), Index("at", ("at", "number"))))
)
FLOATS = st.none() | st.floats()


@given(
    st.builds(
        Part,
        id=st.text(min_size=1),
        text=st.text(st.characters()),
        number=st.integers(),
        weight=FLOATS,
        at=st.none() | st.datetimes(timezones=st.just(UTC)),
        parts=st.lists(st.dictionaries(st.text(), FLOATS, max_size=3), max_size=3).map(tuple),
    )
)
def test_what_is_stored_reads_back_as_itself(document: Part) -> None:
    try:
        body = CODEC.encode(document)
    except UnstorableDocument:
        return
    assert CODEC.decode(document.id, body) == document


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_cannot_say_is_refused_wherever_it_stands(odd: float) -> None:
    for document in (Part(id="a", weight=odd), Part(id="a", parts=({"deep": odd},))):
        with pytest.raises(UnstorableDocument, match="parts 'a'"):
            CODEC.encode(document)


def test_a_collection_that_goes_without_reading_back_still_refuses_what_cannot_be_written() -> None:
    codec = Codec(Schema(name="parts", document=Part, is_verified=False))
    part = Part(id="a", text="市民", weight=1.5)
    assert codec.decode("a", codec.encode(part)) == part
    for odd in (Part(id="a", text="half \ud83d"), Part(id=""), Part(id="x" * 1_001)):
        with pytest.raises(UnstorableDocument):
            codec.encode(odd)


def test_columns_stand_in_the_order_of_the_fields() -> None:
    assert [field.name for field in CODEC.fields] == ["number", "at"]
    assert CODEC.columns(Part(id="a", number=3, at=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))) == (3, 1_000_000)
    assert CODEC.columns(Part(id="a", number=4)) == (4, None)


def test_a_schema_without_indexes_has_no_columns() -> None:
    assert Codec(Schema(name="parts", document=Part)).columns(Part(id="a")) == ()


def test_a_body_that_does_not_fit_is_named_without_its_content() -> None:
    with pytest.raises(UndecodableDocument) as caught:
        CODEC.decode("part-7", b'{"id": "part-7", "text": "secret", "number": "secret"}')
    assert "parts part-7" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_body_that_is_no_json_is_named() -> None:
    with pytest.raises(UndecodableDocument, match="parts part-7"):
        CODEC.decode("part-7", b"\xff{")


def test_an_upgrade_is_not_asked_for_the_present_shape() -> None:
    def fail(_: dict[str, Any], shape: int) -> dict[str, Any]:
        raise AssertionError(shape)

    codec = Codec(Schema(name="parts", document=Part, shape=2, upgrade=fail))
    part = Part(id="a")
    assert codec.upgrade("a", codec.encode(part), shape=2) == part


@pytest.mark.parametrize(
    "indexes",
    [
        (Index("a", ("number",)), Index("a", ("at",))),
        (Index("a", ()),),
        (Index("a", ("id",)),),
        (Index("a", ("version", "number")),),
    ],
)
def test_an_index_that_cannot_be_is_refused(indexes: tuple[Index, ...]) -> None:
    with pytest.raises(ValueError, match="parts"):
        Codec(Schema(name="parts", document=Part, indexes=indexes))
