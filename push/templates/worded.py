"""The shape every template gives: free text for chats, named values for platform templates, a page behind."""

from msgspec import Struct

from services.conversations.message import ReplyPart


class Worded(Struct, frozen=True, kw_only=True):
    """One event in words.

    ``fields`` carry neutral names (number, status, department, due, at, text); a channel's settings map them to its
    template's fields and cut them to its limits. ``path`` is on our own pages, or empty.
    """

    parts: tuple[ReplyPart, ...]
    fields: dict[str, str]
    path: str = ""
