"""One thing in one room: the size, the names and the emptiness that style sections 1 and 2 ask for."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_tree import BESIDE, PRODUCT, ROOT, files, place, tree

MODULE_STOPS_AT = 300
FUNCTION_STOPS_AT = 40
ROOMS_FOR_ANYTHING = {"utils", "util", "common", "helpers", "helper", "base", "manager", "managers", "misc"}


def test_no_module_is_longer_than_300_lines() -> None:
    too_long = {
        place(path): lines
        for path in files(*PRODUCT, *BESIDE)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_STOPS_AT
    }
    assert too_long == {}


def test_no_function_is_longer_than_40_lines_below_its_docstring() -> None:
    too_long = {
        place(path, function.lineno): lines
        for path in files(*PRODUCT, *BESIDE)
        for function in _functions(path)
        if (lines := _lines_of_code(function)) > FUNCTION_STOPS_AT
    }
    assert too_long == {}


def test_no_room_is_named_for_anything_at_all() -> None:
    rooms = [path for path in files(*PRODUCT, *BESIDE) if ROOMS_FOR_ANYTHING.intersection(_names(path))]
    assert [place(path) for path in rooms] == []


def test_an_init_file_says_what_the_package_is_for_and_holds_nothing_else() -> None:
    wrong = [
        place(path)
        for path in files(*PRODUCT, *BESIDE)
        if path.name == "__init__.py" and not (ast.get_docstring(tree(path)) and len(tree(path).body) == 1)
    ]
    assert wrong == []


def test_every_folder_of_the_product_is_a_package() -> None:
    folders = {path.parent for path in files(*PRODUCT)}
    assert [place(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def _names(path: Path) -> set[str]:
    return {*path.relative_to(ROOT).parts[:-1], path.stem}
