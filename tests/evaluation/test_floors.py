"""A part below its floor is said and fails; a file that is not there is named."""

import json
from pathlib import Path

import pytest

from evaluation.floors import Floor, held, totals

CASE = {"received_at": "2026-03-02T09:00:00+08:00", "limit_workdays": 5, "due_date": "2026-03-09"}
WRONG = {**CASE, "due_date": "2026-03-10"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "half.json").write_text(json.dumps({"cases": [CASE, WRONG]}))
    (tmp_path / "silent.json").write_text(json.dumps({"cases": [{**CASE, "due_date": None}]}))
    (tmp_path / "broken.json").write_text(json.dumps({"cases": [CASE, {"limit_workdays": 5}]}))
    return tmp_path


def test_the_totals_are_those_of_the_entry_point(folder: Path) -> None:
    found = totals("deadlines", folder / "half.json")
    assert (found.rows, found.errors, found.accuracy) == (2, 0, 0.5)


@pytest.mark.parametrize(("file", "least", "stands"), [("half.json", 0.5, True), ("half.json", 0.51, False)])
def test_the_floor_itself_is_enough(folder: Path, file: str, least: float, stands: bool) -> None:  # noqa: FBT001 -- a table
    assert held([Floor(part="deadlines", file=file, least=least)], folder) is stands


@pytest.mark.parametrize("file", ["silent.json", "broken.json"])
def test_a_file_that_judges_nothing_or_holds_a_bad_row_does_not_pass(folder: Path, file: str) -> None:
    assert not held([Floor(part="deadlines", file=file, least=0.0)], folder)


def test_one_part_below_its_floor_fails_them_all(folder: Path) -> None:
    floors = [Floor(part="deadlines", file="half.json", least=least) for least in (0.5, 0.6, 0.5)]
    assert not held(floors, folder)


def test_a_file_that_is_not_there_is_named_and_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert held([Floor(part="deadlines", file="nowhere.json", least=1.0)], folder)
    assert "left out: no nowhere.json" in capsys.readouterr().out
