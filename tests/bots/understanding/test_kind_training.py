"""The command that trains the recogniser of kinds, and the sentences it is given."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bots.understanding import kind_training
from bots.understanding.gram_table import GramRows
from bots.understanding.kind_model import KindScore, load_kind_model
from bots.understanding.model import Kind
from bots.understanding.training_rows import said_in
from services.text.normalise import normalise

ROOT = Path(__file__).parents[3]
SAID = ROOT / "data" / "wording" / "said"
_MARKS = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    return _MARKS.sub("", normalise(text).text)


def test_every_sentence_is_written_once_and_for_one_kind() -> None:
    rows = list(said_in(SAID))
    twice = [text for text, count in Counter(row.text for row in rows).items() if count > 1]
    assert twice == []
    kinds: dict[str, set[Kind]] = {}
    for row in rows:
        kinds.setdefault(bare(row.text), set()).add(row.kind)
    assert [text for text, some in kinds.items() if len(some) > 1] == []


def test_no_sentence_names_anybodys_number() -> None:
    assert [row.text for row in said_in(SAID) if re.search(r"1\d{10}|\d{17}", row.text)] == []


def test_the_blind_sets_are_not_learned_from() -> None:
    learned = {bare(row.text) for row in said_in(SAID)}
    for name in ("kinds_b", "kinds_d", "kinds_e", "item_questions_e"):
        lines = (ROOT / "evaluation" / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
        asked = {bare(json.loads(line)["text"]) for line in lines}
        # A few words (谢谢, 转人工) are what anybody says.
        assert len({text for text in asked & learned if len(text) > 6}) <= len(asked) * 0.02


def test_the_command_writes_a_model_that_tells_kinds_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    # Given few sentences of two kinds and a handful of petitions
    data = tmp_path / "data"
    (data / "wording" / "said").mkdir(parents=True)
    for path in (ROOT / "data" / "wording").iterdir():
        if path.is_file():
            (data / "wording" / path.name).symlink_to(path)
    rows = [{"text": f"我的件第{n}天了批下来没", "kind": "progress"} for n in "一二三四五六七八"]
    rows += [{"text": f"谢谢{word}啦", "kind": "smalltalk"} for word in ("你", "您", "师傅", "大姐", "小青", "老师")]
    said = "\n".join(json.dumps(row) for row in rows)
    (data / "wording" / "said" / "few.jsonl").write_text(said, "utf-8")
    (data / "items.json").symlink_to(ROOT / "data" / "items.json")
    petitions, out = tmp_path / "petitions.csv", tmp_path / "model.json.gz"
    with petitions.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        writer.writerows([str(n), f"示例小区第{n}栋楼的电梯坏了没人修", ""] for n in range(5))
    arguments = ["--petitions", str(petitions), "--data", str(data), "--out", str(out), "--rounds", "2", "--folds", "2"]
    monkeypatch.setattr("sys.argv", ["kind_training", *arguments])
    # When it is trained
    assert kind_training.main() == 0
    # Then the model tells them apart and says what it was made of
    model = load_kind_model(out)
    score = KindScore(model.kinds, GramRows(model.grams))
    assert score.guess("电梯坏了没人修").best is Kind.PETITION
    assert score.guess("谢谢师傅").best is Kind.SMALLTALK
    assert model.provenance.rows["written"] == len(rows)
    assert b"recognised" in capfdbinary.readouterr().out
