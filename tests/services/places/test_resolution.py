"""Check how the meanings of several names are brought together."""

from hypothesis import given
from hypothesis import strategies as st

from services.places.model import How, PlaceCode, Why
from services.places.names_index import Care, Found
from services.places.resolution import in_common, resolve

_DIGITS = st.sampled_from("12")


def _name(*meanings: tuple[str, How], at: int = 0) -> Found:
    candidates = tuple((PlaceCode(code), how) for code, how in meanings)
    return Found(start=at, end=at + 1, care=Care.PREFIX, candidates=candidates)


@st.composite
def _codes(draw: st.DrawFn) -> str:
    """Draw a code of any level from a small city of two districts with two streets and two communities each."""
    return f"37020{draw(_DIGITS)}" + "".join(f"00{draw(_DIGITS)}" for _ in range(draw(st.integers(0, 2))))


_names = st.lists(st.tuples(_codes(), st.sampled_from(How)), min_size=1, max_size=4, unique_by=lambda one: one[0])


def test_no_names_name_nothing() -> None:
    assert (resolve([]).codes, resolve([]).why) == ((), Why.NOTHING_NAMED)


def test_a_name_means_what_lies_in_the_other_names() -> None:
    district = _name(("370202", How.OFFICIAL))
    shared = _name(("370202001001", How.USUAL), ("370203001001", How.OFFICIAL))
    assert resolve([district, shared]).codes == ("370202001001",)
    # And alone it is what it is surest to be
    assert resolve([shared]).codes == ("370203001001",)


def test_a_tie_is_a_tie() -> None:
    shared = _name(("370202001001", How.USUAL), ("370203001001", How.USUAL))
    found = resolve([shared])
    assert (found.codes, found.why) == (("370202001001", "370203001001"), Why.SAME_NAME)


def test_a_place_and_one_in_it_by_the_same_name_are_the_outer_one() -> None:
    assert resolve([_name(("370202001", How.BARE), ("370202001001", How.BARE))]).codes == ("370202001",)


def test_less_sure_names_give_way_one_kind_after_the_other() -> None:
    district, bare = _name(("370202", How.OFFICIAL)), _name(("370203001", How.BARE))
    guess = _name(("370211001001", How.ONE_CHARACTER))
    assert resolve([district, bare, guess]).codes == ("370202",)
    assert resolve([bare, guess]).codes == ("370203001",)


def test_sure_names_that_lie_apart_are_all_reported() -> None:
    found = resolve([_name(("370202", How.OFFICIAL)), _name(("370203001", How.OFFICIAL)), _name(("370203", How.USUAL))])
    assert (found.codes, found.why) == (("370202", "370203001"), Why.APART)


def test_bare_names_that_lie_apart_are_reported_when_there_is_nothing_better() -> None:
    found = resolve([_name(("370202001", How.BARE)), _name(("370203001", How.BARE))])
    assert (found.codes, found.why) == (("370202001", "370203001"), Why.APART)


@given(meanings=st.lists(_names, min_size=1, max_size=4))
def test_what_is_named_fits_every_name_that_was_believed(meanings: list[list[tuple[str, How]]]) -> None:
    # Given any names with any meanings
    names = [_name(*one, at=n) for n, one in enumerate(meanings)]
    # When they are resolved
    found = resolve(names)
    # Then each place fits each believed name, no place lies in another, and the order of the names is nothing
    assert found.codes
    if found.why is not Why.APART:
        assert all(
            any(place.startswith(code) for code, _ in one.candidates) for place in found.codes for one in found.names
        )
    assert not any(one != other and one.startswith(other) for one in found.codes for other in found.codes)
    assert resolve(names[::-1]).codes == found.codes


@given(codes=st.lists(_codes(), min_size=1, max_size=5))
def test_what_places_have_in_common_is_the_smallest_place_around_them(codes: list[str]) -> None:
    common = in_common([PlaceCode(code) for code in codes])
    levels = [
        length for length in (6, 9, 12) if len({code[:length] for code in codes}) == 1 and len(codes[0]) >= length
    ]
    assert common == (codes[0][: levels[-1]] if levels else None)
