"""Refuse to open a store that is not there, for commands that only read: an empty one would be made instead."""

from pathlib import Path
from urllib.parse import urlsplit


def check_exists(url: str, *, root: Path | None = None) -> None:
    """Raise FileNotFoundError when the file of a SQLite URL is missing; a server is asked when it is opened.

    Args:
        url: as `services.database.engine.open_database` takes it.
        root: where relative paths begin, as there.
    """
    parts = urlsplit(url)
    path = (root or Path()) / parts.path.removeprefix("/")
    if parts.scheme == "sqlite" and not path.is_file():
        raise FileNotFoundError(f"no store at {path}")
