"""Make and check ids, petition numbers and query keys.

All of them use Crockford's base32 alphabet (no I, L, O, U), so that they can be read out on the telephone.
Source of the alphabet and of the look-alike rule: Douglas Crockford, "Base 32".
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import NewType

from services.clock import SHANGHAI

CitizenId = NewType("CitizenId", str)
ConversationId = NewType("ConversationId", str)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110")
_NUMBER = re.compile(r"QD(\d{8})-([0-9A-HJKMNP-TV-Z]{6})")
_QUERY_KEY = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_WRITTEN_NUMBER = re.compile(r"QD[-\s]?(\d{8})[-\s]?([0-9A-Z]{6})(?![0-9A-Z])", re.IGNORECASE)


def new_id(prefix: str) -> str:
    """Return a fresh id of 26 random characters (130 bits) behind a prefix that names its kind."""
    return f"{prefix}_{random_base32(26)}"


def derived_id(prefix: str, *parts: str) -> str:
    """Return the id that these parts always give, so that a repeated step finds itself done.

    Parts are length-prefixed before hashing: ("ab", "c") and ("a", "bc") give different ids.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return f"{prefix}_{_base32(int.from_bytes(digest.digest(), 'big'), 26)}"


def random_base32(length: int) -> str:
    """Return so many random characters, 5 bits each, from the operating system."""
    return _base32(secrets.randbits(5 * length), length)


def petition_number(filed_at: datetime, entropy: str) -> str:
    """Return the number of a petition, for example ``QD20261124-7K3M9P``.

    Args:
        filed_at: aware; the day is Shanghai's.
        entropy: whatever decides the five free characters, usually the petition's id: the same petition
            always gets the same number.

    Returns:
        Day, five characters (25 bits) and a check character, see `check_character`.
    """
    day = filed_at.astimezone(SHANGHAI).strftime("%Y%m%d")
    digest = hashlib.blake2b(entropy.encode(), digest_size=8).digest()
    free = _base32(int.from_bytes(digest, "big") & (2**25 - 1), 5)
    return f"QD{day}-{free}{check_character(day + free)}"


def check_character(body: str) -> str:
    """Return the check character over digits and base32 characters.

    A weighted sum modulo 31 (a prime, so every single wrong character and every swap of neighbours is noticed;
    the weights are powers of 3). Only the first 31 characters of the alphabet are ever produced.
    """
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body, 1))
    return ALPHABET[total % 31]


def is_petition_number(text: str) -> bool:
    """Tell whether the text is exactly a petition number with a right check character."""
    match = _NUMBER.fullmatch(text)
    return match is not None and check_character(match[1] + match[2][:5]) == match[2][5]


def find_petition_number(text: str) -> str | None:
    """Return the first valid petition number written somewhere in a text, in its standard form.

    Accepts small letters, missing or extra separators, and the look-alikes I, L and O for 1, 1 and 0.
    """
    if "QD" not in text.upper():
        return None
    for match in _WRITTEN_NUMBER.finditer(text):
        number = f"QD{match[1]}-{match[2].upper().translate(_LOOK_ALIKES)}"
        if is_petition_number(number):
            return number
    return None


def new_query_key() -> str:
    """Return a fresh query key: 16 characters, 80 bits; it opens one petition to whoever holds it."""
    return random_base32(16)


def derived_query_key(secret: bytes, petition_id: str) -> str:
    """Return the query key of one petition, so that a repeated filing can show the same key again.

    Keyed with a secret of the installation, therefore not guessable from the id (HMAC-SHA256, 80 bits kept).
    """
    digest = hmac.new(secret, petition_id.encode(), hashlib.sha256).digest()
    return _base32(int.from_bytes(digest[:10], "big"), 16)


def normal_query_key(text: str) -> str | None:
    """Return a typed query key in its standard form, or None when it cannot be one."""
    key = re.sub(r"[-\s]", "", text).upper().translate(_LOOK_ALIKES)
    return key if _QUERY_KEY.fullmatch(key) else None


def _base32(value: int, length: int) -> str:
    return "".join(ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(length)))
