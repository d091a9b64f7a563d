"""The forms of template values that must not be cut, by the type in the field's name.

Source: channels.md 1.4 (P5, a copy of the platform's table).
"""

import re

FORMS: dict[str, re.Pattern[str]] = {
    "number": re.compile(r"(?=.{1,32}$)-?\d+(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(r"[\d年月日:：/.~\s-]{4,50}"),
    "date": re.compile(r"[\d年月日:：/.~\s-]{4,50}"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[\d+() -]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Z0-9]{1,8}"),
    "enum": re.compile(r".{1,20}"),
}
