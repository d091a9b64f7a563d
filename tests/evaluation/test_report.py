"""A report names every miss with what was wanted and found."""

import json
from pathlib import Path

from evaluation.report import report


def test_measures_confusion_and_misses_stand_in_a_report(tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    file.write_text("\n".join(json.dumps({"text": text, "kind": "item"}) for text in ("甲问", "乙问", "丙问")))
    rows = (
        b'{"kind": "item", "right": true}',
        '{"kind": "hall", "action": "card", "items": ["某厅"], "rule": "hall", "right": false}'.encode(),
        b'{"error": "no text", "row": 3}',
    )
    words = report(file, rows=rows, measures={"kind.item": (1, 2)}, confusion={"item": {"item": 1, "hall": 1}})
    assert "| kind.item | 1 | 2 | 50.0% |" in words
    assert "| expected \\ found | hall | item |" in words
    assert "甲问" not in words
    assert "- '乙问': wanted ['item'], found hall card 某厅 [hall]" in words
    assert "- '丙问': wanted ['item'], found no text" in words
