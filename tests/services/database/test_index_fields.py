"""Index fields: which annotations serve, and values that compare in the column as they compare in Python."""

from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Annotated, Literal, NewType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.database.collection import Document
from services.database.index_fields import IndexField, Kind, index_field

CaseId = NewType("CaseId", str)


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


class Everything(Document, frozen=True, kw_only=True):
    text: str
    maybe: str | None
    case: CaseId | None
    colour: Colour
    level: Level | None
    choice: Literal["a", "b"] | None
    bounded: Annotated[int, msgspec.Meta(ge=0)]
    truth: bool
    moment: datetime | None
    weight: float
    mixed: str | int
    numbers: tuple[int, ...]
    nothing: None

    @property
    def derived(self) -> datetime | None:
        """Return the moment again."""
        return self.moment

    @property
    def unsaid(self):  # type: ignore[no-untyped-def] # noqa: ANN201 - what a careless document may have
        """Return something."""
        return 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", Kind.TEXT),
        ("maybe", Kind.TEXT),
        ("case", Kind.TEXT),
        ("colour", Kind.TEXT),
        ("choice", Kind.TEXT),
        ("level", Kind.INTEGER),
        ("bounded", Kind.INTEGER),
        ("truth", Kind.TRUTH),
        ("moment", Kind.MOMENT),
        ("derived", Kind.MOMENT),
    ],
)
def test_an_annotation_tells_the_kind(name: str, kind: Kind) -> None:
    assert index_field(Everything, name).kind is kind


@pytest.mark.parametrize("name", ["weight", "mixed", "numbers", "nothing", "unsaid", "absent"])
def test_what_no_index_can_order_is_refused_by_name(name: str) -> None:
    with pytest.raises(TypeError, match=f"Everything.{name}"):
        index_field(Everything, name)


@given(
    st.lists(
        st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11))]))
    )
)
def test_moments_order_in_the_column_as_moments(moments: list[datetime]) -> None:
    field = IndexField(name="moment", kind=Kind.MOMENT)
    columns = [field.to_column(moment) for moment in moments]
    assert all(isinstance(column, int) and -(2**63) <= column < 2**63 for column in columns)
    assert [column for _, column in sorted(zip(moments, columns, strict=True))] == sorted(columns)  # type: ignore[type-var] # all are int


@given(st.text())
def test_a_text_stands_as_it_is_or_is_refused(text: str) -> None:
    field = IndexField(name="text", kind=Kind.TEXT)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        with pytest.raises(ValueError, match="index field text"):
            field.to_column(text)
    else:
        assert str(field.to_column(text)).encode() == encoded


def test_a_member_of_a_closed_set_becomes_a_plain_value() -> None:
    text = IndexField(name="colour", kind=Kind.TEXT).to_column(Colour.RED)
    number = IndexField(name="level", kind=Kind.INTEGER).to_column(Level.LOW)
    truth = IndexField(name="truth", kind=Kind.TRUTH).to_column(True)
    assert (type(text), type(number), type(truth)) == (str, int, int)
    assert (text, number, truth) == ("red", 1, 1)


@pytest.mark.parametrize("kind", list(Kind))
def test_none_stays_none_and_nothing_lies_below_the_lowest(kind: Kind) -> None:
    field = IndexField(name="field", kind=kind)
    assert field.to_column(None) is None
    assert field.lowest == ("" if kind is Kind.TEXT else -(2**63))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, 1),
        (Kind.TEXT, b"bytes"),
        (Kind.TEXT, {"$ne": None}),
        (Kind.TEXT, "x" * 1_001),
        (Kind.INTEGER, "1"),
        (Kind.INTEGER, 1.5),
        (Kind.INTEGER, 2**63),
        (Kind.INTEGER, -(2**63) - 1),
        (Kind.TRUTH, "yes"),
        (Kind.MOMENT, 1),
        (Kind.MOMENT, datetime(2026, 1, 1)),  # noqa: DTZ001 - the naive one is what must be refused
    ],
)
def test_a_value_of_another_kind_is_refused_by_the_fields_name(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match="index field due"):
        IndexField(name="due", kind=kind).to_column(value)
