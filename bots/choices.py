"""Understand how a citizen picks from a numbered menu: by number in any script, by ordinal, by name."""

import re

from bots.state import Menu, MenuOption
from services.text.normalise import normalise

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_ORDINAL = re.compile(
    r"^(?:第|选|选择|回复|我选)?\s*(\d{1,2}|[一二两三四五六七八九十])\s*(?:个|项|条|种)?(?:吧|啊|呢)?$"
)
_LAST = frozenset({"最后一个", "最后一项", "末尾那个"})
_NONE = frozenset({"都不是", "都不对", "没有", "不是", "以上都不是", "都没有", "0"})
_SHORTEST_FRAGMENT = 2


def number_in(text: str) -> int | None:
    """Return the number somebody answered with (2, ２, 二, 第二个, 选2), or None."""
    match = _ORDINAL.match(text.strip().strip("。.，,!！"))
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else _DIGITS[match[1]]


def picked(menu: Menu, text: str) -> MenuOption | None:
    """Return the option a text picks: by number, ordinal, whole label or a fragment that fits exactly one label."""
    said = normalise(text).text
    options = menu.options
    if said in _LAST:
        return options[-1]
    number = number_in(said)
    if number is not None:
        return options[number - 1] if 1 <= number <= len(options) else None
    labels = [normalise(option.label).text for option in options]
    if said in labels:
        return options[labels.index(said)]
    if len(said) < _SHORTEST_FRAGMENT:
        return None
    fitting = [option for option, label in zip(options, labels, strict=True) if said in label]
    return fitting[0] if len(fitting) == 1 else None


def refuses(text: str) -> bool:
    """Tell whether a text says that none of the options is meant."""
    return normalise(text).text in _NONE
