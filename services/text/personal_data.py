"""Find and mask personal data in free text: id numbers, phones, bank cards, plates, e-mail, passports.

Check digits decide wherever there are any, so that petition numbers and amounts stay readable.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from msgspec import Struct


class PersonalKind(StrEnum):
    """Say what kind of personal data was found."""

    CITIZEN_ID = "citizen_id"  # 公民身份号码
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    PLATE = "plate"  # 车牌
    EMAIL = "email"
    PASSPORT = "passport"  # 护照、港澳通行证


class PersonalDatum(Struct, frozen=True, kw_only=True):
    """Say where personal data stands in the text as typed; ``end`` is exclusive."""

    kind: PersonalKind
    start: int
    end: int


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_OLDEST_YEAR = 1880
_CARD_LENGTHS = range(16, 20)
_NOT_BEFORE = r"(?<![0-9A-Za-z-])"
_NOT_AFTER = r"(?![0-9A-Za-z])"
_GAP = r"[ -]?"
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９－　Ｘｘ＠．", "0123456789- Xx@.")


def find_personal_data(text: str) -> list[PersonalDatum]:
    """Return all personal data of a text in its order; nothing overlaps.

    Digits may be full width, and kept apart in groups by spaces or hyphens. A QD petition number, an amount or a
    date is none.
    """
    plain = _same_length(text)
    found: list[PersonalDatum] = []
    for kind, pattern, is_valid in _PATTERNS:
        for match in pattern.finditer(plain):
            is_free = all(match.end() <= one.start or match.start() >= one.end for one in found)
            if is_free and is_valid(re.sub(r"[ -]", "", match[0])):
                found.append(PersonalDatum(kind=kind, start=match.start(), end=match.end()))
    return sorted(found, key=lambda one: one.start)


def mask_personal_data(text: str) -> str:
    """Return the text with all personal data masked: first characters kept where they identify nobody.

    A mobile keeps three characters in front and four behind; an id number keeps its first three characters. Masking twice changes nothing.
    """
    pieces, position = [], 0
    for datum in find_personal_data(text):
        pieces += [text[position : datum.start], _masked(text[datum.start : datum.end], datum.kind)]
        position = datum.end
    return "".join((*pieces, text[position:]))


def _masked(value: str, kind: PersonalKind) -> str:
    keep_start, keep_end = _KEPT[kind]
    if kind is PersonalKind.EMAIL:
        name, _, host = value.replace("＠", "@").partition("@")
        return f"{name[:1]}***@{host}"
    hidden = len(value) - keep_start - keep_end
    return value[:keep_start] + "*" * hidden + (value[-keep_end:] if keep_end else "")


_KEPT = {
    PersonalKind.CITIZEN_ID: (3, 0),
    PersonalKind.MOBILE: (3, 4),
    PersonalKind.LANDLINE: (4, 2),
    PersonalKind.BANK_CARD: (4, 4),
    PersonalKind.PLATE: (2, 0),
    PersonalKind.EMAIL: (1, 0),
    PersonalKind.PASSPORT: (1, 0),
}


def is_citizen_id(value: str) -> bool:
    """Tell whether 18 characters are an id number: birth date and check digit; the region is not judged.

    Source: GB 11643-1999. Regions that no longer exist live on in the numbers, so no list is applied.
    """
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _ID_WEIGHTS, strict=True))
    return born.year >= _OLDEST_YEAR and _ID_CHECKS[total % 11] == value[17].upper()


def is_bank_card(value: str) -> bool:
    """Tell whether digits are a bank card number: 16 to 19 long, beginning like a card, right by Luhn."""
    if len(value) not in _CARD_LENGTHS or value[0] not in "3456":
        return False
    total = 0
    for place, digit in enumerate(reversed(value)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - Luhn adds the digits
    return total % 10 == 0


def _same_length(text: str) -> str:
    """Return the text with full-width digits narrowed, every character still in its place."""
    return text.translate(_WIDE_DIGITS)


def _always(_: str) -> bool:
    return True


_PATTERNS: tuple[tuple[PersonalKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (PersonalKind.EMAIL, re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"), _always),
    (
        PersonalKind.CITIZEN_ID,
        re.compile(rf"{_NOT_BEFORE}[1-9]\d{{5}}{_GAP}[12]\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx]{_NOT_AFTER}"),
        is_citizen_id,
    ),
    (
        PersonalKind.BANK_CARD,
        re.compile(rf"{_NOT_BEFORE}[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?{_NOT_AFTER}"),
        is_bank_card,
    ),
    (
        PersonalKind.MOBILE,
        re.compile(rf"{_NOT_BEFORE}(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}{_NOT_AFTER}"),
        _always,
    ),
    (
        PersonalKind.LANDLINE,
        re.compile(rf"{_NOT_BEFORE}(?:\(?0(?:10|2\d|[3-9]\d{{2}})\)?{_GAP})[2-8]\d{{2,3}}{_GAP}\d{{4}}{_NOT_AFTER}"),
        _always,
    ),
    (
        PersonalKind.PLATE,
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][ ·.]?(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6})(?![A-Za-z0-9])"
        ),
        lambda value: any(character.isdigit() for character in value),
    ),
    (PersonalKind.PASSPORT, re.compile(rf"{_NOT_BEFORE}[EGKHMCekghmc][A-Za-z]?\d{{7,8}}{_NOT_AFTER}"), _always),
)
