"""Check what is recognised in sentences: every name of the city in many frames, and the traps around them."""

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.places.gazetteer import Gazetteer, NoSuchPlace
from services.places.model import How, Level, PlaceCode, Recognition, Why
from services.text.pinyin import PinyinTable, fold
from tests.support.place_cases import AMBIGUOUS, cases

_DATA = Path("data")


@pytest.fixture(scope="module", name="gazetteer")
def _gazetteer() -> Gazetteer:
    return Gazetteer.load(_DATA)


def _said(found: Recognition) -> str:
    """Return the full name of the place found, that it is ambiguous, or nothing."""
    if found.ambiguous:
        return AMBIGUOUS
    return found.place.full_name.removeprefix("青岛市") if found.place else ""


# --- every name ------------------------------------------------------------------------------------------------------


def test_every_place_is_recognised_however_it_is_mentioned(gazetteer: Gazetteer) -> None:
    # Given 28,000 sentences: every community, street and district, alone and with what it lies in, in drawn frames
    wrong = []
    kinds: Counter[str] = Counter()
    for case in cases(seed=random.randrange(2**32)):
        # When each is read
        found = gazetteer.recognise(case.text)
        # Then it names exactly its place, or is ambiguous where several places bear the name
        kinds[f"{case.kind} {AMBIGUOUS if case.expected == AMBIGUOUS else ''}"] += 1
        if (AMBIGUOUS if found.ambiguous else found.place and found.place.code) != case.expected:
            wrong.append((case, found.why))
    assert len(kinds) >= 10
    assert wrong == []


def test_every_shared_official_name_is_ambiguous_with_all_its_bearers(gazetteer: Gazetteer) -> None:
    # Given the communities whose official name another one bears as well
    bearers: dict[str, set[str]] = {}
    for place in gazetteer.places:
        if place.level is Level.COMMUNITY:
            bearers.setdefault(place.name, set()).add(place.code)
    shared = {name: codes for name, codes in bearers.items() if len(codes) > 1}
    assert len(shared) == 30
    for name, codes in shared.items():
        # When the name stands alone
        found = gazetteer.recognise(f"{name}门口垃圾没人清运")
        # Then all of them are offered, and no level is claimed that they do not share
        assert (found.ambiguous, found.why, found.community) == (True, Why.SAME_NAME, None)
        assert {place.code for place in found.candidates} == codes
        districts = {code[:6] for code in codes}
        assert (found.district and found.district.code) == (districts.pop() if len(districts) == 1 else None)


@given(data=st.data())
def test_text_around_a_place_does_not_move_it(gazetteer: Gazetteer, data: st.DataObject) -> None:
    # Given a place by its full name between any punctuation, digits and letters
    place = data.draw(st.sampled_from(gazetteer.places))
    noise = st.text(st.characters(categories=["P", "N", "Z", "S"], max_codepoint=0xFFFF), max_size=12)
    before, after = data.draw(noise), data.draw(noise)
    # When the sentence is read
    found = gazetteer.recognise(f"{before}{place.full_name}{after}")
    # Then it is that place, and each span is what it says
    assert found.place == place
    text = f"{before}{place.full_name}{after}"
    assert all(text[span.start : span.end] == span.text for span in found.spans)


@given(text=st.text(st.sampled_from("青岛市南北区李沧村庄镇街道社居委会东西大小路即墨城阳平度的在住,0 a"), max_size=60))
def test_no_text_is_too_strange(gazetteer: Gazetteer, text: str) -> None:
    # When any heap of characters is read
    found = gazetteer.recognise(text)
    # Then the levels lie in one another, and an ambiguity names what it is between
    codes = [place.code for place in (found.district, found.street, found.community) if place]
    assert all(inner.startswith(outer) for outer, inner in pairwise(codes))
    assert (len(found.candidates) > 1) == found.ambiguous
    assert (found.why in {Why.NAMED, Why.SAME_NAME, Why.APART}) == bool(codes or found.ambiguous)


# --- ways to write ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我在市南这边", "市南区"),
        ("青岛市南的路灯不亮", "市南区"),
        ("西海岸新区供暖几号开始", "黄岛区"),
        ("西海岸红石崖街道", "黄岛区红石崖街道"),
        ("开发区这边又停水了", "黄岛区"),
        ("住在四方,楼下太吵", "市北区"),
        ("居民说四方河西街道太吵", "市北区河西街道"),
        ("红岛供水", "城阳区"),
        ("城阳区红岛", "城阳区红岛街道"),
        ("城阳区城阳这边", "城阳区城阳街道"),
        ("胶州开发区停电", "胶州市胶州经济技术开发区"),
        ("青岛高新区的企业", "城阳区青岛高新技术产业开发区"),
        ("八大峡的老房子漏水", "市南区八大峡街道"),
        ("在台东逛街被宰客", "市北区台东街道"),
        ("即墨温泉停水", "即墨区温泉街道"),
        ("李村街道办不作为", "李沧区李村街道"),
        ("惜福镇供暖", "城阳区惜福镇街道"),
        ("夏庄镇供暖", "城阳区夏庄街道"),  # a town that has become a street
        ("泰州路居委会的电话", "市南区金湖路街道泰州路社区"),
        ("楼山后社区", "李沧区楼山街道楼山后居委会"),
        ("黄岛区徐村路灯", "黄岛区王台街道徐村村委会"),
        ("市北区即墨路街道", "市北区即墨路街道"),
        ("莱西夏格庄村村民委员会", "莱西市夏格庄镇夏格庄村村民委员会"),  # and not 莱|西夏格庄村
        ("莱西市南墅镇", "莱西市南墅镇"),  # and not 莱西|市南
        ("市北上四方社区居委会", "市北区四方街道上四方社区居委会"),
        ("莱西市香港路社区", "莱西市水集街道香港路社区居委会"),  # the district outweighs the official name elsewhere
        ("李村街道路灯坏了", "李沧区李村街道"),
        ("城阳路灯坏了", "城阳区"),
        ("昨天晚上河湾社区有人打架", "城阳区惜福镇街道河湾社区居民委员会"),  # and not 晚|上河湾社区
        ("城阳区上马上马村社区停电", "城阳区上马街道上马村社区居民委员会"),  # and not 马上
        ("昨天晚上藏马官庄村村委会停电", "黄岛区藏马镇藏马官庄村村委会"),  # and not 上藏马|官庄村
    ],
)
def test_a_place_is_known_by_its_usual_names(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert _said(gazetteer.recognise(text)) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "城市北边的超市关门了",
        "超市南门",
        "青岛市北边",
        "四面八方的客人",
        "五湖四海四方来客",
        "公平度不够",
        "和平度过一天",
        "小区城阳台漏水",
        "在温泉泡澡",
        "向阳的房间",
        "胜利了",
        "黄道吉日",
        "崂山啤酒过期了",
        "胶州湾大桥收费",
        "即墨路小商品",
        "香港中路堵车",
        "香港中路100号",
        "台东八路夜市",
        "李村路口",
        "八大峡广场的音乐",
        "中山公园门口",
        "我们社区停水了,村里也不管,街道也不管",
        "东大山村有人养猪",  # 大山村 is another village
        "国务院某经济开发区",
        "青岛停水",
    ],
)
def test_a_word_that_only_looks_like_a_place_is_none(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.recognise(text)
    assert (_said(found), found.why, found.spans) == ("", Why.NOTHING_NAMED, ())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("市南区香港中路有人占道", "市南区"),
        ("李沧区李村路口", "李沧区"),
        ("青岛市市北区胶州路", "市北区"),
        ("崂山区温泉馆", "崂山区"),
    ],
)
def test_a_road_that_shares_a_streets_name_says_no_more_than_the_district(
    gazetteer: Gazetteer, text: str, place: str
) -> None:
    assert _said(gazetteer.recognise(text)) == place


# --- several places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "candidates", "in_common"),
    [
        ("市南区李村街道", ["市南区", "李沧区李村街道"], None),
        ("市南区珠海街道", ["市南区", "黄岛区珠海街道"], None),
        ("从八大关街道到云南路街道", ["市南区云南路街道", "市南区八大关街道"], "市南区"),
        ("李沧区和崂山区交界", ["崂山区", "李沧区"], None),
        ("夏庄街道赵村社区居民委员会", ["城阳区夏庄街道", "城阳区流亭街道赵村社区居民委员会"], "城阳区"),
    ],
)
def test_places_that_do_not_lie_in_one_another_are_reported_and_not_chosen_from(
    gazetteer: Gazetteer, text: str, candidates: list[str], in_common: str | None
) -> None:
    found = gazetteer.recognise(text)
    assert (found.ambiguous, found.why) == (True, Why.APART)
    assert sorted(place.full_name.removeprefix("青岛市") for place in found.candidates) == sorted(candidates)
    assert (found.place and found.place.full_name) == (in_common and f"青岛市{in_common}")


def test_a_weak_name_gives_way_to_one_that_says_what_it_is(gazetteer: Gazetteer) -> None:
    assert _said(gazetteer.recognise("即墨区的开发区")) == "即墨区"
    assert _said(gazetteer.recognise("市南区的八大峡附近,去台东逛街")) == "市南区"


def test_a_bare_name_of_a_street_and_its_own_community_is_the_street(gazetteer: Gazetteer) -> None:
    found = gazetteer.recognise("我在薛家岛这边")
    assert _said(found) == "黄岛区薛家岛街道"
    assert {len(code) for code in found.spans[0].codes} == {9, 12}


# --- elsewhere -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["济南市历下区龙泉社区", "北京市朝阳区向阳社区停水", "烟台莱山区的夏庄街道", "蓬莱区李村街道东山社区"]
)
def test_a_name_in_another_citys_address_is_not_ours(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.recognise(text)
    assert (_said(found), found.why) == ("", Why.ELSEWHERE)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我从济南搬到青岛市李沧区", "李沧区"),
        ("我是北京人,家住市南区泰州路社区", "市南区金湖路街道泰州路社区"),
        ("户口在烟台市莱州市,现住即墨区", "即墨区"),
        ("济南路社区居委会", "莱西市"),
        ("北京路和上海路之间,李村街道", "李沧区李村街道"),
    ],
)
def test_another_city_elsewhere_in_the_text_takes_nothing_away(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert _said(gazetteer.recognise(text)).startswith(place)


# --- misspelt names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "how"),
    [
        ("我在李仓这边", "李沧区", How.SAME_SOUND),
        ("李仓区里村街道停水", "李沧区李村街道", How.SAME_SOUND),
        ("劳山区停水", "崂山区", How.SAME_SOUND),
        ("香冈中路街道的井盖", "市南区香港中路街道", How.SAME_SOUND),
        ("李村接道办事", "李沧区李村街道", How.SAME_SOUND),
        ("市南区泰洲路社区", "市南区金湖路街道泰州路社区", How.SAME_SOUND),
        ("青岛市苏岛区停水", "黄岛区", How.ONE_CHARACTER),
        ("八大匣街道", "市南区八大峡街道", How.SAME_SOUND),
        ("家住敦划路街道", "市北区敦化路街道", How.SAME_SOUND),
        ("水请沟街道", "市北区水清沟街道", How.SAME_SOUND),
        ("投诉水清构街道办事处", "市北区水清沟街道", How.SAME_SOUND),
        ("王锅庄街道", "崂山区王哥庄街道", How.ONE_CHARACTER),
        ("城阳区夏店街道", "城阳区夏庄街道", How.ONE_CHARACTER),
        ("黄岛区擅张村村委会", "黄岛区张家楼街道山张村村委会", How.SAME_SOUND),  # 张村 alone lies elsewhere
    ],
)
def test_one_wrong_character_is_forgiven_and_reported(gazetteer: Gazetteer, text: str, place: str, how: How) -> None:
    found = gazetteer.recognise(text)
    assert _said(found) == place
    assert max(span.how for span in found.spans) is how


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("西小庄居委会", ""),  # only 东小庄 is known, and east is not west
        ("朝阳区停水", ""),  # not 城阳区
        ("我们村停水了", ""),
        ("李村社区", ""),  # written right, though no community is called so
        ("市南区四州路社区", "市南区"),  # near several
        ("杜家庄村", ""),  # another family's village
        ("小庄社区", AMBIGUOUS),  # written right twice, so no 大庄 is thought of
        ("济南市历下区泰洲路社区", ""),
    ],
)
def test_what_is_no_mistake_is_not_corrected(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert _said(gazetteer.recognise(text)) == place


def test_a_name_typed_by_sound_beside_its_street_is_never_another_place(gazetteer: Gazetteer) -> None:
    # Given each community with one character replaced by another of the same sound, behind its district and street
    pinyin = PinyinTable.load(_DATA / "wording" / "pinyin.txt")
    common = "一丁七万三上下不与东两中丰串临为主久义之乐九也习乡书买了二于云五井亚些亮人什仁今介从付仙代令以仪件任份企伊伍休优会传估"
    alike: dict[str, str] = {}
    for character in common:
        alike.setdefault(fold(pinyin.readings[character]), character)
    right = asked = wrong = 0
    for place in gazetteer.places:
        if place.level is not Level.COMMUNITY:
            continue
        for position, character in enumerate(place.name[:3]):
            other = alike.get(fold(pinyin.readings.get(character, "")), character)
            if other == character or place.name[position:].startswith(("社区", "村", "居")):
                continue
            street = gazetteer.place(PlaceCode(place.code[:9])).full_name
            # When it is read
            found = gazetteer.recognise(f"{street}{place.name[:position]}{other}{place.name[position + 1 :]}门口")
            right += found.place == place and not found.ambiguous
            asked += found.ambiguous
            wrong += bool(found.community and found.community != place)
    # Then nearly all are recognised and almost none is taken for another
    total = right + asked + wrong
    assert total > 500
    assert right / total > 0.93
    assert wrong / total < 0.01


# --- the gazetteer itself --------------------------------------------------------------------------------------------


def test_places_are_found_by_their_codes(gazetteer: Gazetteer) -> None:
    assert gazetteer.place(PlaceCode("370213006")).full_name == "青岛市李沧区李村街道"
    assert [place.name for place in gazetteer.districts][:3] == ["市南区", "市北区", "黄岛区"]
    assert len(gazetteer.districts) == 10
    with pytest.raises(NoSuchPlace):
        gazetteer.place(PlaceCode("370205"))


def test_the_counts_are_those_of_the_file(gazetteer: Gazetteer) -> None:
    levels = Counter(place.level for place in gazetteer.places)
    assert (levels[Level.DISTRICT], levels[Level.STREET], levels[Level.COMMUNITY]) == (10, 141, 2120)
