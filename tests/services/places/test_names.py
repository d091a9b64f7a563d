"""Check how official names come apart, and the ways in which they are written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.places.model import How, Level, Place, PlaceCode
from services.places.names import Kind, forms_of, stem_of
from services.places.records import load_records

_PLACES = list(load_records(Path("data")).places())


def _place(name: str, level: Level = Level.COMMUNITY) -> Place:
    return Place(code=PlaceCode("370202001001"), name=name, level=level, full_name=name)


@pytest.mark.parametrize(
    ("name", "level", "stem", "kind"),
    [
        ("市南区", Level.DISTRICT, "市南", Kind.DISTRICT),
        ("莱西市", Level.DISTRICT, "莱西", Kind.COUNTY_CITY),
        ("香港中路街道", Level.STREET, "香港中路", Kind.STREET),
        ("惜福镇街道", Level.STREET, "惜福镇", Kind.STREET),
        ("琅琊镇", Level.STREET, "琅琊", Kind.TOWN),
        ("平度经济开发区", Level.STREET, "平度经济开发区", Kind.OTHER),
        ("泰州路社区", Level.COMMUNITY, "泰州路", Kind.URBAN),
        ("和仁社区居民委员会", Level.COMMUNITY, "和仁", Kind.URBAN),
        ("玉清宫路第一居委会", Level.COMMUNITY, "玉清宫路第一", Kind.URBAN),
        ("赵村社区居民委员会", Level.COMMUNITY, "赵村", Kind.URBAN),
        ("姜山社区村民委员会", Level.COMMUNITY, "姜山", Kind.URBAN),
        ("院上社区村村民委员会", Level.COMMUNITY, "院上", Kind.URBAN),
        ("徐村村委会", Level.COMMUNITY, "徐", Kind.RURAL),
        ("河北夼新村村民委员会", Level.COMMUNITY, "河北夼新", Kind.RURAL),
        ("楼子庄村民委员会", Level.COMMUNITY, "楼子庄", Kind.RURAL),
        ("郭家疃村委会", Level.COMMUNITY, "郭家疃", Kind.RURAL),
        ("河北村居委会", Level.COMMUNITY, "河北", Kind.RURAL),
        ("五四农场生活区", Level.COMMUNITY, "五四农场生活区", Kind.OTHER),
    ],
)
def test_an_official_name_comes_apart(name: str, level: Level, stem: str, kind: Kind) -> None:
    assert stem_of(_place(name, level)) == (stem, kind)


def test_a_village_is_written_with_and_without_its_committee() -> None:
    forms = dict(reversed(list(forms_of(_place("盘古村村民委员会"), []))))
    assert forms["盘古村村民委员会"] is How.OFFICIAL
    assert forms["盘古村"] is forms["盘古村委会"] is How.USUAL
    assert forms["盘古社区"] is How.OTHER_UNIT
    assert forms["盘古"] is How.BARE


def test_a_stem_of_one_character_is_never_bare() -> None:
    assert "徐" not in dict(forms_of(_place("徐村村委会"), []))


def test_a_zone_is_known_by_its_name_and_its_aliases_alone() -> None:
    place = _place("胶州经济技术开发区", Level.STREET)
    assert list(forms_of(place, ["胶州开发区"])) == [
        ("胶州经济技术开发区", How.OFFICIAL),
        ("胶州开发区", How.USUAL),
    ]


@given(place=st.sampled_from(_PLACES))
def test_forms_come_surest_first_and_hold_the_stem(place: Place) -> None:
    # When the forms of any place of the city are derived
    forms = list(forms_of(place, []))
    stem, _ = stem_of(place)
    # Then the official name is first, the sureness never grows, and every form begins with the stem
    assert forms[0] == (place.name, How.OFFICIAL)
    assert [how for _, how in forms] == sorted(how for _, how in forms)
    assert all(text.startswith(stem) for text, _ in forms)
