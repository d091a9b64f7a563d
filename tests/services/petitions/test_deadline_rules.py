"""Check the dated rules: what is in force when, that a given set stands, and that faults are said in words."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.petitions.deadline_model import Limit, LimitUnit
from services.petitions.deadline_rules import (
    CountedFrom,
    DeadlineRule,
    NoRules,
    Party,
    PetitionClass,
    RuleBook,
    RuleSet,
    RulesFaulty,
    Step,
    faults_of,
    load_rules,
)

_SHIPPED = load_rules(Path("data/deadline_rules.json"))
_TODAY = date(2026, 11, 24)
_ANSWER = DeadlineRule(
    id="answer",
    preset="here",
    petition_class=PetitionClass.STANDARD,
    step=Step.ANSWER,
    unit=LimitUnit.WORKDAYS,
    limit=5,
    who=Party.UNIT,
    counted_from=CountedFrom.RECEIVED_BY_UNIT,
    effective_from=date(2020, 1, 1),
    source="本市规定",
)
_EXTENSION = replace(_ANSWER, id="extension", step=Step.EXTENSION, limit=10, counted_from=CountedFrom.ORIGINAL_DUE_DATE)
_SHORTER = replace(_ANSWER, id="shorter", limit=3, effective_from=date(2026, 7, 1))


def _workdays(amount: int) -> Limit:
    return Limit(LimitUnit.WORKDAYS, amount)


def test_shandong_gives_five_days_ten_more_and_two_to_return() -> None:
    assert _SHIPPED.in_force("shandong", PetitionClass.STANDARD, on=_TODAY) == RuleSet(
        version="shandong/standard/2020-01-01",
        answer=_workdays(5),
        most_extension_workdays=10,
        return_within=_workdays(2),
    )


def test_enterprises_are_contacted_in_two_hours_and_answered_in_fifteen_days() -> None:
    rules = _SHIPPED.in_force("shandong", PetitionClass.ENTERPRISE, on=_TODAY)
    assert (rules.first_contact, rules.first_feedback) == (Limit(LimitUnit.HOURS, 2), _workdays(1))
    assert (rules.answer, rules.most_extension_workdays) == (_workdays(15), 10)


def test_beijing_knows_four_paces_and_no_extension() -> None:
    paces = [PetitionClass.EMERGENCY, PetitionClass.URGENT, PetitionClass.STANDARD, PetitionClass.COMPLEX]
    rules = [_SHIPPED.in_force("beijing", pace, on=_TODAY) for pace in paces]
    assert [rule.answer for rule in rules] == [
        Limit(LimitUnit.HOURS, 2),
        Limit(LimitUnit.HOURS, 24),
        Limit(LimitUnit.NATURAL_DAYS, 7),
        Limit(LimitUnit.NATURAL_DAYS, 15),
    ]
    assert [rule.dispatch and rule.dispatch.amount for rule in rules] == [1, 2, 24, 24]
    assert {rule.most_extension_workdays for rule in rules} == {0}


@pytest.mark.parametrize(
    ("preset", "petition_class", "on"),
    [
        ("atlantis", PetitionClass.STANDARD, _TODAY),
        ("shandong", PetitionClass.EMERGENCY, _TODAY),
        ("shandong", PetitionClass.STANDARD, date(2019, 12, 31)),
    ],
)
def test_what_no_rule_covers_is_refused(preset: str, petition_class: PetitionClass, on: date) -> None:
    with pytest.raises(NoRules):
        _SHIPPED.in_force(preset, petition_class, on=on)


def test_a_new_rule_holds_from_its_first_day_and_a_given_set_stands() -> None:
    # Given a limit that is shortened from July on
    book = RuleBook([replace(_ANSWER, effective_to=date(2026, 6, 30)), _SHORTER])
    # When petitions come on the last day of the old rule and the first of the new one
    before = book.in_force("here", PetitionClass.STANDARD, on=date(2026, 6, 30))
    after = book.in_force("here", PetitionClass.STANDARD, on=date(2026, 7, 1))
    # Then each has its own version, which holds its own limits
    assert (before.version, before.answer) == ("here/standard/2020-01-01", _workdays(5))
    assert (after.version, after.answer) == ("here/standard/2026-07-01", _workdays(3))


def test_a_rule_that_ends_without_a_successor_makes_a_new_version() -> None:
    book = RuleBook([_ANSWER, replace(_EXTENSION, effective_to=date(2026, 6, 30))])
    with_extension = book.in_force("here", PetitionClass.STANDARD, on=date(2026, 6, 30))
    without = book.in_force("here", PetitionClass.STANDARD, on=date(2026, 7, 1))
    assert (with_extension.most_extension_workdays, without.most_extension_workdays) == (10, 0)
    assert (with_extension.version, without.version) == ("here/standard/2020-01-01", "here/standard/2026-07-01")


def test_a_set_of_rules_survives_being_kept_in_a_petition() -> None:
    rules = _SHIPPED.in_force("shandong", PetitionClass.ENTERPRISE, on=_TODAY)
    assert msgspec.json.decode(msgspec.json.encode(rules), type=RuleSet) == rules


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ([replace(_ANSWER, limit=0)], "answer: a limit of 0 workdays is not between 1 and 90"),
        ([replace(_ANSWER, limit=91)], "answer: a limit of 91 workdays is not between 1 and 90"),
        ([replace(_ANSWER, effective_to=date(2019, 12, 31))], "answer: ends on 2019-12-31, before it begins"),
        ([replace(_ANSWER, source=" ")], "answer: has no source"),
        (
            [replace(_ANSWER, counted_from=CountedFrom.ORIGINAL_DUE_DATE)],
            "answer: an extension, and nothing else, is counted from the original due date",
        ),
        ([_ANSWER, replace(_EXTENSION, unit=LimitUnit.HOURS)], "extension: an extension is counted in working days"),
        ([_ANSWER, replace(_EXTENSION, id="answer")], "answer: the id stands 2 times"),
        ([_SHORTER, _ANSWER], "answer and shorter are both in force on 2026-07-01"),
        (
            [replace(_ANSWER, effective_to=date(2026, 7, 1)), _SHORTER],
            "answer and shorter are both in force on 2026-07-01",
        ),
        (
            [replace(_ANSWER, effective_to=date(2026, 6, 29)), _SHORTER],
            "answer ends on 2026-06-29 and shorter begins on 2026-07-01: nothing between",
        ),
        ([_EXTENSION], "here/standard: has no limit for the answer"),
    ],
)
def test_a_fault_in_the_rules_is_said(rules: list[DeadlineRule], fault: str) -> None:
    assert fault in faults_of(rules)


def test_rules_that_follow_one_another_have_no_faults() -> None:
    until_june = replace(_EXTENSION, effective_to=date(2026, 5, 31))
    from_july = replace(_EXTENSION, id="later", effective_from=date(2026, 7, 1))
    assert faults_of([replace(_ANSWER, limit=90)]) == []
    # An extension may pause for a month, only the answer may not
    assert faults_of([replace(_ANSWER, effective_to=date(2026, 6, 30)), _SHORTER, until_june, from_july]) == []


@given(changes=st.lists(st.integers(1, 400), max_size=5), asked=st.integers(0, 2500))
def test_on_every_day_exactly_one_of_successive_rules_is_in_force(changes: list[int], asked: int) -> None:
    # Given rules that follow one another without a gap
    starts = [date(2020, 1, 1)]
    for days in changes:
        starts.append(starts[-1] + timedelta(days))
    ends = [*(start - timedelta(1) for start in starts[1:]), None]
    rules = [
        replace(_ANSWER, id=f"rule-{n}", limit=n + 1, effective_from=start, effective_to=end)
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    assert faults_of(rules) == []
    # When any day is asked for, then the last rule that began by then holds
    day = starts[0] + timedelta(asked)
    given_rules = RuleBook(rules).in_force("here", PetitionClass.STANDARD, on=day)
    assert given_rules.answer == _workdays(sum(start <= day for start in starts))


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    # Given a file with two faults
    path = tmp_path / "deadline_rules.json"
    path.write_bytes(msgspec.json.encode({"rules": [replace(_EXTENSION, source="")]}))
    # When it is loaded, then both are said
    with pytest.raises(RulesFaulty) as refused:
        load_rules(path)
    assert refused.value.faults == ("extension: has no source", "here/standard: has no limit for the answer")


def test_a_file_that_is_no_rule_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deadline_rules.json"
    path.write_text('{"rules": [{"id": "x", "unit": "weeks"}]}')
    with pytest.raises(RulesFaulty, match=r"\$.rules\[0\]"):
        load_rules(path)
