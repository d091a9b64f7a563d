"""Whoever switches a check off says why, on the same line."""

import re
import tomllib

from tests.support.source_tree import BESIDE, PRODUCT, ROOT, files, place

SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
SWITCHED_OFF = re.compile(r"#\s*(noqa|type: ?ignore|pyright: ?ignore|pragma: no)(.*)")
WITH_RULE_AND_REASON = re.compile(r"(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*|\[[\w,\s-]+\]|\s+\w+)\s+(--|#)?\s*\S+")


def test_every_ruff_rule_we_ignore_carries_its_reason() -> None:
    ruff = SETTINGS[SETTINGS.index("[tool.ruff.lint]") : SETTINGS.index("[tool.ruff.lint.flake8-tidy-imports]")]
    lines = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+[0-9]*",', line) and '"ALL"' not in line]
    assert len(lines) > 1
    assert [line for line in lines if not re.search(r'",\s+# \S+ \S+', line)] == []


def test_every_warning_we_let_pass_carries_its_reason() -> None:
    filters = [line for line in SETTINGS.splitlines() if line.strip().startswith('"ignore:')]
    assert [line for line in filters if not re.search(r'",\s+# \S+ \S+', line)] == []


def test_ruff_checks_everything_and_mypy_is_strict_without_a_baseline() -> None:
    tools = tomllib.loads(SETTINGS)["tool"]
    assert "ALL" in tools["ruff"]["lint"]["select"]
    assert tools["mypy"]["strict"] is True
    loosened = [
        key for entry in tools["mypy"]["overrides"] for key in entry if key not in {"module", "ignore_missing_imports"}
    ]
    assert loosened == []


def test_a_check_switched_off_in_a_file_names_its_rule_and_its_reason() -> None:
    silent = [
        place(path, number)
        for path in files(*PRODUCT, *BESIDE, "tests")
        if path.name != "test_tool_settings.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := SWITCHED_OFF.search(line)) and not WITH_RULE_AND_REASON.match(found[2])
    ]
    assert silent == []


def test_the_mutants_are_made_of_files_that_exist_and_met_by_tests_that_exist() -> None:
    mutmut = tomllib.loads(SETTINGS)["tool"]["mutmut"]
    assert [pattern for pattern in mutmut["only_mutate"] if not list(ROOT.glob(pattern))] == []
    assert [path for path in mutmut["pytest_add_cli_args_test_selection"] if not (ROOT / path).exists()] == []
