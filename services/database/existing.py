"""Refuse to open a store that is not there, for commands that only read: an empty one would be made instead."""

from pathlib import Path
from urllib.parse import urlsplit


def check_exists(url: str) -> None:
    """Raise FileNotFoundError when the file of a SQLite URL is missing; a server is asked when it is opened."""
    parts = urlsplit(url)
    path = Path(parts.path.removeprefix("/"))
    if parts.scheme == "sqlite" and not path.is_file():
        raise FileNotFoundError(f"no store at {path}")
