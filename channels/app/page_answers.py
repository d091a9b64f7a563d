"""Answer a browser that asks for a file: packed when it can unpack, 304 when it has it already."""

from collections.abc import Mapping

from sanic import HTTPResponse, Request

from channels.app.assets import Asset


def answer_with(
    request: Request, asset: Asset, *, headers: Mapping[str, str], keep: str, status: int = 200
) -> HTTPResponse:
    """Return a file with its headers; ``keep`` is the Cache-Control. Sanic itself leaves out the body of a HEAD."""
    out = {**headers, "Cache-Control": keep, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if status == 200 and _has_it(request.headers.get("if-none-match", ""), asset.etag):  # noqa: PLR2004 - HTTP's own number
        return HTTPResponse(status=304, headers=out)
    if asset.packed is not None and _unpacks(request.headers.get("accept-encoding", "")):
        out["Content-Encoding"] = "gzip"
        return HTTPResponse(asset.packed, status=status, headers=out, content_type=asset.content_type)
    return HTTPResponse(asset.body, status=status, headers=out, content_type=asset.content_type)


def _has_it(if_none_match: str, etag: str) -> bool:
    """Compare weakly (RFC 9110, 13.1.2)."""
    wanted = etag.removeprefix("W/")
    return any(one.strip() == "*" or one.strip().removeprefix("W/") == wanted for one in if_none_match.split(","))


def _unpacks(accept_encoding: str) -> bool:
    """Tell whether gzip is welcome (RFC 9110, 12.5.3); a weight of 0 means it is not."""
    for one in accept_encoding.split(","):
        coding, _, weight = one.replace(" ", "").partition(";")
        if coding.lower() in {"gzip", "*"}:
            return not weight or weight.rstrip("0.") != "q="
    return False
