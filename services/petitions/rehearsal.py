"""Replay past petitions with changed rules: ``python -m services.petitions.rehearsal PAST.jsonl NEW.json``.

PAST.jsonl holds one `PastPetition` a line. Printed is one JSON object for each change of department or rule, with how
many petitions it moves and the ids of the first few, then totals; the exit code is 1 when the new file is broken.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from services.errors import Invalid
from services.petitions.categories import Category, CategoryTree
from services.petitions.conditions import Facts
from services.petitions.departments import DepartmentId, load_directory
from services.petitions.model_file import load_model
from services.petitions.routing import Router
from services.petitions.routing_file import load_router

DATA = Path(__file__).parents[2] / "data"
_EXAMPLES = 5


class BrokenPast(Invalid):
    """Refuse a file of past petitions, naming the line that cannot be read."""

    code = "petition.broken_past"


class PastPetition(Struct, frozen=True, kw_only=True):
    """One petition as the rules saw it; ``handled_by`` is who really closed it, if that is known."""

    id: str
    facts: Facts
    confident: bool = True
    handled_by: str = ""


class Change(Struct, frozen=True, kw_only=True):
    """One way in which petitions go elsewhere, or go the same way by another rule."""

    was: DepartmentId
    becomes: DepartmentId
    rule_was: str
    rule_becomes: str
    petitions: int
    examples: tuple[str, ...]


class Totals(Struct, frozen=True, kw_only=True):
    """What a rehearsal amounts to; ``right_before`` and ``right_after`` count who really handled the petition."""

    petitions: int
    moved: int
    by_other_rule: int
    right_before: int
    right_after: int
    unused: tuple[str, ...]
    """Rules of the new file that no past petition fired."""


def rehearse(past: Iterable[PastPetition], *, before: Router, after: Router) -> tuple[list[Change], Totals]:
    """Route every past petition by both sets of rules and return what differs, biggest change first."""
    changed: dict[tuple[DepartmentId, DepartmentId, str, str], list[str]] = {}
    petitions = right_before = right_after = 0
    fired: set[str] = set()
    for petition in past:
        old = before.route(petition.facts, confident=petition.confident)
        new = after.route(petition.facts, confident=petition.confident)
        petitions += 1
        right_before += old.department == petition.handled_by
        right_after += new.department == petition.handled_by
        fired.add(new.rule)
        if (old.department, old.rule) != (new.department, new.rule):
            changed.setdefault((old.department, new.department, old.rule, new.rule), []).append(petition.id)
    changes = [
        Change(
            was=was,
            becomes=becomes,
            rule_was=rule_was,
            rule_becomes=rule_becomes,
            petitions=len(ids),
            examples=tuple(ids[:_EXAMPLES]),
        )
        for (was, becomes, rule_was, rule_becomes), ids in changed.items()
    ]
    changes.sort(key=lambda change: (change.was == change.becomes, -change.petitions, change.was, change.becomes))
    moved = sum(change.petitions for change in changes if change.was != change.becomes)
    totals = Totals(
        petitions=petitions,
        moved=moved,
        by_other_rule=sum(change.petitions for change in changes) - moved,
        right_before=right_before,
        right_after=right_after,
        unused=tuple(rule.id for rule in after.rules if rule.id not in fired),
    )
    return changes, totals


def read_past(path: Path) -> Iterator[PastPetition]:
    """Yield past petitions; raise `BrokenPast` naming the line that is none."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield msgspec.json.decode(line, type=PastPetition)
            except msgspec.MsgspecError as error:
                raise BrokenPast(f"{path.name}, line {number}: {error}") from error


def main(arguments: Sequence[str]) -> int:
    """Rehearse from the command line; print the changes and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.petitions.rehearsal", description=__doc__)
    parser.add_argument("past", type=Path, help="past petitions, JSONL")
    parser.add_argument("new", type=Path, help="the changed rules")
    parser.add_argument("--current", type=Path, default=DATA / "routing_rules.json", help="the rules in force")
    options = parser.parse_args(arguments)
    directory = load_directory(DATA / "departments.json")
    categories = load_model(DATA / "petition_model.json.gz").counts.categories
    tree = CategoryTree(Category.parse(path) for path in categories)
    began = time.perf_counter()
    try:
        before = load_router(options.current, directory=directory, tree=tree)
        after = load_router(options.new, directory=directory, tree=tree)
        changes, totals = rehearse(read_past(options.past), before=before, after=after)
    except Invalid as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for change in changes:
        _print(change)
    seconds = time.perf_counter() - began
    _print({"totals": totals, "seconds": round(seconds, 3)})
    return 0


def _print(value: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
