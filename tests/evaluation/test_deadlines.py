"""Check the printed due dates, and that a case's own expectations judge them."""

import json
import subprocess
import sys

import pytest

_CASES = [
    {
        "received_at": "2026-02-14T10:00:00+08:00",
        "limit_workdays": 5,
        "due_date": "2026-02-28",
        "yellow_after_close_of": "2026-02-27",
        "red_on": "2026-03-02",
    },
    # The Monday-to-Friday answer, in the middle of the holiday
    {"received_at": "2026-02-14T10:00:00+08:00", "limit_workdays": 5, "due_date": "2026-02-20"},
    {"received_at": "2026-05-18T16:30:00Z", "limit_workdays": 1},
    {"received_at": "2026-12-24T10:00:00+08:00", "limit_workdays": 5},
    {"received_at": "2026-12-24T10:00:00+08:00", "limit_workdays": 6, "due_date": "2027-01-04"},
    {"received_at": "2026-05-18T10:00:00", "limit_workdays": 1},
    {"received_at": "2026-05-18T10:00:00+08:00", "limit_workdays": 0},
    {"received_at": "gestern"},
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """Give what the command prints for these cases, with 0 as its exit code."""
    path = tmp_path_factory.mktemp("cases") / "cases.json"
    path.write_text(json.dumps({"rule": "ignored", "cases": _CASES}))
    command = [sys.executable, "-m", "evaluation.deadlines", str(path)]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def test_each_case_has_its_dates_in_order(printed: list[dict[str, object]]) -> None:
    right = {"due_date": "2026-02-28", "yellow_after_close_of": "2026-02-27", "red_on": "2026-03-02"}
    assert [{**row, "right": True} for row in printed[:2]] == [{**right, "right": True}] * 2
    assert printed[2]["due_date"] == "2026-05-20"  # already the 19th in Shanghai


def test_a_card_in_a_year_without_a_notice_has_no_date(printed: list[dict[str, object]]) -> None:
    assert printed[3] == {"due_date": "2026-12-31", "yellow_after_close_of": "2026-12-30", "red_on": None}


def test_what_cannot_be_answered_says_so_in_its_place(printed: list[dict[str, object]]) -> None:
    errors = [str(row["error"]) for row in printed[4:-1]]
    assert errors[0].startswith("calendar.too_short")
    assert "datetime" in errors[1]
    assert ">= 1" in errors[2]
    assert "received_at" in errors[3]


def test_the_totals_judge_the_cases_that_expect_something(printed: list[dict[str, object]]) -> None:
    assert printed[-1] == {"totals": {"rows": 8, "errors": 4, "right": 1, "wrong": 2, "accuracy": 0.3333}}
