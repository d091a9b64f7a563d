"""Changed rules are replayed before they count."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from services.petitions.conditions import Condition, Facts, words_of
from services.petitions.departments import DepartmentId
from services.petitions.kind import Kind
from services.petitions.rehearsal import BrokenPast, PastPetition, main, read_past, rehearse
from services.petitions.routing import Expectation, Router, Rule
from tests.support.petition_data import DATA, shipped_directory

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LAMPS = Rule(id="lamps", note="路灯", when=Condition(any=("路灯",)), to="cgj", tests=(Expectation(text="路灯"),))


def past(petition_id: str, text: str, handled_by: str = "") -> PastPetition:
    facts = Facts(kind=Kind.HELP, words=words_of("", text), category="城乡建设/其他/其他", at=AT)
    return PastPetition(id=petition_id, facts=facts, handled_by=handled_by)


def a_router(*rules: Rule) -> Router:
    return Router(rules, shipped_directory(), centre=DepartmentId("rxb"))


def test_the_difference_is_told_by_way_and_rule_with_examples() -> None:
    # Given petitions, of which two go elsewhere and one only by another rule
    petitions = [past("pt_1", "路灯坏了", "cgj"), past("pt_2", "路灯不亮", "cgj"), past("pt_3", "物业", "zjj")]
    before = a_router(replace(LAMPS, to="ylj"))
    estate = Rule(id="estate", note="物业", when=Condition(any=("物业",)), to="zjj", tests=LAMPS.tests)
    unused = Rule(id="trees", note="树", when=Condition(any=("树",)), to="ylj", tests=LAMPS.tests)
    # When they are rehearsed
    changes, totals = rehearse(petitions, before=before, after=a_router(LAMPS, estate, unused))
    # Then the moves come first
    assert [(change.was, change.becomes, change.petitions, change.examples) for change in changes] == [
        ("ylj", "cgj", 2, ("pt_1", "pt_2")),
        ("zjj", "zjj", 1, ("pt_3",)),
    ]
    assert (changes[1].rule_was, changes[1].rule_becomes) == ("by-duty", "estate")
    assert (totals.petitions, totals.moved, totals.by_other_rule) == (3, 2, 1)
    assert (totals.right_before, totals.right_after) == (1, 3)
    assert totals.unused == ("trees",)


def test_the_same_rules_change_nothing() -> None:
    changes, totals = rehearse([past("pt_1", "路灯")], before=a_router(LAMPS), after=a_router(LAMPS))
    assert changes == []
    assert (totals.moved, totals.by_other_rule) == (0, 0)


def test_the_command_prints_the_difference(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    # Given past petitions and the shipped rules without the one for lamps
    (tmp_path / "past.jsonl").write_bytes(msgspec.json.Encoder().encode_lines([past("pt_1", "路灯坏了", "cgj")]))
    rules = msgspec.json.decode((DATA / "routing_rules.json").read_bytes())
    rules["rules"] = [rule for rule in rules["rules"] if rule["id"] != "lamps-lids"]
    (tmp_path / "new.json").write_bytes(msgspec.json.encode(rules))
    # When the command runs
    code = main([str(tmp_path / "past.jsonl"), str(tmp_path / "new.json")])
    # Then the petition goes the same way by another step
    change, totals = (msgspec.json.decode(line) for line in capfdbinary.readouterr().out.splitlines())
    assert code == 0
    assert (change["rule_was"], change["rule_becomes"], change["examples"]) == ("lamps-lids", "by-duty", ["pt_1"])
    assert totals["totals"]["petitions"] == 1


def test_broken_rules_are_not_rehearsed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "past.jsonl").write_bytes(b"")
    (tmp_path / "new.json").write_text('{"centre": "nobody", "rules": []}', encoding="utf-8")
    assert main([str(tmp_path / "past.jsonl"), str(tmp_path / "new.json")]) == 1
    assert "centre: no department 'nobody'" in capfd.readouterr().err


def test_a_broken_line_of_past_petitions_is_named(tmp_path: Path) -> None:
    path = tmp_path / "past.jsonl"
    path.write_bytes(msgspec.json.encode(past("pt_1", "路灯")) + b"\n{}\n")
    with pytest.raises(BrokenPast, match="line 2"):
        list(read_past(path))
