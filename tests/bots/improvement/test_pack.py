"""What is right about an understanding, and what the files of the pack say."""

from pathlib import Path

import msgspec
import pytest

from bots.improvement.pack import ALL, NoPack, PackRow, Right, load_pack, lost, right
from bots.understanding.model import Action, Kind, Match, Understanding
from services.items.model import GuideField, ItemCode

SHIPPED = Path(__file__).parents[3] / "evaluation" / "data"


def understood(
    *names: str, answered: int = 0, kind: Kind = Kind.ITEM, field: GuideField | None = None
) -> Understanding:
    matches = tuple(Match(code=ItemCode(name), name=name, score=0.5) for name in names)
    action = Action.ANSWER if answered else Action.MENU
    return Understanding(kind=kind, action=action, rule="-", matches=matches, answered=answered, field=field)


def a_row(*items: str, kind: Kind = Kind.ITEM, **more: object) -> PackRow:
    return msgspec.convert({"text": "问", "kind": kind, "items": items, **more}, PackRow)


@pytest.mark.parametrize(
    ("row", "found", "marks"),
    [
        (a_row("甲"), understood("甲", "乙", answered=1), Right.KIND | Right.FIRST | Right.AMONG | Right.DIRECT),
        (a_row("甲"), understood("乙", "丙", "甲"), Right.KIND | Right.AMONG),
        (a_row("甲"), understood("乙", "丙", "丁", "甲"), Right.KIND),
        (a_row("甲"), understood("甲", kind=Kind.PETITION), Right.FIRST | Right.AMONG),
        (
            a_row("甲", field="fee"),
            understood("甲", field=GuideField.FEE),
            Right.KIND | Right.FIRST | Right.AMONG | Right.FIELD,
        ),
        (a_row("甲", "乙", want=ALL), understood("甲", "丙"), Right.KIND | Right.FIRST),
        (a_row("甲", "乙", want=ALL), understood("甲", "丙", "丁", "戊", "乙"), Right.KIND | Right.FIRST | Right.AMONG),
        (a_row(kind=Kind.PETITION, also=["item"]), understood("甲"), Right.KIND),
    ],
)
def test_each_thing_that_is_right_is_marked(row: PackRow, found: Understanding, marks: Right) -> None:
    assert right(row, found) == marks | Right.UNDECEIVED


def test_an_answer_from_a_wrong_item_deceives_and_one_that_nobody_can_judge_does_not() -> None:
    assert Right.UNDECEIVED not in right(a_row("甲"), understood("乙", answered=1))
    assert Right.UNDECEIVED not in right(a_row(kind=Kind.OUT_OF_SCOPE), understood("乙", answered=1))
    assert Right.UNDECEIVED in right(a_row(kind=Kind.ITEM), understood("乙", answered=1))


def test_rows_know_their_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"text": "一", "kind": "item"}\n\n{"text": "二", "kind": "hall"}\n', "utf-8")
    assert [(row.text, row.place) for row in load_pack(tmp_path)] == [("一", "b.jsonl:1"), ("二", "b.jsonl:3")]


def test_a_folder_without_rows_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(NoPack):
        _ = load_pack(tmp_path)
    with pytest.raises(NoPack):
        _ = load_pack(tmp_path / "nowhere")


def test_the_shipped_pack_is_whole() -> None:
    rows = load_pack(SHIPPED)
    assert len(rows) > 1_500
    assert {row.kind for row in rows} == set(Kind)


@pytest.mark.parametrize(
    ("was", "will", "gone"),
    [
        (Right.KIND | Right.FIRST | Right.AMONG, Right.KIND | Right.AMONG, Right(0)),
        (Right.KIND | Right.FIRST | Right.AMONG, Right.KIND, Right.FIRST | Right.AMONG),
        (Right.FIRST | Right.DIRECT, Right(0), Right.FIRST | Right.DIRECT),
        (Right.KIND, Right.KIND | Right.DIRECT, Right(0)),
    ],
)
def test_the_order_of_a_menu_alone_is_no_loss(was: Right, will: Right, gone: Right) -> None:
    assert lost(was, will) == gone
