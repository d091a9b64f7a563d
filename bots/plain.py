"""Answers that need no look-up: greeting, safety, hand-off, manners, and other doors."""

from msgspec.structs import replace

from bots import wording
from bots.state import Menu
from bots.turn import Said, Turn, choices, with_menu
from bots.understanding.model import Action, Kind, Understanding
from services.conversations.message import Location, Provenance, ReplyPart, Text

_FIXED: dict[Kind, str] = {
    Kind.PRAISE: wording.PRAISE,
    Kind.ABUSE: wording.ABUSE,
}
_BY_TOPIC: dict[Kind, tuple[dict[str, str], str]] = {
    Kind.SMALLTALK: (wording.SMALLTALK, wording.SMALLTALK_ELSE),
}

HOME = "home"
"""The topic of words that steer a dialogue when none is open."""


def said(turn: Turn, body: str) -> Said:
    """Say one thing; whatever was missed before is forgotten."""
    return Said(replies=(Text(body),), dialogue=replace(turn.dialogue, misses=0))


def fixed(turn: Turn, understanding: Understanding) -> Said:
    """Say what is always said to this kind of message."""
    kind = understanding.kind
    if kind is Kind.EMERGENCY:
        return emergency(turn, understanding)
    if kind is Kind.HANDOFF:
        return human(turn, rule=understanding.rule)
    if kind is Kind.SMALLTALK and understanding.topic == HOME:
        why = Provenance(kind=kind, action=understanding.action, rule=understanding.rule)
        return replace(capabilities(turn), provenance=why)
    texts, otherwise = _BY_TOPIC.get(kind, ({}, _FIXED.get(kind, wording.SMALLTALK_ELSE)))
    why = Provenance(kind=kind, action=understanding.action, rule=understanding.rule)
    return replace(said(turn, texts.get(understanding.topic, otherwise)), provenance=why)


def elsewhere(turn: Turn, understanding: Understanding, *, say: str, text: str) -> Said:
    """Name the right door of a matter we may not accept; whoever insists may still write it down, a clerk decides."""
    asked = choices(say, (f"kind:{Kind.PETITION}", wording.OPTION_PETITION_ANYWAY), ("human", wording.OPTION_HUMAN))
    why = Provenance(kind=understanding.kind, action=understanding.action, rule=understanding.rule)
    dialogue = with_menu(replace(turn.dialogue, misses=0), asked, now=turn.now, text=text)
    return Said(replies=(asked,), dialogue=dialogue, provenance=why)


def choose_again(turn: Turn, menu: Menu) -> Said:
    """Show a menu once more: what was picked from it was not meant."""
    asked = choices(wording.CHOOSE_AGAIN, *((option.id, option.label) for option in menu.options))
    why = Provenance(kind=Kind.ITEM, action=Action.MENU, rule="taken_back")
    dialogue = replace(turn.dialogue, focus=None, hall=None, left=None, misses=0)
    return Said(replies=(asked,), dialogue=with_menu(dialogue, asked, now=turn.now, text=menu.text), provenance=why)


def here(turn: Turn, location: Location) -> Said:
    """Ask what a shared location is for."""
    point = f"{location.lat:.6f},{location.lng:.6f}"
    asked = choices(
        wording.LOCATION_ALONE,
        (f"halls:{point}", wording.OPTION_HALLS_HERE),
        (f"here:{point}", wording.OPTION_PETITION_HERE),
    )
    return Said(replies=(asked,), dialogue=with_menu(turn.dialogue, asked, now=turn.now, text=location.label))


def emergency(turn: Turn, understanding: Understanding) -> Said:
    """Name the number to call before anything else; an open form stays as it is."""
    call = wording.EMERGENCY.get(understanding.topic, wording.EMERGENCY["110"])
    why = Provenance(kind=Kind.EMERGENCY, action=Action.CARD, rule=understanding.rule)
    replies: tuple[ReplyPart, ...] = (Text(call), Text(wording.EMERGENCY_AFTER))
    return Said(replies=replies, dialogue=turn.dialogue, provenance=why)


def human(turn: Turn, *, rule: str) -> Said:
    """Name the way to a human being."""
    why = Provenance(kind=Kind.HANDOFF, action=Action.HANDOFF, rule=rule)
    return replace(said(turn, wording.HANDOFF), provenance=why)


def capabilities(turn: Turn) -> Said:
    """Show what can be asked for."""
    asked = choices(
        wording.CAPABILITIES,
        ("guide", wording.OPTION_GUIDE),
        ("petition", wording.OPTION_PETITION),
        ("progress", wording.OPTION_PROGRESS),
        ("human", wording.OPTION_HUMAN),
    )
    return Said(replies=(asked,), dialogue=with_menu(turn.dialogue, asked, now=turn.now))


def greeting(turn: Turn) -> Said:
    """Welcome somebody who just came, with what can be asked for."""
    shown = capabilities(turn)
    return replace(shown, replies=(Text(wording.GREETING), *shown.replies))
