"""Check that rows keep their order, their number and their place, whatever is wrong with them."""

import json
from pathlib import Path

import msgspec
import pytest

from evaluation.rows import Answer, BadRow, UnreadableFile, file_argument, read_rows, score_file
from services.errors import Invalid


class _Case(msgspec.Struct, frozen=True):
    text: str
    expected: int | None = None


def _length(case: _Case) -> Answer:
    if case.text == "bad":
        raise BadRow("no such thing")
    if case.text == "refused":
        raise Invalid("not this one")
    return {"length": len(case.text)}


def _is_right(case: _Case, answer: Answer | None) -> bool | None:
    if case.expected is None:
        return None
    return answer is not None and answer["length"] == case.expected


def _written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _printed(capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.json", '{"cases": [{"text": "市南"}, {"text": "李沧区"}]}'),
        ("rows.json", '\ufeff[{"text": "市南"}, {"text": "李沧区"}]'),
        ("rows.jsonl", '{"text": "市南"}\n\n{"text": "李沧区"}\n'),
        ("rows.csv", "\ufefftext,expected\r\n市南,\r\n李沧区\r\n"),
        ("ROWS.CSV", "id,text\n1,市南\n\n2,李沧区"),
    ],
)
def test_every_kind_of_file_gives_the_same_rows(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str, content: str
) -> None:
    # When the file is scored, then each row is answered in its order
    assert score_file(_written(tmp_path, name, content), _Case, answer=_length) == 0
    assert _printed(capfdbinary) == [{"length": 2}, {"length": 3}, {"totals": {"rows": 2, "errors": 0}}]


def test_a_bad_row_says_so_in_its_own_place(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    # Given a row that is no JSON, one that is no object, one without text and two that the answerer refuses
    lines = ['{"text": "a"}', "{", "7", "{}", '{"text": "bad"}', '{"text": "refused"}', '{"text": "bb"}']
    # When the file is scored
    code = score_file(_written(tmp_path, "rows.jsonl", "\n".join(lines)), _Case, answer=_length)
    # Then every row has its line, and the process still succeeds
    assert code == 0
    first, *bad, last, totals = _printed(capfdbinary)
    assert (first, last) == ({"length": 1}, {"length": 2})
    assert [row["row"] for row in bad] == [2, 3, 4, 5, 6]
    assert str(bad[2]["error"]).startswith("Object missing required field `text`")
    assert [bad[1]["error"], bad[3]["error"]] == ["not an object", "no such thing"]
    assert bad[4]["error"] == "request.invalid: not this one"
    assert totals == {"totals": {"rows": 7, "errors": 5}}


def test_the_totals_count_what_the_file_expects_and_nothing_else(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    # Given one right row, one wrong, one error that expected something, and one that expects nothing
    path = _written(tmp_path, "rows.csv", "text,expected\na,1\nab,1\nbad,3\nabc,\n")
    # When it is judged, then the error is wrong and the last row is not counted
    assert score_file(path, _Case, answer=_length, judge=_is_right) == 0
    assert _printed(capfdbinary)[-1] == {"totals": {"rows": 4, "errors": 1, "right": 1, "wrong": 2, "accuracy": 0.3333}}


def test_a_row_with_more_cells_than_columns_is_bad(tmp_path: Path) -> None:
    rows = list(read_rows(_written(tmp_path, "rows.csv", 'text\n"一,二"\n三,四\n')))
    assert rows[0] == {"text": "一,二"}
    assert isinstance(rows[1], BadRow)


def test_an_empty_cell_is_left_out_or_kept(tmp_path: Path) -> None:
    path = _written(tmp_path, "rows.csv", "text,expected\na,\n")
    assert list(read_rows(path)) == [{"text": "a"}]
    assert list(read_rows(path, keep_empty=True)) == [{"text": "a", "expected": ""}]


def test_a_long_cell_is_read(tmp_path: Path) -> None:
    # Given a cell longer than the csv module allows by default
    assert list(read_rows(_written(tmp_path, "rows.csv", "text\n" + "长" * 200_000))) == [{"text": "长" * 200_000}]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("rows.json", "{", "Input data was truncated"),
        ("rows.json", '{"rows": []}', "a list named cases"),
        ("rows.json", "7", "expected a list"),
        ("rows.csv", "", "the file is empty"),
        ("rows.csv", "text\n" + "长" * (16 * 1024 * 1024 + 1), "line 2: field larger than field limit"),
        ("rows.csv", "文字\n一".encode("gb18030"), "codec can't decode"),
        ("rows.txt", "text", "unknown kind of file '.txt'"),
    ],
)
def test_a_file_whose_rows_cannot_be_told_apart_fails_as_a_whole(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str, content: str | bytes, why: str
) -> None:
    # When such a file is scored, then the exit code says so and the reason goes to standard error
    assert score_file(_written(tmp_path, name, content), _Case, answer=_length) == 2
    captured = capfdbinary.readouterr()
    assert why in captured.err.decode()
    assert captured.out == b""


def test_an_absent_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        list(read_rows(tmp_path / "absent.json"))


def test_the_command_line_takes_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["evaluation.places", "cases.csv"])
    assert file_argument("evaluation.places") == Path("cases.csv")
    # And explains itself without one
    monkeypatch.setattr("sys.argv", ["evaluation.places"])
    with pytest.raises(SystemExit):
        file_argument("evaluation.places")
