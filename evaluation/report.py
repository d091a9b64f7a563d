"""Write what stands behind a file's totals: every measure, who is taken for whom, and each row that was wrong."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from evaluation.rows import BadRow, read_rows

_TEXTS = ("text", "query", "title", "received_at", "value")
"""What a row may be recognised by, the first that it has."""
_LONGEST = 80


class Judged(Struct, frozen=True, kw_only=True):
    """What an entry point printed for one row, as far as a report shows it."""

    right: bool | None = None
    error: str = ""
    kind: str = ""
    action: str = ""
    items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    rule: str = ""


def report(
    file: Path,
    *,
    rows: Iterable[bytes],
    measures: Mapping[str, tuple[int, int]],
    confusion: Mapping[str, Mapping[str, int]],
) -> str:
    """Return a report as Markdown.

    Args:
        file: what was scored.
        rows: what was printed for each of its rows, in order.
        measures: by name: how many were right, of how many.
        confusion: by expected kind: what was found, and how often.
    """
    parts = [f"# {file.name}", "", *_measures(measures), *_confusion(confusion), "## Misses", ""]
    return "\n".join((*parts, *_misses(file, rows), ""))


def _measures(measures: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    if measures:
        yield from ("| measure | right | of | share |", "| --- | ---: | ---: | ---: |")
        for name, (right, of) in sorted(measures.items()):
            yield f"| {name} | {right} | {of} | {right / max(1, of):.1%} |"
        yield ""


def _confusion(confusion: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    found = sorted({kind for row in confusion.values() for kind in row})
    if found:
        yield f"| expected \\ found | {' | '.join(found)} |"
        yield f"| --- |{' ---: |' * len(found)}"
        for kind, row in sorted(confusion.items()):
            yield f"| {kind} | {' | '.join(str(row.get(other, '')) for other in found)} |"
        yield ""


def _misses(file: Path, rows: Iterable[bytes]) -> Iterator[str]:
    for asked, line in zip(read_rows(file), rows, strict=True):
        judged = msgspec.json.decode(line, type=Judged)
        if judged.right is not False and not judged.error:
            continue
        given = {} if isinstance(asked, BadRow) else asked
        text = str(next((given[name] for name in _TEXTS if name in given), ""))[:_LONGEST]
        wanted = [given[name] for name in ("kind", "intent", "items", "item_name", "field") if given.get(name)]
        found = judged.error or " ".join((judged.kind, judged.action, *judged.items[:2], *judged.categories[:1]))
        yield f"- {text!r}: wanted {wanted}, found {found} [{judged.rule}]"
