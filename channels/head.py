"""Refuse a request head that two readers could take for different requests (RFC 9112, 2.2, 3.2, 5.1 and 5.2).

Sanic splits a head at CR LF and a line at its first colon and looks no further. A proxy before us may end a line at a
lone LF, or take ``Content-Length :`` for a length: what one of the two believes to be a body is a request to the other.
"""

import re

from sanic.compat import Header
from sanic.exceptions import BadRequest

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_LINE = rb"[^\x00-\x08\x0a-\x1f\x7f]*"
_HEAD = re.compile(rb"%b [^\x00-\x20\x7f]+ HTTP/1\.[01](?:\r\n%b:%b)*" % (_TOKEN, _TOKEN, _LINE))
"""A request line and its fields: names are tokens right before their colons, nothing is folded, nothing is a control."""


def check_head(head: bytes, headers: Header, *, version: str) -> None:
    """Return when a head has one reading.

    Raises:
        BadRequest: a control byte, a name that is none, a folded line, no host where one must be, or two.
    """
    if _HEAD.fullmatch(head) is None:
        raise BadRequest("not a head of HTTP/1")
    hosts = headers.getall("host", ())
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise BadRequest("not one host")
