"""Read the rows of a file, print one JSON object for each in order, then the totals.

Every entry point of this package is this reader, a Struct for one row, one answering function and, where the file says
what it expects, one judging function::

    if __name__ == "__main__":
        sys.exit(score_file(file_argument("evaluation.deadlines"), Case, answer=answer, judge=is_right))

The exit code is 0 when every row was read, right or wrong: floors are not this module's business. A row that cannot be
read or answered prints ``{"error": "…", "row": 7}`` in its place. The last line is ``{"totals": {"rows", "errors"}}``,
with ``right``, ``wrong`` and ``accuracy`` when at least one row says what it expects; an error on such a row is wrong.
A row that was judged says so itself: ``"right": true``.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from services.errors import ServiceError

Row = Mapping[str, object]
"""One row as the file has it: JSON values, or strings when the file is CSV."""

Answer = Mapping[str, object]
"""What is printed for a row; JSON must know every value."""

CaseT = TypeVar("CaseT", bound=msgspec.Struct)

_LONGEST_CELL = 16 * 1024 * 1024
_UNREADABLE = 2


class BadRow(ValueError):
    """Say what is wrong with one row: raised by an answering function, and yielded by `read_rows` in a row's place."""


class UnreadableFile(ValueError):
    """Say why the rows of a file cannot be told apart: absent, not UTF-8, not JSON, of an unknown kind."""


def file_argument(program: str) -> Path:
    """Return the one file named on the command line; explains itself and exits when there is none.

    Args:
        program: the module as it is started, ``evaluation.places``. A module with further options has its own parser.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}", description="Print one JSON object per row, then totals."
    )
    parser.add_argument("file", type=Path, help="JSON ({'cases': [...]} or a list), JSONL or CSV with a header, UTF-8")
    return Path(parser.parse_args().file)


def score_file(  # noqa: PLR0913 - options by name
    path: Path,
    case_type: type[CaseT],
    *,
    answer: Callable[[CaseT], Answer],
    judge: Callable[[CaseT, Answer | None], bool | None] | None = None,
    keep_empty: bool = False,
    more_totals: Callable[[], Answer] = dict,
) -> int:
    """Answer every row of a file and return the exit code.

    Args:
        path: see `read_rows`.
        case_type: the fields that an answer and its judge need; others are ignored. A row that lacks one is bad.
        answer: what is printed; may raise `BadRow` or any ServiceError.
        judge: whether the answer (None: an error) is right; returns None for a row that expects nothing.
        keep_empty: see `read_rows`.
        more_totals: asked at the end for what the totals say besides.

    Returns:
        0 when every row was read; 2 when the file could not be, with the reason on standard error.
    """
    rows = errors = right = wrong = 0
    try:
        for rows, row in enumerate(read_rows(path, keep_empty=keep_empty), 1):
            case, result, error = _answered(row, case_type, answer=answer)
            errors += error is not None
            verdict = judge(case, result) if judge and case is not None else None
            _print({"error": error, "row": rows} if result is None else {**result, **_verdict(verdict)})
            right += verdict is True
            wrong += verdict is False
    except UnreadableFile as unreadable:
        sys.stderr.write(f"{path.name}: {unreadable}\n")
        return _UNREADABLE
    judged = {"right": right, "wrong": wrong, "accuracy": round(right / (right + wrong), 4)} if right + wrong else {}
    _print({"totals": {"rows": rows, "errors": errors, **judged, **more_totals()}})
    return 0


def read_rows(path: Path, *, keep_empty: bool = False) -> Iterator[Row | BadRow]:
    """Yield the rows of a file in order, with a `BadRow` in the place of one that cannot be read.

    Args:
        path: UTF-8, with or without a byte order mark: ``.json`` (``{"cases": […]}`` or a list), ``.jsonl`` (blank lines
            are no rows) or ``.csv`` (the first line names the columns). JSONL and CSV are streamed.
        keep_empty: whether an empty cell of a CSV is an empty string; else it is left out, as if it had no column.

    Raises:
        UnreadableFile: nothing can be read, or nothing more.
    """
    readers: dict[str, Callable[[Path], Iterator[Row | BadRow]]] = {
        ".json": _json_rows,
        ".jsonl": _jsonl_rows,
        ".csv": partial(_csv_rows, keep_empty=keep_empty),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"unknown kind of file {path.suffix!r}, expected one of {', '.join(readers)}")
    try:
        yield from reader(path)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise UnreadableFile(str(error)) from error


def _answered(
    row: Row | BadRow, case_type: type[CaseT], *, answer: Callable[[CaseT], Answer]
) -> tuple[CaseT | None, Answer | None, str | None]:
    """Return the row as a case, its answer, and what went wrong instead."""
    if isinstance(row, BadRow):
        return None, None, str(row)
    try:
        case = msgspec.convert(row, case_type, strict=False)
    except msgspec.ValidationError as error:
        return None, None, str(error)
    try:
        return case, answer(case), None
    except BadRow as error:
        return case, None, str(error)
    except ServiceError as error:
        return case, None, f"{error.code}: {error}"


def _verdict(is_right: bool | None) -> Answer:  # noqa: FBT001 - the value itself
    return {} if is_right is None else {"right": is_right}


def _print(value: Answer | None) -> None:
    # Windows and C locales must not decide the encoding of what a program reads.
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def _json_rows(path: Path) -> Iterator[Row | BadRow]:
    content = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    rows = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise UnreadableFile("expected a list of rows, or an object with a list named cases")
    yield from (_as_row(row) for row in rows)


def _jsonl_rows(path: Path) -> Iterator[Row | BadRow]:
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                yield _as_row(msgspec.json.decode(line))
            except msgspec.DecodeError as error:
                yield BadRow(f"not JSON: {error}")


def _csv_rows(path: Path, *, keep_empty: bool) -> Iterator[Row | BadRow]:
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader, None)
        if columns is None:
            raise UnreadableFile("the file is empty, not even column names")
        try:
            for cells in reader:
                if cells:
                    yield _as_csv_row([column.strip() for column in columns], cells, keep_empty=keep_empty)
        except csv.Error as error:
            raise UnreadableFile(f"line {reader.line_num}: {error}") from error


def _as_row(value: object) -> Row | BadRow:
    return value if isinstance(value, dict) else BadRow("not an object")


def _as_csv_row(columns: list[str], cells: list[str], *, keep_empty: bool) -> Row | BadRow:
    if len(cells) > len(columns):
        return BadRow(f"{len(cells)} cells for {len(columns)} columns")
    return {column: cell for column, cell in zip(columns, cells, strict=False) if cell or keep_empty}
