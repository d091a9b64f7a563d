"""Hold message templates, check values as the platform checks them and cut what a phone would cut.

Sources: developers.weixin.qq.com, "Template Message Interface", "Subscription Messages"; the table of field types of
subscribe notifications (thing, number, letter ...); the display rules for template messages of 2023-05-04: no first
line, no remark, no colour, no emoji, each value cut after 20 words without an error.
"""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

WORDS_SHOWN: Final = 20
PLACEHOLDER = re.compile(r"(?P<label>[^\n]*?)[:：]?\s*\{\{(?P<key>\w+)\.DATA\}\}")
WORD = re.compile(r"[A-Za-z]+|[0-9]+|\s+|.", re.DOTALL)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
KIND_OF_KEY = re.compile(r"^([a-z_]+?)\d*$")

DAY: Final = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})"
HOUR: Final = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
TIME: Final = rf"(?:{DAY}\s*)?{HOUR}"
DATE: Final = rf"{DAY}(?:\s*{HOUR})?"

SHAPES: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r".{1,20}"),
    "number": re.compile(r"(?=.{1,32}$)\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(rf"{TIME}(?:\s*~\s*{TIME})?"),
    "date": re.compile(rf"{DATE}(?:\s*~\s*{DATE})?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-() ,]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fff]?[A-Za-z0-9]{1,7}[\u4e00-\u9fff]?"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .,'\-·]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


class TemplateKind(StrEnum):
    """Which call sends a template and what consent it needs."""

    TEMPLATE_MESSAGE = "template_message"  # 模板消息: followers
    ONE_TIME = "one_time"  # 一次性订阅通知: one message for each consent
    LONG_TERM = "long_term"  # 长期订阅通知: one consent until it is withdrawn


class Template(Struct, frozen=True, kw_only=True):
    """Describe a template the account has been granted.

    Attributes:
        content: lines as the platform shows them to the developer, ``受理编号:{{character_string1.DATA}}``.
        choices: what an ``enum``-typed key may hold, by key.
    """

    template_id: str
    title: str
    content: str
    kind: TemplateKind = TemplateKind.TEMPLATE_MESSAGE
    choices: dict[str, tuple[str, ...]] = {}

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return label and key of every line, in order."""
        return tuple((match["label"].strip(), match["key"]) for match in PLACEHOLDER.finditer(self.content))

    def refuses(self, key: str, value: str) -> bool:
        """Tell whether the platform answers 47003 to this value of a subscribe notification."""
        kind = KIND_OF_KEY.match(key)
        if kind is None or CONTROL.search(value):
            return True
        if kind[1] == "enum":
            return value not in self.choices.get(key, ())
        shape = SHAPES.get(kind[1])
        return shape is None or shape.fullmatch(value) is None


def shown(value: str) -> str:
    """Return what a phone shows of a template message's value: 20 words, then an ellipsis, and no error anywhere.

    A run of letters or of digits counts as one word, every other character as one.
    """
    words = WORD.findall(EMOJI.sub("", value))
    counted = [index for index, word in enumerate(words) if not word.isspace()]
    if len(counted) <= WORDS_SHOWN:
        return "".join(words)
    return "".join(words[: counted[WORDS_SHOWN]]).rstrip() + "..."
