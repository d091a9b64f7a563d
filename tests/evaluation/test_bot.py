"""Rows of every shape are understood and judged; the totals count kinds, confusion and what must never happen."""

import json
from pathlib import Path

import msgspec
import pytest

from bots.understanding.model import Action, Kind
from evaluation.bot import Case, main
from evaluation.tally import Expected, Found, Tally
from services.text.normalise import normalise

FIELDS = {"kind", "action", "items", "field", "score", "emergency", "answered", "rule", "catalogue", "ms"}


@pytest.fixture(autouse=True)
def _character_tables() -> None:
    normalise("預熱")


def printed(path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict]:  # type: ignore[type-arg]  # JSON
    monkeypatch.setattr("sys.argv", ["bot", str(path)])
    assert main() == 0
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


def test_a_row_out_has_every_field_and_the_totals_count_the_kinds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    rows = [
        {"text": "身份证丢了怎么补办", "kind": "item", "items": ["居民身份证补领"], "field": "overview"},
        {"query": "转人工", "intent": "human"},
        {"text": "我家着火了", "kind": "emergency"},
        {"text": "消防验收去哪办", "kind": "item", "also": ["out_of_scope"]},
        {"text": "今天天气怎么样"},
        {"kind": "item"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    *out, last = printed(path, monkeypatch, capfdbinary)
    assert all(set(row) - {"right"} == FIELDS for row in out[:5])
    assert [row.get("right") for row in out[:5]] == [True, True, True, True, None]
    assert out[5] == {"error": "no text", "row": 6}
    assert out[0]["items"][0] == "居民身份证补领"
    totals = last["totals"]
    assert (totals["rows"], totals["errors"]) == (6, 1)
    assert totals["measures"]["kind.handoff"] == [1, 1]
    assert totals["measures"]["item.top1"] == [1, 1]
    assert totals["confusion"]["emergency"] == {"emergency": 1}


def test_a_file_that_expects_nothing_has_plain_totals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "你好", "id": 7}', "utf-8")
    assert printed(path, monkeypatch, capfdbinary)[-1] == {"totals": {"rows": 1, "errors": 0}}


def test_what_must_never_happen_is_counted_as_right_when_it_did_not() -> None:
    tally = Tally()
    tally.add(Expected(kind="item"), Found(kind=Kind.PETITION, action=Action.FORM, items=()))
    tally.add(Expected(kind="item"), Found(kind=Kind.PETITION, action=Action.MENU, items=()))
    tally.add(Expected(kind="out_of_scope"), Found(kind=Kind.ITEM, action=Action.ANSWER, items=("甲",)))
    tally.add(Expected(kind="smalltalk"), Found(kind=Kind.EMERGENCY, action=Action.CARD, items=()))
    measures = tally.totals()["measures"]
    assert isinstance(measures, dict)
    assert measures["item.not_sent_to_form"] == [1, 2]
    assert measures["out_of_scope.not_answered"] == [0, 1]
    assert measures["emergency.no_false_alarm"] == [3, 4]


def test_items_are_right_first_or_among_three() -> None:
    tally = Tally()
    tally.add(Expected(items=("乙", "丙")), Found(kind=Kind.ITEM, action=Action.MENU, items=("甲", "丙")))
    assert tally.totals()["measures"] == {"direct.share": [0, 1], "item.top1": [0, 1], "item.top3": [1, 1]}


def test_what_is_answered_directly_is_counted_by_itself_and_by_tag() -> None:
    tally = Tally()
    rows = (("甲", "fee", 1), ("乙", "fee", 1), ("甲", "place", 0))
    for name, field, answered in rows:
        found = Found(kind=Kind.ITEM, action=Action.ANSWER, items=(name,), answered=answered, field=field)
        tally.add(Expected(items=("甲",), field="fee", tags=("dialect",)), found)
    tally.add(Expected(kind="out_of_scope"), Found(kind=Kind.ITEM, action=Action.ANSWER, items=("甲",), answered=1))
    measures = tally.totals()["measures"]
    assert isinstance(measures, dict)
    named = ("direct.precision", "direct.share", "field", "tag.dialect")
    assert [measures[name] for name in named] == [[1, 3], [2, 3], [2, 3], [1, 3]]


def test_what_another_author_wrote_under_the_same_names_is_no_bad_row() -> None:
    case = msgspec.convert({"text": "您好", "kind": 3, "items": [{"a": 1}, "甲"], "tags": "x", "field": None}, Case)
    assert case.expected == Expected(items=("甲",), tags=("x",))
