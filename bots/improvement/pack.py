"""The regression pack: questions with what is right about them, and how an understanding does on one."""

from enum import IntFlag, auto
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.understanding.model import Action, Kind, Understanding
from services.errors import Unavailable
from services.items.model import GuideField

_AMONG = 3
_ALL_AMONG = 5
ALL = "all"
"""What a row wants that asks for several items at once."""


class NoPack(Unavailable):
    """Say that there are no rows to try a change on, so nothing may be published."""

    code = "wording.no_pack"
    title = "缺少回归检查用的题目，暂时不能发布"


class PackRow(Struct, frozen=True, kw_only=True):
    """One question; ``items`` are names, any of which is right (``want`` says when all are)."""

    text: str
    kind: Kind
    also: tuple[Kind, ...] = ()
    items: tuple[str, ...] = ()
    want: str = ""
    field: GuideField | None = None
    place: str = ""
    """File and line."""


class Right(IntFlag):
    """What is right about an understanding; each can be lost."""

    KIND = auto()
    FIRST = auto()
    """A right item comes first,"""
    AMONG = auto()
    """... or among the first three; all of them among the first five, if all are wanted."""
    DIRECT = auto()
    """It is answered at once from a right item."""
    UNDECEIVED = auto()
    """It is not answered at once from a wrong one."""
    FIELD = auto()


def load_pack(folder: Path) -> tuple[PackRow, ...]:
    """Return the rows of every ``*.jsonl`` of a folder (blocks), or raise `NoPack` when there are none.

    Raises:
        msgspec.ValidationError: a row is none.
    """
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if line.strip():
                row = msgspec.json.decode(line, type=PackRow)
                rows.append(msgspec.structs.replace(row, place=f"{path.name}:{number}"))
    if not rows:
        raise NoPack(str(folder))
    return tuple(rows)


def right(row: PackRow, understood: Understanding) -> Right:
    """Return what is right about how a row was understood."""
    names = [match.name for match in understood.matches]
    answered = names[: understood.answered] if understood.action is Action.ANSWER else []
    wanted = frozenset(row.items)
    marks = Right(0)
    if understood.kind in {row.kind, *row.also}:
        marks |= Right.KIND
    if wanted.intersection(names[:1]):
        marks |= Right.FIRST
    if wanted <= {*names[:_ALL_AMONG]} if row.want == ALL else wanted.intersection(names[:_AMONG]):
        marks |= Right.AMONG
    if wanted.intersection(answered[:1]):
        marks |= Right.DIRECT
    # Rows of kinds without items name none: what speaks for a wrong item there is that one is answered at all.
    is_judged = bool(wanted) or row.kind not in {Kind.ITEM, Kind.HALL}
    if not (is_judged and answered and not wanted.intersection(answered)):
        marks |= Right.UNDECEIVED
    if row.field is not None and understood.field is row.field:
        marks |= Right.FIELD
    return marks


def lost(was: Right, will: Right) -> Right:
    """Return what a change takes away; nothing when it is only the order of a menu.

    Every new word moves the scores of all others a little. Whoever is shown a menu still finds the item among its first three.
    """
    gone = was & ~will
    return gone if gone & ~Right.FIRST else Right(0)
