"""What rules can ask, and when one asks less than another."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.petitions.conditions import Condition, Facts, Hours, Matcher, Season, covers, pairs_of, words_of
from services.petitions.kind import Kind

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
FACTS = Facts(
    kind=Kind.COMPLAINT,
    words=words_of("楼下噪音", "半夜唱歌，KTV 太吵"),
    category="环境保护/环境污染/噪音污染",
    district="370202",
    street="370202001",
    at=NOON,
)


def fired(condition: Condition, facts: Facts = FACTS) -> dict[str, str] | None:
    return Matcher(condition).match(facts)


def test_words_fire_with_the_word_that_was_found() -> None:
    assert fired(Condition(any=("噪声", "噪音"))) == {"word": "噪音"}
    assert fired(Condition(any=("噪音",), and_any=("狗叫", "唱歌"))) == {"word": "噪音", "and_word": "唱歌"}


def test_words_are_compared_in_one_form() -> None:
    assert fired(Condition(any=("ktv",))) == {"word": "ktv"}
    assert fired(Condition(any=("ＫＴＶ",))) == {"word": "ktv"}


@pytest.mark.parametrize(
    "condition",
    [
        Condition(any=("狗叫",)),
        Condition(any=("噪音",), and_any=("狗叫",)),
        Condition(any=("噪音",), none=("唱歌",)),
        Condition(categories=("环境保护/环保管理", "环境")),
        Condition(kinds=(Kind.CONSULT,)),
        Condition(districts=("370203",)),
        Condition(streets=("370202002",)),
        Condition(season=Season("01-01", "06-30")),
        Condition(hours=Hours("22:00", "06:00")),
    ],
)
def test_one_part_that_does_not_hold_is_enough(condition: Condition) -> None:
    assert fired(condition) is None


def test_circumstances_fire_with_what_they_were() -> None:
    condition = Condition(
        categories=("环境保护",),
        kinds=(Kind.COMPLAINT,),
        districts=("370202",),
        streets=("370202001",),
        season=Season("11-01", "04-15"),
        hours=Hours("12:00", "12:01"),
    )
    assert fired(condition) == {
        "category": "环境保护/环境污染/噪音污染",
        "kind": "complaint",
        "district": "370202",
        "street": "370202001",
        "at": "2026-11-24T12:00+08:00",
    }


def test_a_category_of_two_or_three_levels_asks_for_what_is_below_it() -> None:
    assert fired(Condition(categories=("环境保护/环境污染",))) is not None
    assert fired(Condition(categories=("环境保护/环境污染/噪音污染",))) is not None
    assert fired(Condition(categories=("环境保护/环境",))) is None


def test_seasons_and_hours_may_run_over_their_end() -> None:
    assert {"12-31", "01-01", "02-29", "04-15"} <= Season("11-01", "04-15").days()
    assert "04-16" not in Season("11-01", "04-15").days()
    assert Season("03-01", "03-01").days() == {"03-01"}
    assert Hours("22:00", "06:00").minutes() == set(range(22 * 60, 24 * 60)) | set(range(6 * 60))
    assert len(Hours("00:00", "00:00").minutes()) == 24 * 60


def test_the_clock_of_a_rule_is_shanghais() -> None:
    night = Condition(hours=Hours("22:00", "06:00"))
    assert fired(night, replace(FACTS, at=datetime(2026, 11, 24, 14, 0, tzinfo=UTC))) is not None
    assert fired(night, replace(FACTS, at=datetime(2026, 11, 24, 22, 0, tzinfo=UTC))) is None


WORDS = st.lists(st.sampled_from(["噪", "噪音", "唱歌", "半夜唱歌", "狗", "ktv"]), max_size=2).map(tuple)
CONDITIONS = st.builds(
    Condition,
    any=WORDS,
    and_any=WORDS,
    none=WORDS,
    categories=st.lists(st.sampled_from(["环境保护", "环境保护/环境污染", "政法"]), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(Kind), max_size=2).map(tuple),
    districts=st.lists(st.sampled_from(["370202", "370203"]), max_size=2).map(tuple),
    streets=st.lists(st.sampled_from(["370202001"]), max_size=1).map(tuple),
    season=st.none() | st.sampled_from([Season("11-01", "04-15"), Season("12-01", "01-31")]),
    hours=st.none() | st.sampled_from([Hours("22:00", "06:00"), Hours("23:00", "01:00")]),
)
ANY_FACTS = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    words=st.lists(st.sampled_from(["噪音", "半夜唱歌", "狗", "ktv", "，"]), max_size=4).map("".join),
    category=st.sampled_from(["环境保护/环境污染/噪音污染", "政法/社会治安/治安案件", ""]),
    district=st.sampled_from(["370202", "370203", ""]),
    street=st.sampled_from(["370202001", ""]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis wants naive bounds
)


@given(CONDITIONS, CONDITIONS, ANY_FACTS)
def test_what_covers_another_holds_whenever_the_other_does(earlier: Condition, later: Condition, facts: Facts) -> None:
    if covers(earlier, later) and fired(later, facts) is not None:
        assert fired(earlier, facts) is not None


@given(CONDITIONS, ANY_FACTS)
def test_the_cheap_look_never_misses_what_matches(condition: Condition, facts: Facts) -> None:
    if fired(condition, facts) is not None:
        assert Matcher(condition).may_match(pairs_of(facts.words))


def test_the_cheap_look_spares_a_search_but_not_for_single_characters() -> None:
    pairs = pairs_of("楼下噪音")
    assert pairs == {"楼下", "下噪", "噪音"}
    assert not Matcher(Condition(any=("路灯",))).may_match(pairs)
    assert Matcher(Condition(any=("路灯", "灯"))).may_match(pairs)
    assert Matcher(Condition(kinds=(Kind.HELP,))).may_match(pairs)


@given(CONDITIONS)
def test_every_condition_covers_itself(condition: Condition) -> None:
    assert covers(condition, condition)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (Condition(any=("噪音",)), Condition(any=("工地噪音", "噪音大")), True),
        (Condition(any=("噪音",)), Condition(any=("噪音", "扬尘")), False),
        (Condition(any=("噪音",)), Condition(categories=("环境保护",)), False),
        (Condition(any=("噪音",), none=("工地",)), Condition(any=("噪音",)), False),
        (Condition(any=("噪音",), none=("工地",)), Condition(any=("噪音",), none=("工",)), True),
        (Condition(categories=("环境保护",)), Condition(categories=("环境保护/环境污染",), any=("噪音",)), True),
        (Condition(season=Season("11-01", "04-15")), Condition(season=Season("12-01", "01-31")), True),
        (Condition(hours=Hours("22:00", "06:00")), Condition(), False),
    ],
)
def test_covering_by_example(earlier: Condition, later: Condition, expected: bool) -> None:  # noqa: FBT001  # a table's column
    assert covers(earlier, later) is expected
