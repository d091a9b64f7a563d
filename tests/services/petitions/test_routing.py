"""Where petitions go."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.petitions.conditions import Condition, Facts, words_of
from services.petitions.departments import Department, DepartmentId, Directory, District
from services.petitions.kind import Kind
from services.petitions.routing import (
    BY_CATEGORY,
    BY_DISTRICT,
    BY_DUTY,
    CENTRE,
    Expectation,
    Routed,
    Router,
    Rule,
)
from tests.support.petition_data import shipped_directory, shipped_router, shipped_tree

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def a_department(department_id: str, *duties: str, level1: str = "城乡建设") -> Department:
    return Department(
        id=department_id, name=department_id, level="市级", petition_level1=(level1,), duty_keywords=duties
    )


DIRECTORY = Directory(
    (
        a_department("lamps", "路灯", "灯杆"),
        a_department("water", "停水", "水表", "水"),
        a_department("roads", "公路", level1="交通运输"),
        a_department("centre", level1="党务政务"),
    ),
    (District(code="370202", name="市南区"),),
    defaults={"城乡建设": "water", "交通运输": "roads"},
)


def a_rule(rule_id: str, when: Condition, to: str, *, urgent: bool = False) -> Rule:
    return Rule(id=rule_id, note="因为", when=when, to=to, urgent=urgent, tests=(Expectation(text="路灯"),))


def facts(text: str, category: str = "城乡建设/市政/路灯", district: str = "") -> Facts:
    return Facts(kind=Kind.HELP, words=words_of("", text), category=category, district=district, at=AT)


def a_router(*rules: Rule) -> Router:
    return Router(rules, DIRECTORY, centre=DepartmentId("centre"))


def test_the_first_rule_that_holds_decides_and_says_on_what() -> None:
    router = a_router(
        a_rule("lamp-fire", Condition(any=("灯着火",)), "water", urgent=True),
        a_rule("lamp", Condition(any=("灯",), categories=("城乡建设",)), "lamps"),
        a_rule("anything-else", Condition(any=("灯", "火")), "roads"),
    )
    assert router.route(facts("路灯着火")) == Routed(
        department=DepartmentId("water"), rule="lamp-fire", facts={"word": "灯着火"}, urgent=True
    )
    assert router.route(facts("路灯坏了")).rule == "lamp"
    assert router.route(facts("路灯坏了", category="民政/优抚/其他")).rule == "anything-else"


def test_a_rule_for_the_own_district_needs_a_district() -> None:
    router = a_router(a_rule("estate", Condition(any=("小区",)), "district"))
    assert router.route(facts("小区", district="370202")).department == "370202"
    assert router.route(facts("小区")).rule == BY_CATEGORY
    assert router.route(facts("小区", district="999999")).rule == BY_CATEGORY


def test_behind_the_rules_the_department_with_most_duty_words_comes() -> None:
    routed = a_router().route(facts("路灯和灯杆都坏了，水也没有"))
    assert (routed.department, routed.rule) == ("lamps", BY_DUTY)
    assert routed.facts == {"word": "路灯", "category": "城乡建设/市政/路灯"}


def test_duty_words_inside_longer_ones_do_not_count_twice() -> None:
    # 停水 holds 水: alone it is worth two, as much as 路灯, so nobody is ahead
    assert a_router().route(facts("停水 路灯")).rule == BY_CATEGORY


def test_a_word_counts_for_its_length_and_at_most_three_times() -> None:
    # 停水 twice is four characters, 路灯 once is two
    assert a_router().route(facts("路灯旁边停水，又停水")).department == "water"
    # 水 three times weighs three, as 灯杆 does with half of a word more; however often it stands there, no more than that
    assert a_router().route(facts("水，水，水，路灯，路灯")).department == "lamps"
    assert a_router().route(facts("水，水，水，水，水，路灯，路灯")).department == "lamps"


def test_a_longer_word_does_not_hide_a_shorter_one_that_is_no_part_of_it() -> None:
    # 停水 and 水表: four characters against the two of 路灯; 水 stands in both and counts for nothing
    routed = a_router().route(facts("停水，水表停了，路灯"))
    assert (routed.department, routed.rule) == ("water", BY_DUTY)


def test_an_unclear_petition_from_a_district_that_is_unknown_is_not_sent_there() -> None:
    routed = a_router().route(facts("请看", district="999999"), confident=False)
    assert (routed.department, routed.rule) == ("water", BY_CATEGORY)
    routed = a_router().route(facts("请看", "天文/其他/其他", "999999"))
    assert (routed.department, routed.rule, routed.facts) == ("centre", CENTRE, {})


def test_a_router_shows_the_rules_it_was_given() -> None:
    rule = a_rule("lamp", Condition(any=("灯",)), "lamps")
    assert a_router(rule).rules == (rule,)


def test_duty_words_of_another_first_level_do_not_count() -> None:
    assert a_router().route(facts("公路")).rule == BY_CATEGORY


def test_without_a_word_a_sure_category_goes_to_its_default() -> None:
    routed = a_router().route(facts("请看", district="370202"))
    assert (routed.department, routed.rule, routed.facts) == ("water", BY_CATEGORY, {"category": "城乡建设/市政/路灯"})


def test_an_unclear_petition_stays_with_its_district() -> None:
    routed = a_router().route(facts("请看", district="370202"), confident=False)
    assert (routed.department, routed.rule, routed.facts) == ("370202", BY_DISTRICT, {"district": "370202"})


def test_an_unclear_petition_without_a_place_goes_to_its_categorys_default() -> None:
    assert a_router().route(facts("请看"), confident=False).rule == BY_CATEGORY


def test_a_category_without_a_default_goes_to_the_district_and_then_to_the_centre() -> None:
    assert a_router().route(facts("请看", "天文/其他/其他", "370202")).rule == BY_DISTRICT
    routed = a_router().route(facts("请看", "天文/其他/其他"))
    assert (routed.department, routed.rule) == ("centre", CENTRE)


@given(
    text=st.text(max_size=80),
    category=st.sampled_from([category.path for category in shipped_tree().categories]),
    district=st.sampled_from(["", *shipped_directory().districts]),
    confident=st.booleans(),
)
def test_every_petition_has_somebody_to_go_to(text: str, category: str, district: str, *, confident: bool) -> None:
    routed = shipped_router().route(facts(text, category, district), confident=confident)
    assert routed.department in shipped_directory()
    assert shipped_router().route(facts(text, category, district), confident=confident) == routed


@pytest.mark.parametrize("level1", shipped_tree().level1)
def test_every_first_level_has_a_way_without_any_word(level1: str) -> None:
    routed = shipped_router().route(facts("", shipped_tree().catch_all(level1).path))
    assert routed.department in shipped_directory()
