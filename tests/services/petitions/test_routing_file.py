"""A broken file of rules is refused by name."""

from pathlib import Path

import msgspec
import pytest

from services.petitions.conditions import Condition, Season
from services.petitions.kind import Kind
from services.petitions.routing import Expectation, Router, Rule
from services.petitions.routing_file import BrokenRules, RulesFile, checked_router, load_router
from tests.support.petition_data import DATA, shipped_directory, shipped_router, shipped_tree

LAMPS = Rule(
    id="lamps", note="路灯归城管", when=Condition(any=("路灯",)), to="cgj", tests=(Expectation(text="路灯坏了"),)
)


def check(*rules: Rule, centre: str = "rxb") -> Router:
    return checked_router(RulesFile(centre=centre, rules=rules), directory=shipped_directory(), tree=shipped_tree())


def a_rule(
    rule_id: str = "other",
    *,
    when: Condition | None = None,
    to: str = "cgj",
    note: str = "因为",
    tests: tuple[Expectation, ...] = (Expectation(text="井盖"),),
) -> Rule:
    return Rule(id=rule_id, note=note, when=when or Condition(any=("井盖",)), to=to, tests=tests)


def test_good_rules_become_a_router() -> None:
    assert check(LAMPS, a_rule()).rules == (LAMPS, a_rule())


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (a_rule(to="nobody"), "other: no department 'nobody'"),
        (a_rule(note=" "), "other: no note"),
        (a_rule("Big One"), "Big One: not an id for a rule"),
        (a_rule("by-duty"), "by-duty: not an id for a rule"),
        (a_rule(when=Condition(any=("井盖",), categories=("天文",))), "other: no category '天文'"),
        (a_rule(when=Condition(any=("井盖",), districts=("370299",))), "other: no district '370299'"),
        (a_rule(when=Condition(any=("井盖",), streets=("370299001",))), "other: no street '370299001'"),
        (a_rule(when=Condition(any=("井盖",), streets=("370202",))), "other: no street '370202'"),
        (a_rule(when=Condition(any=("井盖", " "))), "other: an empty word"),
        (a_rule(when=Condition(any=("井盖",), season=Season("02-30", "03-01"))), "other: no such season"),
        (a_rule(tests=()), "other: no test that fires it"),
        (a_rule(tests=(Expectation(text="井盖", fires=False),)), "other: no test that fires it"),
        (a_rule(tests=(Expectation(text="井盖", category="天文"),)), "other: test 1: no category '天文'"),
        (a_rule(tests=(Expectation(text="井盖", kind="shout"),)), "other: test 1: 'shout' is not a valid Kind"),
        (a_rule(tests=(Expectation(text="井盖", at="yesterday"),)), "other: test 1: Invalid isoformat"),
        (a_rule(tests=(Expectation(text="井盖"), Expectation(text="灯杆"))), "other: test 2 fires"),
        (
            a_rule(tests=(Expectation(text="井盖"), Expectation(text="井盖丢", fires=False))),
            "other: test 2 fires other",
        ),
        (a_rule("lamps", when=Condition(any=("井盖",))), "lamps: stands twice"),
        (a_rule(when=Condition(any=("路灯杆",))), "other: never fires, lamps comes first"),
    ],
)
def test_a_broken_rule_is_named(rule: Rule, fault: str) -> None:
    with pytest.raises(BrokenRules) as refused:
        check(LAMPS, rule)
    assert any(one.startswith(fault) for one in refused.value.faults), refused.value.faults


def test_a_rule_without_any_condition_is_refused() -> None:
    everything = a_rule().__class__(id="all", note="全部", when=Condition(), to="cgj", tests=(Expectation(text="一"),))
    with pytest.raises(BrokenRules, match="all: its condition holds for everything"):
        check(everything)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BrokenRules) as refused:
        check(a_rule("one", to="nobody"), a_rule("two", note=""), centre="nowhere")
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["centre", "one", "two", "two"]


def test_a_rule_that_another_partly_takes_over_fails_its_own_test() -> None:
    first = a_rule("first", when=Condition(any=("井盖", "坏了")), tests=(Expectation(text="井盖"),))
    with pytest.raises(BrokenRules, match="lamps: test 1 fires first"):
        check(first, LAMPS)


def test_a_rule_for_the_own_district_shadows_nobody_because_the_place_may_be_unknown() -> None:
    estate = a_rule("estate", to="district", tests=(Expectation(text="井盖", district="370202"),))
    assert check(estate, a_rule()).rules[0].to == "district"


def test_kinds_are_part_of_a_rule() -> None:
    consult = a_rule(
        when=Condition(any=("井盖",), kinds=(Kind.CONSULT,)), tests=(Expectation(text="井盖", kind="consult"),)
    )
    assert check(consult).rules == (consult,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"centre": "rxb"}',
        b'{"centre": "rxb", "rules": [{"id": "a", "to": "cgj", "note": "b", "wen": {}}]}',
    ],
)
def test_a_file_that_is_no_file_of_rules_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rules.json"
    path.write_bytes(content)
    with pytest.raises(BrokenRules, match=r"rules\.json"):
        load_router(path, directory=shipped_directory(), tree=shipped_tree())


def test_a_misspelt_condition_is_refused_and_not_ignored(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    content = msgspec.json.encode(RulesFile(centre="rxb", rules=(LAMPS,))).replace(b'"any"', b'"anny"')
    path.write_bytes(content)
    with pytest.raises(BrokenRules, match="anny"):
        load_router(path, directory=shipped_directory(), tree=shipped_tree())


def test_the_shipped_rules_are_sound_and_every_utility_has_one() -> None:
    targets = {rule.to for rule in shipped_router().rules}
    assert {"gdgs", "grqy", "rqqy", "gsqy", "gjqy", "dtqy"} <= targets
    assert any(rule.urgent for rule in shipped_router().rules)
    assert load_router(DATA / "routing_rules.json", directory=shipped_directory(), tree=shipped_tree()).rules
