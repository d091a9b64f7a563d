"""[mailbox]: where a mail server, or whoever exports records, leaves files and finds answers."""

from typing import Annotated

from msgspec import Meta, Struct


class MailboxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty folder: no mailbox. ``sender`` stands in the From of answers."""

    folder: str = ""
    sender: Annotated[str, Meta(pattern=r"^[^\s<>@]+@[^\s<>@]+$")] = "mailbox@localhost.localdomain"
    look_every_s: Annotated[float, Meta(gt=0)] = 5.0
