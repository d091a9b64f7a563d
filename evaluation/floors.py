"""Score every part against the examples and hold each to its floor: ``python -m evaluation.floors [--examples FOLDER]``.

Prints a line per file: the share that was right, the floor below which this fails, and how many rows there were. A file
that is not there is named and passed over, for not every collection of examples may be shipped with the code.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

PROJECT = Path(__file__).parent.parent


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Name one entry point, one file, and the least share of its judged rows that must be right."""

    part: str
    file: str
    least: float


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what an entry point's last line says; ``accuracy`` is absent when no row says what it expects."""

    rows: int
    errors: int
    accuracy: float | None = None


class _LastLine(msgspec.Struct, frozen=True):
    totals: Totals


# A little under what was measured on 24 November 2026, so that a floor catches a loss and not a change of taste.
SHIPPED = (
    Floor(part="bot", file="evaluation/data/item_questions_a.jsonl", least=0.97),
    Floor(part="bot", file="evaluation/data/item_questions_b.jsonl", least=0.94),
)
EXAMPLES = (
    Floor(part="deadlines", file="deadline_cases_dev.json", least=1.0),
    Floor(part="places", file="address_cases_dev.csv", least=0.98),
)


def totals(part: str, file: Path) -> Totals:
    """Run one entry point on a file, in a process of its own, and return its totals.

    Raises:
        subprocess.CalledProcessError: the file could not be read; the entry point has said why on standard error.
    """
    command = [sys.executable, "-m", f"evaluation.{part}", str(file.resolve())]
    printed = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 -- fixed words and a path
    return msgspec.json.decode(printed.splitlines()[-1], type=_LastLine).totals


def held(floors: Iterable[Floor], folder: Path) -> bool:
    """Print one line per floor and tell whether all that could be scored stand on theirs.

    Args:
        folder: where the files of these floors lie.
    """
    is_held = True
    for floor in floors:
        file = folder / floor.file
        if not file.exists():
            print(f"{floor.part:<10} left out: no {floor.file} in {folder}")
            continue
        found = totals(floor.part, file)
        stands = found.errors == 0 and found.accuracy is not None and found.accuracy >= floor.least
        is_held = is_held and stands
        share = "nothing judged" if found.accuracy is None else f"{found.accuracy:.1%}"
        verdict = "" if stands else f"  BELOW ITS FLOOR, {found.errors} errors"
        print(f"{floor.part:<10} {share:>7}  floor {floor.least:.0%}  {found.rows} rows  {file.name}{verdict}")
    return is_held


def main() -> int:
    """Score all files; 1 when a part stands below its floor."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.floors", description="Hold every part to its floor.")
    parser.add_argument(
        "--examples", type=Path, default=PROJECT.parent / "shared" / "data", help="folder of *_dev files"
    )
    examples = parser.parse_args().examples
    results = [held(SHIPPED, PROJECT), held(EXAMPLES, examples)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
