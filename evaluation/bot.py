"""Understand every text of a file: ``python -m evaluation.bot FILE.jsonl [--items FILE ...]``.

A row has a ``text``. A row out has ``kind``, ``action``, ``items`` (the matcher's best five names, best first, whatever
the action; those answered directly come first), ``field``, ``score``, ``emergency``, ``answered`` (how many of the items
were answered directly), ``rule``, ``catalogue`` and ``ms``. Every row is understood with fresh state. Rows with ``kind``,
``item_name`` or ``field`` are judged by them; the totals then count each.

``--items FILE`` may be given several times and adds to the shipped catalogue: JSON in the catalogue's form or CSV with
``name,department``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from bots.understanding.loader import load_pipeline
from bots.understanding.model import Kind
from bots.understanding.pipeline import Pipeline
from evaluation.rows import Answer, score_file
from services.items.faults import CatalogueRefused
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from services.petitions.loader import load_city

_DATA = Path(__file__).parent.parent / "data"
_BEST = 5


class Case(Struct, frozen=True, kw_only=True):
    """Hold one text, and what it expects; empty where the file has no such column."""

    text: str
    kind: str = ""
    item_name: str = ""
    field: str = ""


def pipeline_with(extra: tuple[Path, ...], *, cache: Path) -> tuple[Pipeline, ItemService]:
    """Return the understanding over the shipped catalogue and further files; raises `CatalogueRefused`."""
    settings = SearchSettings()
    items = ItemService.load((_DATA / "items.json", *extra), settings=settings, data=_DATA, cache=cache)
    doors = load_city(_DATA).rules.doors
    return load_pipeline(_DATA, items.matcher, settings=settings, doors=doors), items


def answers_by(pipeline: Pipeline, items: ItemService) -> Callable[[Case], Answer]:
    """Return the function that answers a case."""

    def answer(case: Case) -> Answer:
        began = time.perf_counter()
        understood = pipeline.understand(case.text)
        took = time.perf_counter() - began
        return {
            "kind": understood.kind,
            "action": understood.action,
            "items": [match.name for match in understood.matches[:_BEST]],
            "answered": understood.answered,
            "field": understood.field or "overview",
            "score": understood.score,
            "emergency": understood.kind is Kind.EMERGENCY,
            "rule": understood.rule,
            "catalogue": items.current().version,
            "ms": round(took * 1000, 3),
        }

    return answer


def is_right(case: Case, answer: Answer | None) -> bool | None:
    """Judge kind, first item and field, as far as the row says what it expects."""
    expected = {name: value for name, value in (("kind", case.kind), ("field", case.field)) if value}
    if not expected and not case.item_name:
        return None
    if answer is None or any(answer[name] != value for name, value in expected.items()):
        return False
    first = answer["items"]
    return not case.item_name or (isinstance(first, list) and first[:1] == [case.item_name])


def main() -> int:
    """Score the file of the command line; 2 when a file cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.bot", description="One JSON object per row, then totals."
    )
    parser.add_argument("file", type=Path, help="JSON, JSONL or CSV with a column text, UTF-8")
    parser.add_argument("--items", type=Path, action="append", default=[], help="adds to the catalogue: JSON or CSV")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        try:
            pipeline, items = pipeline_with(tuple(arguments.items), cache=Path(cache))
        except CatalogueRefused as refused:
            sys.stderr.write(f"{refused}\n")
            return 2
        return score_file(arguments.file, Case, answer=answers_by(pipeline, items), judge=is_right)


if __name__ == "__main__":
    sys.exit(main())
