"""Chinese for people lives in wording and data, never in logic (style section 2)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_tree import PRODUCT, ROOT, files, place, tree

HANZI = re.compile(r"[\u3400-\u9fff]")

# Modules that are made of words: what we say (wording, templates, faults, and problem for the errors of HTTP itself) and
# what we understand (vocabulary).
ROOMS_OF_WORDS = {"wording", "templates", "faults", "problem", "vocabulary"}


def test_chinese_text_stands_only_where_words_belong() -> None:
    astray = [
        place(path, line)
        for path in files(*PRODUCT)
        if not ROOMS_OF_WORDS.intersection({*path.relative_to(ROOT).parts[:-1], path.stem})
        for line in _lines_with_chinese_literals(path)
    ]
    assert astray == []


def _lines_with_chinese_literals(path: Path) -> Iterator[int]:
    """Yield the lines of Chinese string literals that stand at no place made for them."""
    module = tree(path)
    source = path.read_text(encoding="utf-8")
    at_home = {id(inner) for node in ast.walk(module) for home in _homes(node) for inner in ast.walk(home)}
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in at_home:
            continue
        if HANZI.search(node.value) and _is_text(ast.get_source_segment(source, node) or node.value):
            yield node.lineno


def _is_text(written: str) -> bool:
    """Tell by its written form whether a literal is a text: not characters by their numbers, not a raw pattern."""
    return bool(HANZI.search(written)) and not re.match(r"[fF]?[rR]", written)


def _homes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may hold Chinese below a node, beside the modules made of words.

    An explanation (a docstring, also one below an attribute); the title of an error and what it says of each field,
    both defined beside the rule (style section 5); the values of a closed set, which are the words of the data itself; a
    regular expression, which says nothing to anybody.
    """
    match node:
        case ast.Expr(value=ast.Constant() as explanation):
            yield explanation
        case ast.keyword(arg="fields"):
            yield node.value
        case ast.ClassDef(bases=bases, body=body):
            is_closed_set = any("Enum" in ast.unparse(base) for base in bases)
            yield from (line for line in body if is_closed_set or _target(line) == "title")
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile")):
            yield from node.args
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="faults"))]):
            yield node.value
        case _:
            pass


def _target(line: ast.stmt) -> str:
    match line:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""
