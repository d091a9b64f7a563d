"""Show everybody the bulletins of months that are over: ``/p/bulletins/2026-10`` and ``.csv``, small counts hidden."""

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import redirect

from channels.app.assets import asset
from channels.app.notice_page import not_found
from channels.app.page_answers import answer_with
from channels.app.page_headers import ASKED_EACH_TIME, page_headers
from channels.bulletins import CSV_TYPE, bulletin_csv, bulletin_html
from services.errors import Invalid, NotFound
from services.figures.bulletin import Bulletins

_READ_ONLY = ("GET", "HEAD")


def bulletin_blueprint(bulletins: Bulletins) -> Blueprint:
    """Make the routes under ``/p/bulletins``."""
    blueprint = Blueprint("bulletin_pages", url_prefix="/p/bulletins", strict_slashes=True)
    missing = asset(not_found(), "not_found.html")

    def nothing(request: Request) -> HTTPResponse:
        return answer_with(request, missing, headers=page_headers(missing.body), keep=ASKED_EACH_TIME, status=404)

    async def latest(_request: Request) -> HTTPResponse:
        return redirect(f"/p/bulletins/{bulletins.last_month()}", status=302)

    async def show(request: Request, month: str) -> HTTPResponse:
        try:
            bulletin = await bulletins.public(month.removesuffix(".csv"))
        except (Invalid, NotFound):
            return nothing(request)
        if month.endswith(".csv"):
            headers = {"Content-Disposition": f'attachment; filename="{bulletin.month}.csv"'}
            return HTTPResponse(bulletin_csv(bulletin), headers=headers, content_type=CSV_TYPE)
        html = bulletin_html(bulletin, csv_address=f"/p/bulletins/{bulletin.month}.csv")
        return answer_with(request, asset(html, "bulletin.html"), headers=page_headers(html), keep=ASKED_EACH_TIME)

    blueprint.add_route(latest, "/", methods=_READ_ONLY, name="latest")
    blueprint.add_route(show, "/<month:str>", methods=_READ_ONLY, name="show")
    return blueprint
