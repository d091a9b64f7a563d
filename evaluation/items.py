"""Score the matcher tag by tag: ``python -m evaluation.items FILE.jsonl [--items FILE ...] [--show]``.

A row has a ``text``, ``tags`` and, when it is about items, ``items`` (names) with ``want``: ``one`` (that item), ``any``
(one of them, so a menu is right and a direct answer wrong) or ``all`` (every one, asked side by side), and perhaps
``field``. A row without ``items`` is out of scope.

Prints a line per tag: rows, the share whose best item is right (top-1) and is among three (top-3); then what the
decision made of them. ``--show`` prints every row that went wrong.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from services.items.faults import CatalogueRefused
from services.items.search.ranking import Direct, Menu, Ranking, decide
from services.items.search.settings import SearchSettings
from services.items.service import ItemService

_DATA = Path(__file__).parent.parent / "data"
_BEST = 3
_SHOWN = 5


class Question(Struct, frozen=True, kw_only=True):
    """Hold one question and what it means."""

    text: str
    tags: tuple[str, ...] = ("all",)
    items: tuple[str, ...] = ()
    want: str = "one"
    field: str = ""


class Judged(Struct, frozen=True, kw_only=True):
    """Say what became of one question."""

    question: Question
    action: str
    """direct, menu or nothing."""
    is_first: bool
    """The best item is right; of several, the best are exactly those."""
    is_among_three: bool
    is_action_right: bool
    """A direct answer names only what is meant, a menu holds it, and nothing is said to what is out of scope."""
    is_field_right: bool
    found: tuple[str, ...]


def judge(question: Question, ranking: Ranking, *, settings: SearchSettings) -> Judged:
    """Compare a ranking and what is decided on it with what the question means."""
    names = tuple(candidate.name for candidate in ranking.candidates)
    meant = set(question.items)
    decision = decide(ranking, settings)
    match decision:
        case Direct(candidates):
            action = "direct"
            is_right = {one.name for one in candidates} <= meant and (question.want != "any" or len(meant) == 1)
        case Menu(candidates):
            action, is_right = "menu", bool(meant & {one.name for one in candidates})
        case _:
            action, is_right = "nothing", not meant
    count = len(meant) if question.want == "all" else 1
    best, three = set(names[:count]), set(names[: max(_BEST, count)])
    return Judged(
        question=question,
        action=action,
        is_first=best == meant if question.want == "all" else bool(best & meant),
        is_among_three=meant <= three if question.want == "all" else bool(three & meant),
        is_action_right=is_right,
        is_field_right=not question.field or question.field == ranking.field,
        found=names[:_SHOWN],
    )


def report(judged: list[Judged]) -> Iterator[str]:
    """Yield the lines of the table."""
    about_items = [one for one in judged if one.question.items]
    by_tag = {tag for one in about_items for tag in one.question.tags}
    for tag in (*sorted(by_tag), ""):
        rows = [one for one in about_items if not tag or tag in one.question.tags]
        first, three = _share(one.is_first for one in rows), _share(one.is_among_three for one in rows)
        yield f"{tag or 'all':<12} {len(rows):>4} rows  top-1 {first:.3f}  top-3 {three:.3f}"
    direct = [one for one in about_items if one.action == "direct"]
    precision = _share(one.is_action_right for one in direct)
    yield f"direct       {len(direct) / max(1, len(about_items)):.3f} of the rows, right {precision:.3f}"
    yield f"success      {_share(one.is_action_right for one in about_items):.3f} right directly or in a menu"
    fields = [one for one in about_items if one.question.field]
    yield f"field        {_share(one.is_field_right for one in fields):.3f} of {len(fields)} rows"
    outside = Counter(one.action for one in judged if not one.question.items)
    yield f"out of scope {dict(sorted(outside.items()))}"


def _share(truths: Iterator[bool]) -> float:
    found = list(truths)
    return sum(found) / len(found) if found else 0.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.items", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--items", type=Path, action="append", default=[], help="adds to the shipped catalogue")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    return parser.parse_args()


def main() -> int:
    """Score a file; 1 when a catalogue or the file is refused."""
    arguments = _arguments()
    settings = SearchSettings()
    files = (_DATA / "items.json", *arguments.items)
    try:
        questions = [msgspec.json.decode(line, type=Question) for line in arguments.file.read_bytes().splitlines()]
        with tempfile.TemporaryDirectory() as cache:
            items = ItemService.load(files, settings=settings, data=_DATA, cache=Path(cache))
    except (CatalogueRefused, OSError, msgspec.DecodeError) as error:
        print(error, file=sys.stderr)
        return 1
    judged = [judge(question, items.matcher.rank(question.text), settings=settings) for question in questions]
    for one in judged if arguments.show else ():
        if not one.is_action_right or (one.question.items and not one.is_first):
            print(f"{one.action:<8} {one.question.text}  meant {one.question.items}  found {one.found}")
    print("\n".join(report(judged)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
