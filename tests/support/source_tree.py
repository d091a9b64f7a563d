"""Read the project's own files for the tests that hold the house rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("channels", "bots", "push", "services")
BESIDE = ("assembly", "simulators", "evaluation", "benchmarks")
BUILT = {"node_modules", "dist", "__pycache__", ".venv", "mutants", "var", ".git"}


def files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """Yield the files with one of the endings below the named folders, without what is built or installed."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            below = path.relative_to(ROOT)
            if path.suffix in suffixes and not BUILT.intersection(below.parts) and path.is_file():
                yield path


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of one of our Python files."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, line: int | None = None) -> str:
    """Return where something stands, as an editor opens it."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"
