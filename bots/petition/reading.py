"""Read one message of somebody who is filling a petition: steering words, and the values found in it."""

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from bots.petition import wording
from bots.petition.state import Place, Slot

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d{9})(?!\d)")
_EDGE = re.compile(r"^[\s,，。.!！:：;；、~～]+|[\s,，。.!！:：;；、~～]+$")
_FULL_NUMBER = re.compile(r"(?<!\d)\d{7,15}(?!\d)")


class Verb(StrEnum):
    """What a citizen may order while a form is open; understood in every state, before any value."""

    CANCEL = "cancel"
    BACK = "back"
    SKIP = "skip"
    RESTART = "restart"
    SHOW = "show"
    CONFIRM = "confirm"
    RESUME = "resume"
    ANONYMOUS = "anonymous"
    CORRECT = "correct"


_VERBS: tuple[tuple[Verb, tuple[str, ...]], ...] = (
    (Verb.CANCEL, wording.CANCEL),
    (Verb.BACK, wording.BACK),
    (Verb.RESTART, wording.RESTART),
    (Verb.SHOW, wording.SHOW),
    (Verb.CONFIRM, wording.CONFIRM),
    (Verb.RESUME, wording.RESUME),
    (Verb.ANONYMOUS, wording.ANONYMOUS),
    (Verb.SKIP, wording.SKIP),
)


class Reading(Struct, frozen=True, kw_only=True):
    """One message, read.

    ``verb`` steers, with ``slot`` for what to correct and ``value`` for the text behind it ("地点改成香港中路").
    ``place`` is set when exactly one place was recognised or a location was sent; ``places`` are the candidates when
    several fit. ``occurred`` is the time phrase as the citizen said it. ``media`` is a picture just sent. ``number``
    is a choice by digit.
    """

    text: str = ""
    verb: Verb | None = None
    slot: Slot | None = None
    value: str = ""
    place: Place | None = None
    places: tuple[Place, ...] = ()
    occurred: str = ""
    phone: str = ""
    bad_phone: bool = False
    media: str = ""
    number: int | None = None


def trimmed(text: str) -> str:
    """Return the text without punctuation and blanks at its ends."""
    return _EDGE.sub("", text)


def verb_in(text: str) -> tuple[Verb | None, Slot | None, str]:
    """Return the order a text gives, with the slot and the new value of a correction."""
    said = trimmed(text).lower()
    correction = _correction(said)
    if correction is not None:
        return (Verb.CORRECT, *correction)
    for verb, words in _VERBS:
        if said in words:
            return verb, None, ""
    return None, None, ""


def phone_in(text: str) -> tuple[str, bool]:
    """Return the mobile number in a text, and whether there is a number that is none."""
    match = _MOBILE.search(text)
    if match:
        return match[1], False
    return "", _FULL_NUMBER.search(text) is not None


def kind_of(text: str) -> str:
    """Return the kind of petition a text announces; a complaint when it announces none."""
    found = [(text.find(word), kind) for word, kind in wording.KIND_WORDS if word in text]
    return min(found)[1] if found else "complaint"


def content_of(text: str) -> str:
    """Return what a petition's first sentence says beyond announcing itself: "我要投诉 楼下…" gives "楼下…"."""
    rest = trimmed(text)
    rest = _without(rest, wording.OPENERS)
    shorter = _without(rest, wording.VERBS)
    if shorter == rest:
        return trimmed(text)
    return trimmed(_without(trimmed(shorter), wording.OBJECTS))


def _correction(said: str) -> tuple[Slot | None, str] | None:
    """Read "修改地点", "地点改成…", "时间不对": the slot, and the new value if one was said."""
    for slot, names in wording.SLOT_WORDS.items():
        for name in names:
            if any(said in {verb + name, verb + wording.A_LITTLE + name} for verb in wording.CORRECT):
                return slot, ""
            if said in {name + wrong for wrong in wording.WRONG}:
                return slot, ""
            for link in wording.CHANGE_TO:
                if said.startswith(name + link):
                    return slot, trimmed(said[len(name + link) :])
    return (None, "") if said in wording.CORRECT else None


def _without(text: str, heads: Iterable[str]) -> str:
    return next((text[len(head) :] for head in heads if text.startswith(head) and len(text) >= len(head)), text)
