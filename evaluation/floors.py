"""Score every part against the examples and hold each to its floor: ``python -m evaluation.floors [--examples FOLDER]``.

Prints a line per file: the share that was right, the floor below which this fails, and how many rows there were. A file
that is not there is named and passed over, for not every collection of examples may be shipped with the code. Behind
each stands a report in ``var/evaluation/``: every tag and kind, who is taken for whom, every miss.
"""

import argparse
import functools
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from evaluation.report import report

PROJECT = Path(__file__).parent.parent
FLOORS = Path(__file__).parent / "floors.json"
REPORTS = PROJECT / "var" / "evaluation"


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Name one entry point, one file, and the least share of its judged rows that must be right."""

    part: str
    file: str
    least: float
    measure: str = ""
    """One of the part's own measures (``kind.petition``); empty: the share of judged rows that is right."""
    spare: int = 0
    """Rows that may be missing to the floor: one row is chance where there are few."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what an entry point's last line says; ``accuracy`` is absent when no row says what it expects."""

    rows: int
    errors: int
    right: int = 0
    wrong: int = 0
    accuracy: float | None = None
    measures: dict[str, tuple[int, int]] = {}
    """By name: how many were right, of how many."""
    confusion: dict[str, dict[str, int]] = {}
    """By expected kind: what was found instead of it, and how often."""

    def share(self, measure: str) -> tuple[int, int]:
        """Return right and rows of a measure; an empty name: of all that was judged."""
        return self.measures.get(measure, (0, 0)) if measure else (self.right, self.right + self.wrong)


class _LastLine(msgspec.Struct, frozen=True):
    totals: Totals


class Floors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the floors of the files beside the code, and of examples that are not."""

    shipped: tuple[Floor, ...]
    examples: tuple[Floor, ...]


def load_floors(path: Path) -> Floors:
    """Return the floors of a file; raises msgspec.ValidationError naming what does not fit."""
    return msgspec.json.decode(path.read_bytes(), type=Floors)


@functools.cache
def printed(part: str, file: Path) -> tuple[bytes, ...]:
    """Run one entry point on a file, in a process of its own, and return the lines it prints.

    Raises:
        subprocess.CalledProcessError: the file could not be read; the entry point has said why on standard error.
    """
    command = [sys.executable, "-m", f"evaluation.{part}", str(file.resolve())]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True)  # noqa: S603 -- fixed words and a path
    return tuple(done.stdout.splitlines())


def totals(part: str, file: Path) -> Totals:
    """Return the totals of one entry point over a file; raises as `printed`."""
    return msgspec.json.decode(printed(part, file)[-1], type=_LastLine).totals


def held(floors: Iterable[Floor], folder: Path) -> bool:
    """Print one line per floor and tell whether all that could be scored stand on theirs.

    Args:
        folder: where the files of these floors lie.
    """
    is_held = True
    for floor in floors:
        file = folder / floor.file
        if not file.exists():
            print(f"{floor.part:<32} left out: no {floor.file} in {folder}")
            continue
        found = totals(floor.part, file)
        right, judged = found.share(floor.measure)
        stands = found.errors == 0 and judged > 0 and right + floor.spare >= floor.least * judged
        is_held = is_held and stands
        share = f"{right / judged:.1%}" if judged else "nothing judged"
        verdict = "" if stands else f"  BELOW ITS FLOOR, {found.errors} errors"
        name = f"{floor.part} {floor.measure}".strip()
        print(f"{name:<32} {share:>7}  floor {floor.least:.0%}  {right} of {judged}  {file.name}{verdict}")
    return is_held


def write(file: Path, part: str) -> None:
    """Write the report of one file."""
    found = totals(part, file)
    words = report(file, rows=printed(part, file)[:-1], measures=found.measures, confusion=found.confusion)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{file.stem}.md").write_text(words, encoding="utf-8")


def main() -> int:
    """Score all files; 1 when a part stands below its floor."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.floors", description="Hold every part to its floor.")
    parser.add_argument(
        "--examples", type=Path, default=PROJECT.parent / "shared" / "data", help="folder of *_dev files"
    )
    examples = parser.parse_args().examples
    floors = load_floors(FLOORS)
    results = [held(floors.shipped, PROJECT), held(floors.examples, examples)]
    for folder, group in ((PROJECT, floors.shipped), (examples, floors.examples)):
        for part, file in dict.fromkeys((floor.part, folder / floor.file) for floor in group):
            if file.exists():
                write(file, part)
    print(f"by tag, by kind and every miss: {REPORTS.relative_to(PROJECT)}/")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
