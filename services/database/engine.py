"""Choose the engine that a store's URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from services.database.collection import Database
from services.database.sqlite import SqliteDatabase


def open_database(url: str, *, root: Path | None = None) -> Database:
    """Return the database of a URL; nothing is touched before its `open`.

    Args:
        url: ``sqlite:///var/qingdao.db`` (three slashes: relative to the root), ``sqlite:////srv/qingdao.db`` (four:
            absolute) or ``mongodb://host:port/name``, the latter with the driver's user, hosts and options.
        root: where relative paths begin; the working directory when not given.

    Raises:
        ValueError: any other URL.
    """
    parts = urlsplit(url)
    path = parts.path.removeprefix("/")
    match parts.scheme:
        case "sqlite" if path and not (parts.netloc or parts.query or parts.fragment):
            return SqliteDatabase((root or Path()) / path)
        case "mongodb" | "mongodb+srv" if parts.netloc and path and "/" not in path:
            # Its driver is 14 MB of memory that nobody needs who keeps to SQLite.
            from services.database.mongo import MongoDatabase  # noqa: PLC0415 - see above

            return MongoDatabase(url, path)
        case _:
            raise ValueError(f"a store's URL is sqlite:///path or mongodb://host:port/name, not {parts.scheme}://…")
