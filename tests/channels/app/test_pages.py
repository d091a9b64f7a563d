"""Prove how the built pages are served: packed, kept, guarded, and missing."""

import base64
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sanic import Blueprint

from channels.app.pages import pages_blueprint
from tests.channels.app.browsing import browsing

STYLE = ".boot{color:#3d4657}"
INDEX = f"<!doctype html><html><head><style>{STYLE}</style></head><body><div id=app></div></body></html>"
SCRIPT = "console.log('页面');" * 100
PUBLIC_URL = "https://services.example"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Give a folder that looks like what Vite leaves."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "assets/index-B8YOL0U5.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "assets/vant-icon-B-Gr3_VV.woff2").write_bytes(b"wOF2" * 50)
    (tmp_path / ".hidden").write_text("secret", encoding="utf-8")
    return tmp_path


def pages_of(folder: Path) -> Blueprint:
    """Return the routes of a build folder."""
    return pages_blueprint(folder, public_url=PUBLIC_URL, framed_by=["https://partner.example"])


@pytest.fixture
async def browser(build: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of a server with built pages."""
    async with browsing(lambda: pages_of(build)) as session:
        yield session


async def test_the_index_is_asked_for_each_time_and_comes_packed(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5/", headers={"Accept-Encoding": "gzip"}) as answer:
        body = await answer.read()
    assert answer.status == 200
    assert gzip.decompress(body).decode() == INDEX
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_type == "text/html"


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "gzip; q=0.0", "br"])
async def test_a_browser_that_cannot_unpack_gets_the_plain_file(browser: aiohttp.ClientSession, accepted: str) -> None:
    async with browser.get("/h5/assets/index-B8YOL0U5.js", headers={"Accept-Encoding": accepted}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.text() == SCRIPT


async def test_a_hashed_file_is_kept_for_a_year(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5/assets/index-B8YOL0U5.js") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content_type == "text/javascript"
    async with browser.get("/h5/assets/vant-icon-B-Gr3_VV.woff2", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Cache-Control"].endswith("immutable")
        assert "Content-Encoding" not in answer.headers
    async with browser.get("/h5/favicon.svg") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_what_the_browser_has_is_not_sent_again(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5/") as first:
        etag = first.headers["ETag"]
    async with browser.get("/h5/", headers={"If-None-Match": f'"other", {etag}'}) as again:
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == etag
    async with browser.get("/h5/", headers={"If-None-Match": '"other"'}) as changed:
        assert changed.status == 200


@pytest.mark.parametrize("path", ["/h5/", "/h5/assets/index-B8YOL0U5.js"])
async def test_head_says_what_get_would_and_sends_nothing(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as got:
        await got.read()
    async with browser.head(path) as asked:
        body = await asked.read()
    assert (asked.status, body) == (200, b"")
    assert asked.headers["ETag"] == got.headers["ETag"]
    assert asked.headers["Content-Length"] == got.headers["Content-Length"]


async def test_the_policy_allows_our_own_and_the_boot_style_alone(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5/") as answer:
        headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' 'sha256-{digest}'"
    assert policy["connect-src"] == "'self' wss://services.example"
    assert policy["frame-ancestors"] == "'self' https://partner.example"
    assert not re.search(r"unsafe-|\*", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/h5/nothing.js", "/h5/assets/", "/h5/..%2f..%2fserver.py", "/h5/%2e%2e/index.html", "/h5/.hidden"]
)
async def test_what_is_not_in_the_build_is_not_found(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as answer:
        body = await answer.read()
    assert answer.status == 404
    assert b"secret" not in body


async def test_the_folder_without_its_slash_leads_to_the_page(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/h5/")


async def test_without_a_build_the_page_says_in_chinese_how_to_make_one(tmp_path: Path) -> None:
    async with (
        browsing(lambda: pages_of(tmp_path / "nothing")) as session,
        session.get("/h5/", headers={"Accept-Encoding": "identity"}) as answer,
    ):
        text = await answer.text()
    assert answer.status == 503
    assert "页面还没有构建" in text
    assert "make setup" in text
    assert "tel:12345" in text


async def test_a_long_file_keeps_its_bytes_when_packed(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/h5/assets/index-B8YOL0U5.js", headers={"Accept-Encoding": "br, gzip;q=0.8"}) as answer:
        packed = await answer.read()
    assert len(packed) < len(SCRIPT.encode()) / 10
    assert gzip.decompress(packed).decode() == SCRIPT
