"""Say what a page may load, who may frame it and how long it may be kept.

The policy allows our own scripts and nothing inline but the style blocks the page itself brings, by their hash, so that text
which became markup by a mistake of ours still could not run.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_STYLE_BLOCK = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_A_YEAR_S = 31_536_000
KEPT_FOR_GOOD = f"public, max-age={_A_YEAR_S}, immutable"
ASKED_EACH_TIME = "no-cache"


def page_headers(html: bytes, *, public_url: str = "", framed_by: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of an HTML page.

    Args:
        html: its bytes; every ``<style>`` in it is allowed by its hash.
        public_url: how citizens see the server; its WebSocket address is named because ``'self'`` does not cover
            ``ws:`` and ``wss:`` before Safari 15.4.
        framed_by: origins of partners' apps that may frame the page; nobody else may, but ourselves.
    """
    styles = ["'self'", *(f"'sha256-{_digest(block)}'" for block in _STYLE_BLOCK.findall(html))]
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": styles,
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *_socket_origin(public_url)],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'", *framed_by],
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items()),
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
        "Referrer-Policy": "same-origin",
        **file_headers(),
    }


def file_headers() -> dict[str, str]:
    """Return the headers that every answer bears."""
    return {"X-Content-Type-Options": "nosniff"}


def _digest(block: bytes) -> str:
    return base64.b64encode(hashlib.sha256(block).digest()).decode("ascii")


def _socket_origin(public_url: str) -> list[str]:
    parts = urlsplit(public_url)
    if not parts.netloc:
        return []
    return [f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"]
