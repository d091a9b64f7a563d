"""Show a guide (办理指南) as plain HTML without JavaScript, for old phones, screen readers and search engines.

``GET /g/<item code>`` brings every published field of the item's newest version.
"""

from collections.abc import Callable

from sanic import Blueprint, HTTPResponse, Request

from channels.app.assets import asset
from channels.app.guide_sections import guide_body
from channels.app.notice_page import not_found
from channels.app.page_answers import answer_with
from channels.app.page_headers import ASKED_EACH_TIME, page_headers
from channels.app.page_html import page
from channels.app.templates import guide as words
from services.items.catalogue import Catalogue, ItemNotFound


def guide_html(catalogue: Catalogue, code: str) -> bytes:
    """Return the page of an item.

    Raises:
        ItemNotFound: no published item has this code.
    """
    item = catalogue.item(code)
    places = [
        (catalogue.halls[window.hall_id], window.window) for window in item.windows if window.hall_id in catalogue.halls
    ]
    return page(words.PAGE_TITLE.format(name=item.name), guide_body(item, places))


def guide_blueprint(current: Callable[[], Catalogue]) -> Blueprint:
    """Make the routes under ``/g``; ``current`` gives the catalogue in force at the moment of the request."""
    blueprint = Blueprint("guide_pages", url_prefix="/g")
    missing = asset(not_found(), "not_found.html")
    missing_headers = page_headers(missing.body)

    async def show(request: Request, code: str) -> HTTPResponse:
        try:
            body = guide_html(current(), code)
        except ItemNotFound:
            return answer_with(request, missing, headers=missing_headers, keep=ASKED_EACH_TIME, status=404)
        return answer_with(request, asset(body, "guide.html"), headers=page_headers(body), keep=ASKED_EACH_TIME)

    blueprint.add_route(show, "/<code:str>", methods=["GET", "HEAD"], name="show")
    return blueprint
