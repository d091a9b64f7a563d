"""Write the pages that say why there is nothing to show, always with the hotline."""

from channels.app.page_html import element, link, page, text
from channels.app.templates import notice


def not_built() -> bytes:
    """Say that the pages are not built and how to build them; the API works without them."""
    return _notice(notice.NOT_BUILT_HEADING, notice.NOT_BUILT_TEXT)


def not_found() -> bytes:
    """Say that there is nothing at this address."""
    return _notice(notice.NOT_FOUND_HEADING, notice.NOT_FOUND_TEXT)


def _notice(heading: str, explanation: str) -> bytes:
    ways = element("p", link(notice.HOME, "/h5/", class_="plain"))
    call = element("p", link(notice.HOTLINE, "tel:12345", class_="plain"))
    body = element("main", element("h1", text(heading)), element("p", text(explanation)), ways, call, class_="in")
    return page(notice.TITLE.format(heading=heading), body)
