"""Write small pieces of HTML; every text is escaped here and nowhere else."""

import html
from collections.abc import Iterable
from typing import NewType

from channels.app.templates.style import STYLE

Html = NewType("Html", str)
"""Markup that is safe to send; only this module turns text into it."""


def text(value: str) -> Html:
    """Escape a text, quotes included."""
    return Html(html.escape(value, quote=True))


def element(name: str, *inside: Html, **attributes: str) -> Html:
    """Write an element; attribute values are escaped, ``class_`` means ``class`` and ``_`` in a name means ``-``."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{written}>{''.join(inside)}</{name}>")


def join(pieces: Iterable[Html]) -> Html:
    """Put pieces one after another."""
    return Html("".join(pieces))


def link(label: str, href: str, **attributes: str) -> Html:
    """Write a link. ``href`` is ours or a telephone number, never an address from outside."""
    return element("a", text(label), href=href, **attributes)


def listing(lines: Iterable[Html], *, ordered: bool = False, **attributes: str) -> Html:
    """Write a list."""
    return element("ol" if ordered else "ul", *(element("li", line) for line in lines), **attributes)


def facts(pairs: Iterable[tuple[str, Html]]) -> Html:
    """Write labelled facts, leaving out those with nothing to say."""
    return element(
        "dl", *(element("div", element("dt", text(label)), element("dd", value)) for label, value in pairs if value)
    )


def page(title: str, body: Html) -> bytes:
    """Write a whole page with our style and no script."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(title)}</title><link rel="icon" href="/h5/favicon.svg" type="image/svg+xml"><style>{STYLE}</style>'
    )
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'.encode()
