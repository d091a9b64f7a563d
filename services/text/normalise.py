"""Bring typed text into one normal form, and keep what was typed beside it."""

import functools
import re
import unicodedata

import opencc
from msgspec import Struct

MAX_LENGTH = 2_000
"""Characters of one message that are read; segmenting more is a way to stop the loop."""

_SHORT = 100
"""Characters of a text worth remembering: hot questions and menu labels."""
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_STICKER = re.compile(rf"\[[{_HAN}a-z]{{1,6}}\]")
_LINES = re.compile(r"[\r\n]+\s*")
_SPACES = re.compile(r"[^\S\n]+")
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[ *_~·`^|]+(?=[{_HAN}])")
_REPEATED_MARK = re.compile(r"([^\w\s])\1+")
_REPEATED_LETTER = re.compile(r"([^\W\d])\1{2,}")
_DROPPED = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf", "Mn", "Me"})


class NormalText(Struct, frozen=True):
    """Hold a message as it was typed and in normal form."""

    raw: str
    text: str
    """Simplified, lower case, half width, without emoji; lines are separated by ``\\n``."""


def normalise(raw: str) -> NormalText:
    """Return the normal form: NFKC, simplified, lower case, no emoji or invisible characters, no long repeats.

    Han characters kept apart by spaces are joined, WeChat's bracketed stickers dropped. Idempotent. Only the
    first `MAX_LENGTH` characters are read. Short texts are remembered: one message is asked for several times.
    """
    return _remembered(raw) if len(raw) <= _SHORT else _normalised(raw)


def _normalised(raw: str) -> NormalText:
    text = unicodedata.normalize("NFKC", raw[:MAX_LENGTH])
    text = "".join(map(_kept, text))
    text = _simplifier().convert(unicodedata.normalize("NFKC", text).lower())
    text = _STICKER.sub("", text)
    text = _SPACES.sub(" ", _LINES.sub("\n", text))
    text = _BETWEEN_HAN.sub("", text)
    text = _REPEATED_MARK.sub(r"\1", text)
    text = _REPEATED_LETTER.sub(r"\1\1", text)
    return NormalText(raw, text.strip())


_remembered = functools.lru_cache(maxsize=4_096)(_normalised)


def is_han(character: str) -> bool:
    """Tell whether a character is a Chinese one (CJK unified, with extension A)."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def _kept(character: str) -> str:
    """Return the character, a space for a control character, nothing for what people cannot mean."""
    category = unicodedata.category(character)
    if category == "Cc":
        return "\n" if character in "\r\n" else " "
    return "" if category in _DROPPED else character


@functools.cache
def _simplifier() -> opencc.OpenCC:
    """Return the traditional to simplified converter; 15 ms the first time."""
    return opencc.OpenCC("t2s")
