"""Read uploaded bytes: the raw body of a streaming request, and one file of a multipart form."""

import re
from typing import Final

from sanic import Request
from sanic.http import Http

NAME = re.compile(rb'content-disposition:[^\r\n]*[;\s]name="?([^";\r\n]+)"?', re.IGNORECASE)
BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
BLANK_LINE: Final = b"\r\n\r\n"


async def read_body(request: Request, *, largest: int) -> bytes | None:
    """Return the body of a request to a streaming route.

    Returns:
        None for a body longer than ``largest`` bytes; the rest of it is read and thrown away, so that the connection
        can be answered.
    """
    stream = request.stream
    if not isinstance(stream, Http):
        raise TypeError("the route must be added with stream=True")
    parts: list[bytes] = []
    size = 0
    async for part in stream:
        size += len(part)
        if size <= largest:
            parts.append(part)
    return b"".join(parts) if size <= largest else None


def form_file(body: bytes, content_type: str, *, name: str) -> bytes | None:
    """Return the content of a multipart form's part of this name, or None when there is none.

    Source: RFC 7578; nested forms and transfer encodings are not used by anybody who uploads to the platform.
    """
    boundary = BOUNDARY.search(content_type)
    if boundary is None:
        return None
    separator = b"\r\n--" + boundary[1].encode()
    for part in (b"\r\n" + body).split(separator)[1:-1]:
        head, _, content = part.partition(BLANK_LINE)
        found = NAME.search(head)
        if found and found[1] == name.encode():
            return content
    return None
