"""Show the public list as plain HTML without JavaScript: ``/p/`` and ``/p/<id>``."""

from collections.abc import Iterator
from urllib.parse import urlencode

import msgspec
from sanic import Blueprint, HTTPResponse, Request

from channels.app.assets import asset
from channels.app.notice_page import not_found
from channels.app.page_answers import answer_with
from channels.app.page_headers import ASKED_EACH_TIME, page_headers
from channels.app.page_html import Html, element, facts, join, link, listing, page, text
from channels.app.routes_public import PublicLine, PublicQuery, public_line
from channels.app.templates import public as words
from services.errors import NotFound
from services.petitions.departments import Directory
from services.public_list.service import PublicList

_READ_ONLY = ("GET", "HEAD")


def list_html(lines: tuple[PublicLine, ...], *, query: PublicQuery, after: str | None, directory: Directory) -> bytes:
    """Return one page of the list; ``after`` leads to the next one."""
    district = directory.districts.get(query.district)
    heading = " · ".join(part for part in (words.HEADING, district.name if district else "", query.category) if part)
    entries = [_entry(line) for line in lines] or [element("section", element("p", text(words.NOTHING)))]
    older = element("p", link(words.OLDER, _address(query, after), class_="ask")) if after else Html("")
    everything = element("p", link(words.ALL, "/p/", class_="plain"))
    links = (link(one.name, f"/p/?{urlencode({'district': one.code})}") for one in directory.districts.values())
    districts = listing(links, class_="chips")
    choices = element("section", element("h2", text(words.BY_DISTRICT)), districts, everything)
    introduction = element("p", text(words.INTRODUCTION), class_="soft")
    return _page(heading, join([introduction, *entries, older, choices]))


def petition_html(line: PublicLine, *, directory: Directory) -> bytes:
    """Return the page of one public petition."""
    district = directory.districts.get(line.district)
    pairs = [
        (words.CATEGORY, line.category),
        (words.DISTRICT, district.name if district else ""),
        (words.DEPARTMENT, line.department or words.CENTRE),
        (words.FILED, line.filed_on.isoformat()),
        (words.ANSWERED, line.answered_on.isoformat()),
    ]
    sections = [
        _section(words.TEXT, join(_paragraphs(line.text))),
        _section(words.REPLY, join(_paragraphs(line.reply))),
        _section(words.FACTS, facts((label, text(value)) for label, value in pairs if value)),
        element("p", link(words.BACK, "/p/", class_="plain")),
    ]
    return _page(line.title, join(sections))


def public_blueprint(public_list: PublicList, directory: Directory) -> Blueprint:
    """Make the routes under ``/p``."""
    blueprint = Blueprint("public_pages", url_prefix="/p", strict_slashes=True)
    missing = asset(not_found(), "not_found.html")

    def answer(request: Request, html: bytes) -> HTTPResponse:
        return answer_with(request, asset(html, "p.html"), headers=page_headers(html), keep=ASKED_EACH_TIME)

    def nothing(request: Request) -> HTTPResponse:
        return answer_with(request, missing, headers=page_headers(missing.body), keep=ASKED_EACH_TIME, status=404)

    async def show_list(request: Request) -> HTTPResponse:
        given = {name: values[0] for name, values in request.args.items() if values}
        try:
            query = msgspec.convert(given, PublicQuery)
            found = await public_list.listed(
                category=query.category, district=query.district, after=query.cursor or None
            )
        except (msgspec.ValidationError, NotFound):
            return nothing(request)
        lines = tuple(public_line(one) for one in found.documents)
        return answer(request, list_html(lines, query=query, after=found.next, directory=directory))

    async def show_one(request: Request, identity: str) -> HTTPResponse:
        try:
            petition = await public_list.get(identity)
        except NotFound:
            return nothing(request)
        return answer(request, petition_html(public_line(petition), directory=directory))

    blueprint.add_route(show_list, "/", methods=_READ_ONLY, name="list")
    blueprint.add_route(show_one, "/<identity:str>", methods=_READ_ONLY, name="one")
    return blueprint


def _entry(line: PublicLine) -> Html:
    replied = words.REPLIED_BY.format(department=line.department or words.CENTRE, day=line.answered_on.isoformat())
    return element(
        "section",
        element("h2", link(line.title, f"/p/{line.id}")),
        *_paragraphs(line.text),
        element("p", text(replied), class_="soft"),
    )


def _paragraphs(value: str) -> Iterator[Html]:
    return (element("p", text(line)) for line in value.splitlines() if line.strip())


def _section(heading: str, inside: Html) -> Html:
    return element("section", element("h2", text(heading)), inside)


def _address(query: PublicQuery, after: str) -> str:
    kept = {"category": query.category, "district": query.district, "cursor": after}
    return f"/p/?{urlencode({name: value for name, value in kept.items() if value})}"


def _page(heading: str, inside: Html) -> bytes:
    banner = element("header", element("div", link(words.SITE, "/h5/"), link(words.HOTLINE, "tel:12345"), class_="in"))
    main = element("main", element("h1", text(heading)), inside, class_="in", id="main")
    skip = link(words.SKIP, "#main", class_="skip")
    return page(words.PAGE_TITLE.format(heading=heading), join([skip, banner, main]))
