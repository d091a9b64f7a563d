"""Read the built pages into memory, packed once, with all that an answer needs."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import Struct

# A fixed table: what mimetypes says depends on the machine.
_TYPES: Final = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".woff2": "font/woff2",
    }
)
_PACKED_ALREADY = frozenset({".png", ".woff2"})
_HASHED = re.compile(r"(?:^|/)assets/.+-[\w-]{8}\.\w+$")
"""How Vite names a file by its content."""


class Asset(Struct, frozen=True, kw_only=True):
    """Hold one file as it goes out."""

    body: bytes
    packed: bytes | None
    """The body in gzip; None when that would not be smaller."""
    etag: str
    """A weak entity tag, the same for both forms."""
    content_type: str
    is_hashed: bool
    """The name changes with the content, so a browser may keep it for good."""


def asset(body: bytes, name: str) -> Asset:
    """Prepare a file; an unknown ending is sent as bytes that a browser will not run."""
    suffix = Path(name).suffix
    packed = None if suffix in _PACKED_ALREADY else gzip.compress(body, compresslevel=9, mtime=0)
    return Asset(
        body=body,
        packed=packed if packed is not None and len(packed) < len(body) else None,
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        content_type=_TYPES.get(suffix, "application/octet-stream"),
        is_hashed=_HASHED.search(name) is not None,
    )


def read_assets(folder: Path) -> Mapping[str, Asset]:
    """Return every file below a folder by its path relative to it; empty when there is no build.

    Blocks: call it before the loop starts. Names that begin with a dot are left out.
    """
    if not (folder / "index.html").is_file():
        return MappingProxyType({})
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return MappingProxyType(
        {
            name.as_posix(): asset((folder / name).read_bytes(), name.as_posix())
            for name in names
            if not any(part.startswith(".") for part in name.parts)
        }
    )
