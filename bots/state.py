"""What the bots remember of a conversation between two messages. Bounded: at most 8 KB (design 4)."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from bots.halls.state import HallTalk
from bots.petition.state import Form
from services.conversations.model import NO_DIALOGUE, encoded_dialogue
from services.items.model import GuideField, ItemCode

FOLLOW_UP_LASTS = timedelta(minutes=10)
"""How long "那要带什么材料" is understood to be about the item answered last."""
FOLLOW_UP_TURNS = 5
"""How many messages in between it survives."""
MENU_LASTS = timedelta(minutes=10)


class MenuOption(Struct, frozen=True):
    """One numbered option; the id says what choosing it means, see `bots.choices`."""

    id: str
    label: str


class Menu(Struct, frozen=True, kw_only=True):
    """A numbered question that waits for an answer; it stays valid for one other message."""

    options: tuple[MenuOption, ...]
    at: datetime
    text: str = ""
    """What the citizen had said, when the choice decides how to take it."""
    passed_over: int = 0


class Focus(Struct, frozen=True, kw_only=True):
    """The items talked about last, most relevant first, for follow-up questions."""

    items: tuple[ItemCode, ...]
    at: datetime
    turns: int = 0
    field: GuideField | None = None


class Dialogue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole memory: what was talked about, an open menu, an open form, and how often nothing was understood."""

    focus: Focus | None = None
    menu: Menu | None = None
    left: Menu | None = None
    """The menu from which the message before picked: the pick can be taken back with this one."""
    form: Form | None = None
    hall: HallTalk | None = None
    filed: str = ""
    """The number of the petition filed last in this conversation: a second "确认" is told, not filed again."""
    misses: int = 0

    def aged(self, now: datetime) -> "Dialogue":
        """Return the memory one message later: what is too old is forgotten."""
        focus, menu = self.focus, self.menu
        if focus is not None:
            focus = replace(focus, turns=focus.turns + 1)
            if focus.turns > FOLLOW_UP_TURNS or now > focus.at + FOLLOW_UP_LASTS:
                focus = None
        if menu is not None:
            menu = replace(menu, passed_over=menu.passed_over + 1)
            if menu.passed_over > 2 or now > menu.at + MENU_LASTS:  # noqa: PLR2004 - this message and one more
                menu = None
        left = self.left
        if left is not None:
            left = replace(left, passed_over=left.passed_over + 1) if not left.passed_over else None
        return replace(self, focus=focus, menu=menu, left=left)


def remembered(raw: Raw) -> Dialogue:
    """Return the memory a conversation carries; a shape of an older release that no longer decodes is forgotten.

    Forgetting costs the citizen one repeated question; refusing would cost the conversation.
    """
    if bytes(raw) == bytes(NO_DIALOGUE):
        return Dialogue()
    try:
        return msgspec.json.decode(raw, type=Dialogue)
    except msgspec.ValidationError:
        return Dialogue()


def memorised(dialogue: Dialogue) -> Raw:
    """Return the memory as the conversation keeps it."""
    return encoded_dialogue(dialogue)
