"""Read numbers as people write them: 23, ２３, 二十三, 两百, 第三个."""

import re
import unicodedata

from services.text.vocabulary import LAST_CHOICES, NUMERAL_UNITS, NUMERALS, TEN_THOUSAND, TWENTY, ZEROS

NUMBER = re.compile(r"(?:\d+|[零〇一二两三四五六七八九十百千万廿]+)").pattern
"""A regular expression for a number in digits or Chinese numerals; `parse_number` reads what it finds."""

_TEN = 10
_TEN_THOUSAND = 10_000
_DIGIT_BY_DIGIT = re.compile(r"[零〇一二三四五六七八九]{2,}")
_CHOICE = re.compile(
    rf"^(?:我?(?:选|要|回复?|点|按)?)?(?:第)?({NUMBER})(?:个|项|条|号|种|款)?(?:吧|的|呢|啊|就行|即可)?[.。、,,!!]?$"
)
_LARGEST_CHOICE = 99


def parse_number(text: str) -> int | None:
    """Return the value of a number, or None when the text is none.

    Digits of any width, Chinese numerals up to 99,999,999 (一千零五, 两万三千, 廿三), and digits read one by one
    (二〇二六). Nothing is guessed: 三百五 is refused, for it may mean 350 or 305.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(*TWENTY)
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if _DIGIT_BY_DIGIT.fullmatch(plain):
        return int("".join(str(NUMERALS[character]) for character in plain))
    high, ten_thousands, low = plain.rpartition(TEN_THOUSAND)
    if not ten_thousands:
        return _below_ten_thousand(plain)
    upper, lower = _below_ten_thousand(high), _below_ten_thousand(low) if low else 0
    return None if upper is None or lower is None else upper * _TEN_THOUSAND + lower


def choice_number(text: str) -> int | None:
    """Return which entry of a numbered menu is meant, counted from 1; -1: the last; None: none.

    Understands 2, ２, ②, 二, 第二个, 选2, 2号, 最后一个.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    if plain in LAST_CHOICES:
        return -1
    match = _CHOICE.match(plain)
    number = parse_number(match[1]) if match else None
    return number if number is not None and number <= _LARGEST_CHOICE else None


def _below_ten_thousand(text: str) -> int | None:
    """Return the value of 零 to 九千九百九十九 written with units, or None."""
    if not text:
        return None
    total, digit, last_unit = 0, None, _TEN_THOUSAND
    for character in text:
        if character in NUMERAL_UNITS:
            unit = NUMERAL_UNITS[character]
            if unit >= last_unit or (digit is None and unit != _TEN):
                return None
            total, digit, last_unit = total + (1 if digit is None else digit) * unit, None, unit
        elif character in NUMERALS and digit in {None, 0}:
            digit = NUMERALS[character]
        else:
            return None
    follows_a_high_unit = _TEN < last_unit < _TEN_THOUSAND
    is_ambiguous = bool(digit) and follows_a_high_unit and ZEROS.isdisjoint(text)
    return None if is_ambiguous else total + (digit or 0)
