"""Training, on petitions made up for the test."""

import csv
from datetime import date
from pathlib import Path

import pytest

from services.petitions.categories import Category, CategoryTree, UnknownCategory
from services.petitions.corrections import CorrectionExample, write_corrections
from services.petitions.features import gram_counts
from services.petitions.model_file import load_model
from services.petitions.training import RAREST, Trainer, TrainingRow, Words, main

TREE = CategoryTree([Category("城乡建设", "市政", "路灯"), Category("交通运输", "客运", "公交")])
WORDS = Words(tree=TREE, everyday={"交通运输/客运/公交": ["末班车"]}, duties={"城乡建设": ["井盖"]})


def rows(count: int = 10) -> list[TrainingRow]:
    lamps = TrainingRow(title="夜里太黑", text="巷子里灯不亮，请修一修", category="城乡建设")
    buses = TrainingRow(title="等车太久", text="站台上人多车少，请加密班次", category="交通运输")
    return [lamps, buses] * count


def test_a_trained_model_knows_its_petitions_its_words_and_its_source() -> None:
    model = Trainer(rows(), WORDS).train(source="编写的例子", on=date(2026, 11, 24))
    assert model.provenance.source == "编写的例子"
    assert (model.provenance.rows, model.provenance.corrections) == (20, 0)
    assert model.provenance.cross_validation.accuracy == 1
    assert "站台" in model.counts.grams
    assert "井盖" in model.counts.grams
    assert model.counts.categories == tuple(category.path for category in TREE.categories)


def test_the_same_rows_give_the_same_model() -> None:
    first = Trainer(rows(), WORDS).train(source="", on=date(2026, 11, 24))
    assert first == Trainer(rows(), WORDS).train(source="", on=date(2026, 11, 24))


def test_what_only_one_person_wrote_leaves_no_trace() -> None:
    own = TrainingRow(title="", text="我叫示例甲乙，住在示范路", category="城乡建设")
    model = Trainer([*rows(), own], WORDS).train(source="", on=date(2026, 11, 24))
    assert "甲乙" not in model.counts.grams
    assert "示范" not in model.counts.grams


def test_corrections_count_as_petitions() -> None:
    correction = CorrectionExample(level1="交通运输", grams=dict(gram_counts("", "共享单车乱放")))
    model = Trainer(rows(), WORDS, corrections=[correction] * RAREST).train(source="", on=date(2026, 11, 24))
    assert model.provenance.corrections == RAREST
    buses = TREE.level1.index("交通运输")
    assert model.counts.grams["单车"] == (buses, RAREST)


def test_a_row_of_an_unknown_category_is_refused() -> None:
    with pytest.raises(UnknownCategory, match="天文"):
        Trainer([TrainingRow(title="", text="星星", category="天文")], WORDS)


def test_the_command_reads_files_and_writes_a_model(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # Given the files of the command, words and departments among them
    _write(
        tmp_path / "train.csv",
        ["id", "title", "text", "category"],
        [["1", r.title, r.text, r.category] for r in rows()],
    )
    _write(
        tmp_path / "categories.csv",
        ["level1", "level2", "level3"],
        [[c.level1, c.level2, c.level3] for c in TREE.categories],
    )
    (tmp_path / "words.json").write_text('{"words": {"城乡建设": ["街巷"]}}', encoding="utf-8")
    (tmp_path / "departments.json").write_text(
        '{"districts": [], "departments": [], "level1_default": {}}', encoding="utf-8"
    )
    write_corrections([CorrectionExample(level1="交通运输", grams={"单车": 1})], tmp_path / "corrections.jsonl")
    # When it runs
    code = main(
        [
            *(str(tmp_path / name) for name in ("train.csv", "categories.csv", "out.json.gz")),
            *("--words", str(tmp_path / "words.json"), "--departments", str(tmp_path / "departments.json")),
            *("--corrections", str(tmp_path / "corrections.jsonl"), "--source", "编写的例子"),
        ]
    )
    # Then the model is there, counts all of them, and the figures were printed
    model = load_model(tmp_path / "out.json.gz")
    assert code == 0
    assert (model.provenance.rows, model.provenance.corrections) == (20, 1)
    assert "街巷" in model.counts.grams
    assert '"accuracy"' in capfd.readouterr().out


def _write(path: Path, header: list[str], lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *lines])
