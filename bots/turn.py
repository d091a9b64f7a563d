"""One turn of the bots: what came in with the memory so far, and what is said with the memory after it."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bots.state import Dialogue, Menu, MenuOption
from services.conversations.message import Choices, Inbound, Option, Provenance, ReplyPart
from services.conversations.model import Conversation


class Turn(Struct, frozen=True, kw_only=True):
    """One message of the citizen as the bots see it; ``dialogue`` is already aged by this message."""

    conversation: Conversation
    inbound: Inbound
    dialogue: Dialogue
    now: datetime


class Said(Struct, frozen=True, kw_only=True):
    """What the bots answer, and what they remember afterwards."""

    replies: tuple[ReplyPart, ...]
    dialogue: Dialogue
    provenance: Provenance | None = None


def with_menu(dialogue: Dialogue, choices: Choices, *, now: datetime, text: str = "") -> Dialogue:
    """Return the memory with these choices open, so that a typed number picks from them."""
    options = tuple(MenuOption(option.id, option.label) for option in choices.options)
    return replace(dialogue, menu=Menu(options=options, at=now, text=text))


def choices(prompt: str, *options: tuple[str, str]) -> Choices:
    """Return a numbered question from (id, label) pairs."""
    return Choices(prompt=prompt, options=tuple(Option(key, label) for key, label in options))
