"""Find what a citizen had asked behind an answer of the bot."""

from collections.abc import Sequence

from services.conversations.message import Choice, Choices, Message, Part, Speaker, Text, Voice
from services.text.numbers import choice_number

LOOKED_BACK = 6
"""Messages before an answer in which its question stands: a question, a menu, the number picked from it."""


def words_of(part: Part) -> str:
    """Return what a part of a message says in words; empty when it says nothing."""
    match part:
        case Text(body):
            return body
        case Voice(_, recognition):
            return recognition
        case Choice(_, label):
            return label
        case _:
            return ""


def question_behind(messages: Sequence[Message]) -> str:
    """Return the citizen's question that the last messages were about; empty when it is not among them.

    A number or a button only picks from a menu: the question is what the menu was asked about.
    """
    for place in range(len(messages) - 1, -1, -1):
        message = messages[place]
        if message.speaker is not Speaker.CITIZEN or not message.parts:
            continue
        said = words_of(message.parts[0])
        is_pick = isinstance(message.parts[0], Choice) or choice_number(said) is not None
        if not (is_pick and place and _has_menu(messages[place - 1])):
            return said
    return ""


def _has_menu(message: Message) -> bool:
    return any(isinstance(part, Choices) for part in message.parts)
