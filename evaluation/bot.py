"""Understand every text of a file: ``python -m evaluation.bot FILE.jsonl [--items FILE ...]``.

A row has a ``text``. A row out has ``kind``, ``action``, ``items`` (the matcher's best five names, best first, whatever
the action; those answered directly come first), ``field``, ``score``, ``emergency``, ``answered`` (how many of the items
were answered directly), ``rule``, ``catalogue`` and ``ms``. Every row is understood with fresh state. Rows with ``kind``
(or ``intent``), ``item_name``, ``items`` or ``field`` are judged by them; the totals then have every kind's share, who is
taken for whom, every tag's share, how many were answered directly and rightly, and what must never happen (false
alarms, item questions sent to the petition form).

``--items FILE`` may be given several times and adds to the shipped catalogue: JSON in the catalogue's form or CSV with
``name,department``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding.loader import load_pipeline
from bots.understanding.model import Kind
from bots.understanding.pipeline import Pipeline
from evaluation.rows import Answer, BadRow, score_file
from evaluation.tally import Expected, Found, Tally
from services.items.faults import CatalogueRefused
from services.items.search.settings import SearchSettings
from services.items.service import ItemService
from services.petitions.loader import load_city

_DATA = Path(__file__).parent.parent / "data"
_BEST = 5


_INTENTS = {"human": Kind.HANDOFF, "greeting": Kind.SMALLTALK, "hall_info": Kind.HALL}
"""What some files call a kind."""


class Case(Struct, frozen=True, kw_only=True):
    """Hold one text, and what it expects.

    What another author's file calls by the same name may be of another shape; it then says nothing, and is no bad row.
    """

    text: str = ""
    query: str = ""
    """Another name of ``text``."""
    kind: object = None
    intent: object = None
    """Another name of ``kind``."""
    also: object = None
    item_name: object = None
    items: object = None
    field: object = None
    tags: object = None

    @property
    def said(self) -> str:
        """Return the text; a row without one is bad."""
        if not (self.text or self.query):
            raise BadRow("no text")
        return self.text or self.query

    @property
    def expected(self) -> Expected:
        """Return what the row expects, as far as it can be told."""
        intent = _text(self.intent)
        return Expected(
            kind=_text(self.kind) or _INTENTS.get(intent, intent),
            also=_texts(self.also),
            items=_texts(self.items) or _texts(self.item_name),
            field=_text(self.field),
            tags=_texts(self.tags),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str) and one)


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
        understood = pipeline.understand(case.said)
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


def judge_with(tally: Tally) -> Callable[[Case, Answer | None], bool | None]:
    """Return the function that judges kind, first item and field, as far as the row says what it expects."""

    def judge(case: Case, answer: Answer | None) -> bool | None:
        expected = case.expected
        if not (expected.kind or expected.items or expected.field):
            return None
        if answer is None:
            return False
        found = msgspec.convert(answer, Found)
        tally.add(expected, found)
        return expected.accepts(found)

    return judge


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
        tally = Tally()
        return score_file(
            arguments.file,
            Case,
            answer=answers_by(pipeline, items),
            judge=judge_with(tally),
            more_totals=tally.totals,
        )


if __name__ == "__main__":
    sys.exit(main())
