"""Read stories: conversations in YAML, played through the router with every action really executed."""

from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from bots.petition.state import Place
from bots.state import remembered
from services.conversations.message import Choice, Event, EventKind, Image, InboundPart, Location, MediaId, Voice
from tests.support.bot_chat import BotChat, as_read

STORIES = Path(__file__).parents[1] / "bots" / "stories"


class Turn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message and what must come of it; exactly one of the first fields says what the citizen does.

    ``reads`` must stand in the answer, ``never`` must not. ``silent``: nothing is answered. ``wait`` (minutes) passes
    before it. ``filed`` counts petitions filed so far. ``slots`` are values of the open form, ``rule`` begins the
    provenance's rule, ``kind`` and ``field`` are those of the provenance.
    """

    say: str | None = None
    press: str | None = None
    menu: str | None = None
    voice: str | None = None
    picture: str | None = None
    at: tuple[float, float] | None = None
    event: EventKind | None = None
    wait: int = 0
    reads: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    silent: bool = False
    filed: int | None = None
    slots: dict[str, str | None] = {}
    kind: str = ""
    field: str = ""
    rule: str = ""

    @property
    def part(self) -> str | InboundPart:
        """Return what is sent."""
        if self.press is not None:
            return Choice(self.press)
        if self.menu is not None:
            return Event(kind=EventKind.MENU_CLICKED, key=self.menu)
        if self.voice is not None:
            return Voice(MediaId("media_v"), self.voice)
        if self.picture is not None:
            return Image(MediaId(self.picture))
        if self.at is not None:
            return Location(lat=self.at[0], lng=self.at[1], label="")
        return Event(kind=self.event) if self.event is not None else self.say or ""


class Story(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One conversation; ``complaint`` is the number of the peers' users' complaint it answers (reference: bot, 1a)."""

    name: str
    turns: tuple[Turn, ...]
    complaint: int = 0


def stories() -> list[Story]:
    """Return all stories, in the order of the files."""
    return [
        story
        for path in sorted(STORIES.glob("*.yaml"))
        for story in msgspec.yaml.decode(path.read_bytes(), type=list[Story])
    ]


async def play(story: Story) -> None:
    """Play a story; the assertion that fails names the message."""
    chat = BotChat()
    for number, turn in enumerate(story.turns, 1):
        chat.clock.advance(timedelta(minutes=turn.wait))
        parts = await chat.say(turn.part)
        _check(turn, as_read(parts), where=f"{story.name}, message {number}: {turn.part}")
        _check_state(turn, chat, where=f"{story.name}, message {number}: {turn.part}")


def _check(turn: Turn, read: str, *, where: str) -> None:
    assert bool(read) is not turn.silent, f"{where}\n{read or 'nothing was answered'}"
    for words in turn.reads:
        assert words in read, f"{where}\nwithout {words}:\n{read}"
    for words in turn.never:
        assert words not in read, f"{where}\nwith {words}:\n{read}"


def _check_state(turn: Turn, chat: BotChat, *, where: str) -> None:
    form = remembered(chat.conversation.dialogue).form
    for slot, value in turn.slots.items():
        held = getattr(form, slot, None)
        held = held.text if isinstance(held, Place) else held
        assert (held or None) == value, f"{where}\n{slot} is {held}"
    if turn.filed is not None:
        assert len({one.draft for one in chat.desk.filed}) == turn.filed, where
    if turn.kind or turn.field or turn.rule:
        why = chat.why
        assert why is not None, where
        assert turn.kind in {"", why.kind}, f"{where}\n{why}"
        assert turn.field in {"", why.field}, f"{where}\n{why}"
        assert why.rule.startswith(turn.rule), f"{where}\n{why}"
