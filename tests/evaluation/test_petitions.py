"""The scored command for petitions."""

import csv
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from evaluation.petitions import DATA, Case, Scorer, is_right
from tests.support.petition_data import shipped_directory, shipped_tree

SCORER = Scorer(DATA)


def test_a_row_gets_three_categories_of_different_first_levels_and_a_department() -> None:
    answer = SCORER.answer(Case(id="7", title="小区停水", text="已经停水两天，没有人管"))
    categories = answer["categories"]
    assert isinstance(categories, list)
    assert answer["id"] == "7"
    assert categories[0] == "城乡建设/城市建设和市政管理/自来水供应"
    assert len({category.split("/")[0] for category in categories}) == 3
    assert (answer["department"], answer["department_name"], answer["rule"]) == ("gsqy", "供水企业", "water-company")


@pytest.mark.parametrize("text", ["", "\x00", "a" * 100_000, "😀" * 10])
def test_any_row_is_answered_with_what_exists(text: str) -> None:
    answer = SCORER.answer(Case(id="1", text=text))
    categories = answer["categories"]
    assert isinstance(categories, list)
    assert all(category in shipped_tree() for category in categories)
    assert str(answer["department"]) in shipped_directory()


def test_only_a_row_that_says_what_is_right_is_judged() -> None:
    answer = {"categories": ["城乡建设/其他/其他"]}
    assert is_right(Case(id="1"), answer) is None
    assert is_right(Case(id="1", category="城乡建设"), answer) is True
    assert is_right(Case(id="1", category="民政"), answer) is False
    assert is_right(Case(id="1", category="民政"), None) is False


def test_the_command_prints_one_line_per_row_and_totals(tmp_path: Path) -> None:
    path = tmp_path / "petitions.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [
                ["id", "title", "text", "category"],
                ["1", "公司欠薪", "公司拖欠工资", "劳动和社会保障"],
                ["", "无号", "", ""],
            ]
        )
    run = subprocess.run(
        [sys.executable, "-m", "evaluation.petitions", str(path)], capture_output=True, check=True, timeout=50
    )
    first, bad, totals = (msgspec.json.decode(line) for line in run.stdout.splitlines())
    assert first["categories"][0].startswith("劳动和社会保障/")
    assert "error" in bad
    assert totals["totals"] == {"rows": 2, "errors": 1, "right": 1, "wrong": 0, "accuracy": 1.0}
