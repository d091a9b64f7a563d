"""Fit values into a template's fields, before the platform cuts them silently or refuses them.

A field's name begins with its type (``thing1``, ``character_string2``). Words may be cut, and what was cut is told; a
number, a time or an amount that does not fit is never made to look like another. Source: channels.md 1.4 (P4, P5).
"""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from channels.wechat.patterns import FORMS
from channels.wechat.wording import DATE_FORM, EMPTY_VALUE

ELLIPSIS = "…"
THING_CHARACTERS = 20
"""Also what a template message shows of any value before it puts its own dots."""
PHRASE_CHARACTERS = 5
NAME_WIDTH = 20
"""Ten Chinese characters or twenty letters."""
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EMOJI = re.compile("[\u200d\ufe00-\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NOT_HANZI = re.compile(r"[^\u3400-\u9fff]")
_TYPE = re.compile(r"[a-z_]+")


class Unfit(ValueError):
    """A value does not fit its field, and cutting it would make it another value; ``field`` is ours."""

    def __init__(self, field: str, kind: str) -> None:
        """Keep the names, never the value."""
        super().__init__(f"{field} does not fit {kind}")
        self.field = field


class Fitted(Struct, frozen=True, kw_only=True):
    """Values by the platform's field names, and our names of those that were cut."""

    values: dict[str, str]
    shortened: tuple[str, ...] = ()


def fit(fields: Mapping[str, str], values: Mapping[str, str]) -> Fitted:
    """Return the values a template message carries.

    Args:
        fields: the template's own: platform's name to ours.
        values: a notice's, by our names; a missing one is empty.

    Raises:
        Unfit: a value of a strict type has not its form.
    """
    fitted: dict[str, str] = {}
    shortened: list[str] = []
    for field, name in fields.items():
        value, is_cut = _fitted(field, name, value=_clean(values.get(name, "")))
        fitted[field] = value
        if is_cut:
            shortened.append(name)
    return Fitted(values=fitted, shortened=tuple(shortened))


def _fitted(field: str, name: str, *, value: str) -> tuple[str, bool]:
    match = _TYPE.match(field)
    kind = match[0] if match else ""
    form = FORMS.get(kind)
    if form is None:
        return _CUTS.get(kind, _thing)(value)
    if kind in {"time", "date"}:
        value = _DATE.sub(lambda date: DATE_FORM.format(*map(int, date.groups())), value)
    if not form.fullmatch(value):
        raise Unfit(name, kind)
    return value, False


def _clean(value: str) -> str:
    return _BLANKS.sub(" ", value).strip()


def _thing(value: str) -> tuple[str, bool]:
    plain = _EMOJI.sub("", value).strip() or EMPTY_VALUE
    if len(plain) <= THING_CHARACTERS:
        return plain, False
    return plain[: THING_CHARACTERS - 1] + ELLIPSIS, True


def _phrase(value: str) -> tuple[str, bool]:
    hanzi = _NOT_HANZI.sub("", value) or EMPTY_VALUE
    return hanzi[:PHRASE_CHARACTERS], len(hanzi) > PHRASE_CHARACTERS


def _name(value: str) -> tuple[str, bool]:
    plain = _EMOJI.sub("", value).strip() or EMPTY_VALUE
    width = 0
    for place, character in enumerate(plain):
        width += 1 if character.isascii() else 2
        if width > NAME_WIDTH:
            return plain[:place], True
    return plain, False


_CUTS: dict[str, Callable[[str], tuple[str, bool]]] = {"thing": _thing, "phrase": _phrase, "name": _name}
