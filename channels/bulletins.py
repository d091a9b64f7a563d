"""Write the month's bulletin as a page and as a table for spreadsheets; the desk and the open web show it alike."""

import csv
import html
import io
from collections.abc import Iterator

from channels import wording as words
from services.figures.bulletin import Bulletin, Row, Table, share

CSV_TYPE = "text/csv; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
_STYLE = (
    "body{margin:24px;color:#1c2533;font:15px/1.6 sans-serif}h1{font-size:22px}h2{font-size:18px;margin:24px 0 8px}"
    "table{border-collapse:separate;border-spacing:0;border-top:1px solid #c6cfdd;border-left:1px solid #c6cfdd}"
    "th,td{padding:6px 10px;border:solid #c6cfdd;border-width:0 1px 1px 0;background:#fff;text-align:right;white-space:nowrap}"
    # The names stay in sight while the figures are scrolled.
    "th:first-child{position:sticky;left:0;min-width:6em;max-width:10em;text-align:left;white-space:normal}"
    "thead th,thead th:first-child{background:#eef2f9}tbody th{font-weight:400}tfoot th,tfoot td{font-weight:600}"
    "div{overflow-x:auto}div:focus{outline:3px solid #ffb020}a{display:inline-block;min-height:44px;line-height:44px;color:#1a5fb4}"
    "p{margin:8px 0;color:#4a5365}@media(max-width:700px){body{margin:12px}}@media print{div{overflow:visible}}"
)
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings of a cell that spreadsheets take for a formula (OWASP: CSV injection)."""


def bulletin_html(bulletin: Bulletin, *, csv_address: str = "") -> bytes:
    """Return the page; no script, its style inside it."""
    title = html.escape(_title(bulletin))
    notes = [words.COUNTING_NOTE, *([words.HIDDEN_NOTE] if bulletin.is_public else [])]
    link = f'<p><a href="{html.escape(csv_address)}">{words.CSV_LINK}</a></p>' if csv_address else ""
    body = "".join(
        (
            f"<main><h1>{title}</h1>",
            *(f"<p>{html.escape(note)}</p>" for note in notes),
            link,
            *(_table_html(table) for table in bulletin.tables),
            "</main>",
        )
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'.encode()


def bulletin_csv(bulletin: Bulletin) -> bytes:
    """Return all tables one below the other (RFC 4180, UTF-8 with the mark that spreadsheets want)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_title(bulletin)])
    for table in bulletin.tables:
        writer.writerow([])
        writer.writerow(_heading(table))
        for row in (*table.rows, table.total):
            writer.writerow([_harmless(cell) for cell in _cells(table, row)])
    return text.getvalue().encode("utf-8-sig")


def _title(bulletin: Bulletin) -> str:
    kind = words.PUBLIC if bulletin.is_public else words.INTERNAL
    return f"{words.BULLETIN.format(month=bulletin.month)}（{kind}）"


def _heading(table: Table) -> list[str]:
    return [words.AXES[table.axis], *words.FIGURES.values(), *words.SHARES]


def _cells(table: Table, row: Row) -> Iterator[str]:
    yield words.TOTAL if row is table.total else row.name or words.NAMELESS[table.axis]
    for figure in words.FIGURES:
        yield words.HIDDEN if figure in row.hidden else str(row.counts.get(figure, 0))
    for part, whole in words.SHARES.values():
        value = share(row, part=part, whole=whole)
        yield "" if value is None else f"{value:.2%}"


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def _table_html(table: Table) -> str:
    heading = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in _heading(table))
    lines = "".join(_line_html(table, row) for row in table.rows)
    name = words.AXES[table.axis]
    return (
        f'<h2>{name}</h2><div role="region" aria-label="{name}" tabindex="0"><table>'
        f"<thead><tr>{heading}</tr></thead>"
        f"<tbody>{lines}</tbody><tfoot>{_line_html(table, table.total)}</tfoot></table></div>"
    )


def _line_html(table: Table, row: Row) -> str:
    name, *figures = map(html.escape, _cells(table, row))
    return f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{figure}</td>" for figure in figures) + "</tr>"
