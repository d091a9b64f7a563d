"""Check the matcher on questions as citizens ask them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.items.loader import derived_code
from services.items.model import GuideField, ServiceItem
from services.items.search.matcher import Matcher
from services.items.search.ranking import Direct, Menu, Nothing, OutOfScope, decide
from services.items.search.settings import SearchSettings
from services.items.search.wording import Wording
from tests.support.items import a_catalogue, an_item
from tests.support.search import index_of, matcher_of, shipped, wording

MATCHER = matcher_of()
SETTINGS = SearchSettings()


def names(text: str, matcher: Matcher = MATCHER) -> list[str]:
    return [candidate.name for candidate in matcher.rank(text).candidates]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("身份证到期了怎么换", "居民身份证换领"),
        ("shenfenzheng diu le", "居民身份证补领"),
        ("公鸡金贷款要什么条件", "住房公积金贷款申请"),
        ("身分證遺失了要去哪裡補辦", "居民身份证补领"),
        ("俺家小子刚出生上哪落户口去", "出生登记"),
        ("不是换证,我驾照丢了", "机动车驾驶证遗失补证"),
        ("Ｔ＿Ｔ身 份 证 不 见 了😭😭😭", "居民身份证补领"),
        ("开饭店除了执照还要办什么证", "食品经营许可证核发"),
    ],
)
def test_the_meant_item_comes_first(text: str, name: str) -> None:
    assert names(text)[0] == name


def test_a_bare_topic_opens_a_menu_of_its_family() -> None:
    decision = decide(MATCHER.rank("身份证"), SETTINGS)
    assert isinstance(decision, Menu)
    assert len({candidate.name for candidate in decision.candidates if "身份证" in candidate.name}) >= 3


def test_two_questions_in_one_sentence_are_both_answered() -> None:
    decision = decide(MATCHER.rank("驾照丢了怎么补,还有身份证丢了怎么办"), SETTINGS)
    assert isinstance(decision, Direct)
    assert [one.name for one in decision.candidates] == ["机动车驾驶证遗失补证", "居民身份证补领"]


def test_the_part_of_the_guide_is_told() -> None:
    assert MATCHER.rank("办护照要多少钱").field is GuideField.FEE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("招商银行信用卡丢了怎么补办", OutOfScope.PRIVATE),
        ("深圳公租房怎么申请", OutOfScope.OTHER_CITY),
        ("离婚后怎么走出来", OutOfScope.ADVICE),
        ("美国绿卡怎么申请", OutOfScope.FOREIGN),
    ],
)
def test_what_is_not_ours_is_said_with_its_reason(text: str, reason: OutOfScope) -> None:
    assert decide(MATCHER.rank(text), SETTINGS) == Nothing(reason)


@pytest.mark.parametrize(
    "text", ["护照封面什么颜色", "新车磨合期注意什么", "小狗怎么训练", "今天天气怎么样", "你好", ""]
)
def test_a_near_miss_is_never_answered_with_an_item(text: str) -> None:
    assert not isinstance(decide(MATCHER.rank(text), SETTINGS), Direct)


def test_every_candidate_says_what_spoke_for_it() -> None:
    best = MATCHER.rank("身份证到期了怎么换").candidates[0]
    assert "text" in best.reasons
    assert any(reason.startswith("grid:") for reason in best.reasons)
    assert 0 < best.score <= 1


def test_a_ranking_names_the_catalogue_it_was_made_from() -> None:
    assert MATCHER.rank("护照").catalogue_version == shipped().version


def test_an_item_imported_by_name_alone_is_found_at_once() -> None:
    # Given a matcher that serves the shipped catalogue
    matcher = matcher_of()
    imported = ServiceItem(code=derived_code("渔业船舶登记", "海洋局"), name="渔业船舶登记", department="海洋局")
    assert "渔业船舶登记" not in names("渔船登记怎么办", matcher)
    # When a catalogue with one more name is published
    matcher.replace(index_of(a_catalogue(*shipped().items.values(), imported)))
    # Then it is found, also by another wording and by sound
    assert names("渔业船舶怎么登记", matcher)[0] == "渔业船舶登记"
    assert names("yuye chuanbo dengji", matcher)[0] == "渔业船舶登记"
    assert names("鱼业船泊登记", matcher)[0] == "渔业船舶登记"


def test_without_any_wording_plain_retrieval_remains() -> None:
    matcher = matcher_of(shipped(), Wording.empty())
    assert names("居民身份证换领", matcher)[0] == "居民身份证换领"
    assert matcher.rank("居民身份证换领").out_of_scope is None


def test_a_reviewed_guide_comes_before_a_bare_name_that_says_the_same() -> None:
    bare = ServiceItem(code=derived_code("普通护照签发", "区公安局"), name="普通护照签发", department="区公安局")
    matcher = matcher_of(a_catalogue(bare, *shipped().items.values()))
    best = matcher.rank("普通护照签发").candidates
    assert best[0].code == "370109901000"
    assert [one.name for one in best].count("普通护照签发") == 1


def test_a_ranking_is_kept_until_the_catalogue_changes() -> None:
    matcher = matcher_of()
    first = matcher.rank("护照怎么办")
    assert matcher.rank("护照怎么办") is first
    assert matcher.rank("护照怎么办!!!!") is not first
    matcher.replace(index_of(a_catalogue()))
    assert matcher.rank("护照怎么办") is not first


def test_no_more_rankings_are_kept_than_allowed() -> None:
    matcher = Matcher(MATCHER.index, wording(), settings=SearchSettings(cached_rankings=2))
    first = matcher.rank("护照")
    for text in ("身份证", "社保卡", "驾照"):
        matcher.rank(text)
    assert matcher.rank("护照") is not first


def test_at_most_as_many_candidates_as_asked_for_are_returned() -> None:
    assert len(MATCHER.rank("怎么办理登记", 2).candidates) <= 2


def test_a_catalogue_of_one_item_can_be_searched() -> None:
    assert names("换身份证", matcher_of(a_catalogue(an_item()))) == ["居民身份证换领"]


def test_an_empty_catalogue_finds_nothing() -> None:
    assert matcher_of(shipped().of([])).rank("身份证").candidates == ()


@given(st.text(max_size=300))
def test_whatever_is_typed_a_ranking_comes_back_best_first(text: str) -> None:
    ranking = MATCHER.rank(text)
    scores = [candidate.score for candidate in ranking.candidates[ranking.several :]]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= ranking.support <= 1


THINGS = ("采矿许可证", "取水许可证", "排水许可证", "渔业捕捞许可证", "林木采伐许可证", "公证员执业证", "测绘资质证书", "文物保护单位修缮", "商品房预售许可证", "护士执业证书")  # fmt: skip
DEEDS = ("核发", "变更", "延续", "注销", "补发", "备案", "信息查询", "转让审批")
WHOSE = ("", "农村", "企业", "个人", "涉外", "临时", "市级", "军队", "港澳", "海洋", "林区", "高校", "医院", "机场", "口岸", "园区", "社区", "海岛", "山区", "河道", "铁路", "地铁", "公交", "高速", "隧道")  # fmt: skip


def test_among_two_thousand_items_each_is_found_by_its_name_and_few_are_looked_at() -> None:
    # Given a catalogue twenty-five times as large as the shipped one
    titles = [f"{whose}{thing}{deed}" for whose in WHOSE for thing in THINGS for deed in DEEDS]
    catalogue = a_catalogue(*(an_item(f"{number:012}", title) for number, title in enumerate(titles)))
    matcher = matcher_of(catalogue)
    # When every fortieth is asked for, then it comes first
    asked = titles[::40]
    assert [names(f"{title}怎么办理", matcher)[0] for title in asked] == asked
    # Then the search has an index: it does not weigh every item for a question
    found = matcher.index.words.search(["采矿", "采矿许可证", "变更"], unknown_share=0.35)
    assert len(found.shares) < len(titles) / 4
