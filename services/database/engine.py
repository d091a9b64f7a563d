"""Choose the engine that a store's URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from services.database.collection import Database
from services.database.sqlite import SqliteDatabase


def open_database(url: str, *, root: Path | None = None) -> Database:
    """Return the database of a URL; nothing is touched before its `open`.

    Args:
        url: ``sqlite:///var/qingdao.db`` (three slashes: relative to the root), ``sqlite:////srv/qingdao.db`` (four:
            absolute) or ``mongodb://host:port/name``.
        root: where relative paths begin; the working directory when not given.

    Raises:
        ValueError: any other URL.
    """
    parts = urlsplit(url)
    path = parts.path.removeprefix("/")
    if not path or parts.query or parts.fragment:
        raise ValueError(f"not a store's URL: {url}")
    if parts.scheme == "sqlite" and not parts.netloc:
        return SqliteDatabase((root or Path.cwd()) / path)
    raise ValueError(f"not a store's URL: {url}")
