"""Describe the client API: OpenAPI for programs, one plain page for people."""

import html

import msgspec
from sanic import Blueprint, HTTPResponse, Request

from channels import openapi
from channels.app.wording import DOCS_INTRODUCTION, DOCS_TITLE
from channels.endpoints import JSON, Description

VERSION = "1"


class DescriptionRoutes:
    """Serve the description, made once from the endpoints themselves."""

    def __init__(self, endpoints: tuple[Description, ...], *, prefix: str = "/api/v1") -> None:
        """Write the document."""
        self._document = openapi.document(title="qingdao-services", version=VERSION, prefix=prefix, endpoints=endpoints)
        self._body = msgspec.json.format(msgspec.json.encode(self._document), indent=1)
        self._page = _page(self._document).encode()

    def mount(self, blueprint: Blueprint) -> None:
        """Add the document below the API."""
        blueprint.add_route(self._openapi, "/openapi.json", methods=["GET", "HEAD"], name="openapi")

    def mount_page(self, blueprint: Blueprint) -> None:
        """Add the page ``/docs``."""
        blueprint.add_route(self._docs, "/docs", methods=["GET", "HEAD"], name="docs")

    async def _openapi(self, _: Request) -> HTTPResponse:
        return HTTPResponse(self._body, content_type=JSON)

    async def _docs(self, _: Request) -> HTTPResponse:
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return HTTPResponse(self._page, headers=headers, content_type="text/html; charset=utf-8")


def _page(document: dict[str, object]) -> str:
    """Return every call with its summary and its schemas as plain HTML; no script, no outside request."""
    paths = document["paths"]
    rows = "".join(
        f"<section><h2><code>{method.upper()} {html.escape(path)}</code></h2><p>{html.escape(operation['summary'])}</p>"
        f"<details><summary>schema</summary><pre>{html.escape(_pretty(operation))}</pre></details></section>"
        for path, operations in paths.items()  # type: ignore[attr-defined]  # plain data of our own making
        for method, operation in operations.items()
    )
    schemas = html.escape(_pretty(document["components"]))
    style = (
        "body{font-family:system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.5}pre{overflow:auto}"
    )
    return (
        f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>{DOCS_TITLE}</title><style>{style}</style>"
        f"<h1>{DOCS_TITLE}</h1><p>{DOCS_INTRODUCTION}</p>{rows}<details><summary>schemas</summary><pre>{schemas}</pre></details>"
    )


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
