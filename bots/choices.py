"""Understand how a citizen picks from a numbered menu: by number in any script, by ordinal, by name."""

from bots.state import Menu, MenuOption
from bots.wording import NONE_OF_THEM, UNDO, YES
from services.text.normalise import normalise
from services.text.numbers import choice_number

_LAST = -1
"""What `choice_number` says of 最后一个."""
_SHORTEST_FRAGMENT = 2
_ONE_AND_NONE = 2
NONE = "none"
"""The id of 都不是."""


def picked(menu: Menu, text: str) -> MenuOption | None:
    """Return the option a text picks: by number, ordinal, whole label or a fragment that fits exactly one label.

    A yes picks the only one there is beside 都不是.
    """
    said = normalise(text).text
    options = menu.options
    if said in YES and len(options) == _ONE_AND_NONE and options[-1].id == NONE:
        return options[0]
    number = choice_number(said)
    if number == _LAST:
        return options[-1]
    if number is not None:
        return options[number - 1] if 1 <= number <= len(options) else None
    labels = [normalise(option.label).text for option in options]
    if said in labels:
        return options[labels.index(said)]
    if len(said) < _SHORTEST_FRAGMENT:
        return None
    fitting = [option for option, label in zip(options, labels, strict=True) if said in label]
    return fitting[0] if len(fitting) == 1 else None


def takes_back(text: str) -> bool:
    """Tell whether a text takes back what was picked right before."""
    return normalise(text).text in UNDO


def refuses(text: str) -> bool:
    """Tell whether a text says that none of the options is meant."""
    return normalise(text).text in NONE_OF_THEM
