"""A bulletin is a page without a script and a table no spreadsheet runs."""

import csv
import io

from channels.bulletins import bulletin_csv, bulletin_html
from services.figures.bulletin import Bulletin, Row, Table, public_variant
from services.figures.model import Axis, Figure

NASTY = '=HYPERLINK("http://example.org","<script>")'
COUNTS = {Figure.ACCEPTED: 20, Figure.ANSWERED: 10, Figure.ON_TIME: 8, Figure.RETURNED: 2}


def a_bulletin() -> Bulletin:
    rows = (Row(key="cgj", name=NASTY, counts=COUNTS), Row(key="", name="", counts={Figure.ACCEPTED: 9}))
    summed = Row(key="", name="", counts=COUNTS | {Figure.ACCEPTED: 29})
    return Bulletin(month="2026-11", is_public=False, tables=(Table(axis=Axis.UNIT, rows=rows, total=summed),))


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_spreadsheet_holds_every_figure_and_share_and_a_sum() -> None:
    lines = read(bulletin_csv(a_bulletin()))
    heading = lines[2]
    row = dict(zip(heading, lines[3], strict=True))
    assert (row["受理"], row["答复"], row["按时"], row["退单"], row["按时率"], row["解决率"]) == (
        "20",
        "10",
        "8",
        "2",
        "80.00%",
        "",
    )
    assert lines[4][0] == "12345 热线中心"
    assert lines[5][:2] == ["合计", "29"]


def test_no_cell_begins_like_a_formula() -> None:
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in read(bulletin_csv(a_bulletin())) for cell in line)


def test_names_do_not_become_markup() -> None:
    html = bulletin_html(a_bulletin(), csv_address="/p/x.csv").decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="/p/x.csv"' in html


def test_the_public_variant_says_that_counts_are_hidden_and_hides_them() -> None:
    public = public_variant(a_bulletin())
    lines = read(bulletin_csv(public))
    row = dict(zip(lines[2], lines[3], strict=True))
    assert (row["退单"], row["按时"], row["受理"], row["按时率"]) == ("*", "*", "20", "")
    assert "少于 5 件" in bulletin_html(public).decode()
    assert "少于 5 件" not in bulletin_html(a_bulletin()).decode()
