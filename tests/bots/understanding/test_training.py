"""Training learns what tells petitions from questions, tests on what it did not see, and its command writes a model."""

import csv
import json
from pathlib import Path

import pytest

from bots.understanding import training
from bots.understanding.petition_model import GramReader, GramScore, load_model
from bots.understanding.training_rows import (
    Happenings,
    PetitionTalk,
    Row,
    Weights,
    Wishes,
    complaint_rows,
    petition_rows,
    written_rows,
)

COMPLAINTS = ("路灯坏了", "井盖坏了", "电梯坏了", "水管坏了", "门禁坏了")
QUESTIONS = ("怎么办护照", "怎么办身份证", "怎么办社保卡", "怎么办驾照", "怎么办户口")


def some_rows() -> list[Row]:
    return [Row(text=text, is_petition=True, group=f"petition {text}", is_real=True) for text in COMPLAINTS] + [
        Row(text=text, is_petition=False, group=f"item {text}", is_real=True) for text in QUESTIONS
    ]


def train(rows: object) -> GramScore:
    grams = training.log_odds_of_grams(rows, GramReader(()))  # type: ignore[arg-type]  # the protocol's Sequence[Row]
    return GramScore({gram: odds / 100 for gram, odds in grams.items()}, places=())


def test_n_grams_of_one_side_only_speak_for_it() -> None:
    odds = training.log_odds_of_grams(some_rows(), GramReader(()))
    assert odds["坏了"] > 0 > odds["怎么办"]


def test_n_grams_that_say_nothing_are_left_out() -> None:
    rows = [Row(text="路灯", is_petition=is_petition) for is_petition in (True, False)]
    assert training.log_odds_of_grams(rows, GramReader(())) == {}


def test_a_row_is_judged_by_a_model_that_never_saw_its_group() -> None:
    seen: list[set[str]] = []

    def recording(rows: object) -> GramScore:
        seen.append({row.group for row in rows})  # type: ignore[attr-defined]  # the protocol's Sequence[Row]
        return train(rows)

    judged = training.cross_validated(
        some_rows(), recording, observe=lambda grams, row: {"grams": grams.score(row.text)}
    )
    assert len(judged) == len(some_rows())
    assert len(seen) == training.FOLDS
    everything = {row.group for row in some_rows()}
    assert set.union(*(everything - groups for groups in seen)) == everything
    assert all(one.evidence["grams"] > 0 for one in judged if one.row.is_petition)
    assert all(one.evidence["grams"] < 0 for one in judged if not one.row.is_petition)


def test_titles_and_telling_sentences_of_a_petition_belong_together(tmp_path: Path) -> None:
    path = tmp_path / "petitions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        writer.writerow(["1", "示例标题", "尊敬的领导您好。这里有一句足够长的示例说明文字。短句。"])
    rows = list(petition_rows(path, Weights()))
    assert [row.text for row in rows] == ["示例标题", "这里有一句足够长的示例说明文字"]
    assert {row.group for row in rows} == {"petition 1"}
    assert [row.is_real for row in rows] == [True, False]


def test_made_complaints_are_the_same_every_time() -> None:
    talk = PetitionTalk(
        complaints=(Happenings(about=("路灯",), happened=("坏了",)),),
        wishes=Wishes(begin=("建议",), end=("加灯",)),
        anything=("没人管",),
        openers=("",),
        closers=("",),
        places=("",),
        said=("楼上漏水",),
    )
    once, again = (list(complaint_rows(talk, ["公厕"], weights=Weights())) for _ in range(2))
    assert once == again
    assert {row.text for row in once} == {"楼上漏水", "路灯坏了", "建议加灯", "公厕没人管"}


def test_written_questions_are_grouped_by_the_item_they_mean(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [{"text": "怎么补办", "items": ["甲"]}, {"text": "讲个笑话"}]
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    assert [row.group for row in written_rows(path)] == ["item 甲", "chat questions 1"]


def test_the_command_writes_a_model_that_tells_them_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    # Given ten made-up petitions and few questions
    petitions, questions, out = tmp_path / "petitions.csv", tmp_path / "questions.jsonl", tmp_path / "model.json.gz"
    with petitions.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        writer.writerows([str(n), f"示例小区第{n}栋楼的电梯坏了没人修", ""] for n in range(10))
    rows = [{"text": f"请问{name}怎么办理", "items": [name]} for name in ("护照", "社保卡", "居住证", "低保", "狗证")]
    questions.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    arguments = ["training", "--petitions", str(petitions), "--written", str(questions), "--out", str(out)]
    monkeypatch.setattr("sys.argv", arguments)
    # When it is trained
    assert training.main() == 0
    # Then the model tells them apart and says what it was made of
    model = load_model(out)
    score = GramScore.of(model)
    assert score.score("电梯坏了没人修") > 0 > score.score("护照怎么办理")
    assert model.provenance.rows["petitions"] == 10
    assert b"recognised_at_5" in capfdbinary.readouterr().out
