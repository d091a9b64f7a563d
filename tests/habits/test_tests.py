"""Tests wait for events and not for time, leave nothing out silently, and stand where their module stands."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_tree import BESIDE, PRODUCT, ROOT, files, place, tree

# support/ starts servers and asks until they listen; faults/ and browser/ have other programs to wait for.
MAY_WAIT = {"support", "faults", "browser"}
# A real Redis has its own clock, which no test can set: its expiries are waited for, a fraction of a second each.
ANOTHERS_CLOCK = {"tests/services/coordination/test_ports.py"}
# What is true of a whole package stands beside its modules: the contract that each member passes, stories played through.
WHOLE_PACKAGE = {"contract", "stories", "sequences", "every_pair", "whole_life"}
MIRRORED = (*PRODUCT, *BESIDE)


def test_no_test_sleeps() -> None:
    sleeping = [
        place(path, call.lineno)
        for path in files("tests")
        if not MAY_WAIT.intersection(path.relative_to(ROOT).parts) and place(path) not in ANOTHERS_CLOCK
        for call in _calls(path)
        if ast.unparse(call.func) in {"time.sleep", "asyncio.sleep", "sleep"} and not _is_zero(call)
    ]
    assert sleeping == []


def test_no_test_is_left_out() -> None:
    left_out = [
        place(path, node.lineno)
        for path in files("tests")
        if "support" not in path.relative_to(ROOT).parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node)
        in {"pytest.skip", "pytest.xfail", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    ]
    assert left_out == []


def test_every_mirrored_test_has_its_module() -> None:
    orphans = [
        place(path)
        for top in MIRRORED
        for path in files(f"tests/{top}")
        if path.name.startswith("test_") and not _has_a_subject(path)
    ]
    assert orphans == []


def test_every_test_checks_something() -> None:
    empty = [
        place(path, node.lineno)
        for path in files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not any(_checks(inner) for inner in ast.walk(node))
    ]
    assert empty == []


def _calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def _is_zero(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _has_a_subject(path: Path) -> bool:
    """Tell whether a module, or a package, stands where the test's own place and name point to."""
    mirrored = ROOT / path.parent.relative_to(ROOT / "tests")
    name = path.stem.removeprefix("test_")
    return (mirrored / f"{name}.py").exists() or (mirrored / name).is_dir() or name in WHOLE_PACKAGE


def _checks(node: ast.AST) -> bool:
    """Tell whether a node is an assertion, an expected error, or a call of something that asserts by its name."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).split(".")[-1].lstrip("_")
    return name in {"raises", "warns", "fail"} or name.startswith(
        ("assert", "expect", "check", "require", "must", "play")
    )
