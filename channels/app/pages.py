"""Serve the citizens' pages (H5) under ``/h5/`` from memory, with a strict policy.

The pages are built by `make setup`. Where they are missing the server still starts and the API works; the pages then say
in Chinese how to build them. A hash router lives in the browser, so only ``/h5/`` is a page; every other path is a file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import redirect

from channels.app.assets import Asset, asset, read_assets
from channels.app.notice_page import not_built, not_found
from channels.app.page_answers import answer_with
from channels.app.page_headers import ASKED_EACH_TIME, KEPT_FOR_GOOD, file_headers, page_headers

_INDEX = "index.html"
_READ_ONLY = ("GET", "HEAD")


class Pages:
    """Answer requests for the pages; built once, before the loop starts, since it reads the disk."""

    def __init__(self, folder: Path, *, public_url: str, framed_by: Sequence[str] = ()) -> None:
        """Read the build below ``folder``; `page_headers` explains the other two."""
        self._files: Mapping[str, Asset] = read_assets(folder)
        self._index = self._files.get(_INDEX)
        self._notice = asset(not_built(), _INDEX)
        self._missing = asset(not_found(), _INDEX)
        shown = self._index or self._notice
        self._index_headers = page_headers(shown.body, public_url=public_url, framed_by=framed_by)
        self._missing_headers = page_headers(self._missing.body)

    async def index(self, request: Request) -> HTTPResponse:
        """Answer with the one page, or with how to build it."""
        if self._index is None:
            return answer_with(request, self._notice, headers=self._index_headers, keep="no-store", status=503)
        return answer_with(request, self._index, headers=self._index_headers, keep=ASKED_EACH_TIME)

    async def file(self, request: Request, path: str) -> HTTPResponse:
        """Answer with one file of the build; paths are looked up, never opened."""
        found = self._files.get(path)
        if path == _INDEX:
            return await self.index(request)
        if found is None:
            return answer_with(request, self._missing, headers=self._missing_headers, keep="no-store", status=404)
        keep = KEPT_FOR_GOOD if found.is_hashed else ASKED_EACH_TIME
        return answer_with(request, found, headers=file_headers(), keep=keep)

    async def enter(self, _request: Request) -> HTTPResponse:
        """Lead ``/h5`` to ``/h5/``, where relative addresses are right."""
        return redirect("/h5/", status=308)


def pages_blueprint(folder: Path, *, public_url: str, framed_by: Sequence[str] = ()) -> Blueprint:
    """Make the routes of the pages from a build folder (``web/dist/h5``)."""
    pages = Pages(folder, public_url=public_url, framed_by=framed_by)
    blueprint = Blueprint("pages", strict_slashes=True)
    blueprint.add_route(pages.enter, "/h5", methods=_READ_ONLY, name="enter")
    blueprint.add_route(pages.index, "/h5/", methods=_READ_ONLY, name="index")
    blueprint.add_route(pages.file, "/h5/<path:path>", methods=_READ_ONLY, name="file")
    return blueprint
