"""Serve the phone page's files under a strict content security policy."""

from pathlib import Path
from typing import Final

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw, redirect

FOLDER: Final = Path(__file__).parent / "page"
FILES: dict[str, str] = {
    "index.html": "text/html; charset=utf-8",
    "phone.css": "text/css; charset=utf-8",
    "phone.js": "text/javascript; charset=utf-8",
    "bubbles.js": "text/javascript; charset=utf-8",
    "panels.js": "text/javascript; charset=utf-8",
    "wire.js": "text/javascript; charset=utf-8",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def phone_pages() -> Blueprint:
    """Return the routes of the phone page; its files are read once, here."""
    contents = {name: (FOLDER / name).read_bytes() for name in FILES}
    blueprint = Blueprint("simulated_phone", url_prefix="/simulators/phone")

    async def page(_request: Request) -> HTTPResponse:
        return raw(contents["index.html"], content_type=FILES["index.html"], headers=HEADERS)

    async def part(_request: Request, name: str) -> HTTPResponse:
        if name not in contents:
            return raw(b"", status=404, content_type="text/plain")
        return raw(contents[name], content_type=FILES[name], headers=HEADERS)

    async def without_slash(request: Request) -> HTTPResponse:
        query = f"?{request.query_string}" if request.query_string else ""
        return redirect(f"/simulators/phone/{query}", status=308)

    blueprint.add_route(page, "/", name="page", strict_slashes=True)
    blueprint.add_route(without_slash, "", name="without_slash", strict_slashes=True)
    blueprint.add_route(part, "/<name:str>", name="part")
    return blueprint
