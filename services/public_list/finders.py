"""Find every number, plate, account, name and exact address in a text that is to be published.

Where `services.text.personal_data` lets check digits decide so that working texts stay readable, this finds whatever
may be personal: a mistyped id number, a telephone number in Chinese numerals, a name by its title. Nothing here decides
alone: a clerk sees the result before it is published.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from services.public_list.vocabulary import (
    COMPOUND_SURNAMES,
    CUES,
    FOLLOWERS,
    MEANT,
    NICKNAMES,
    NOT_NAME_ENDINGS,
    ORDINARY,
    SURE_CUES,
    SURNAMES,
    TITLES,
    TYPED,
)
from services.text.personal_data import PersonalKind, find_personal_data


class FoundKind(StrEnum):
    """What was found."""

    NUMBER = "number"
    """Id numbers, telephones, cards, passports and every other long number."""
    PLATE = "plate"
    ACCOUNT = "account"
    """E-mail addresses, WeChat and QQ accounts."""
    NAME = "name"
    ADDRESS = "address"
    """The number of a house, building, unit, floor or room."""


class Found(Struct, frozen=True, kw_only=True):
    """Where something stands in the text as it was given; ``end`` is exclusive."""

    kind: FoundKind
    start: int
    end: int


_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict(zip(TYPED, MEANT, strict=True))
)
_HAN = r"[\u4e00-\u9fff]"
_SURNAME = f"(?:{'|'.join(COMPOUND_SURNAMES)}|[{''.join(sorted(SURNAMES))}])"
_GIVEN = f"[^{re.escape(NOT_NAME_ENDINGS)}]"
_FULL_NAME = f"{_SURNAME}{_GIVEN}{{1,2}}"


def _any_of(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_BETWEEN = r"(?:[:：]|为|是|叫)?[ \t]*"
_NUMBER = re.compile(r"(?<![0-9])\+?\(?[0-9](?:[ \-.()/_·]{0,2}[0-9]){6,}[Xx]?(?: ?转 ?[0-9]{1,5})?")
_DATE = re.compile(r"(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}(?:[ T]\d{1,2})?")
_AMOUNT = re.compile(r"\d{7,9}(?:\.\d+)?(?=[万亿]?[元])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z][ ·.•\-]{0,2}"
    r"(?:(?=[A-Za-z]{0,5}\d)[A-Za-z0-9](?: ?[A-Za-z0-9]){3,5}|[A-Z]{5,6})[学警港澳挂使领]?"
)
_BARE_PLATE = re.compile(r"(?:车牌号?码?|车号)(?:尾号)?(?:[:：]|为|是)?[ \t]*([A-Za-z]?[·.\- ]?[A-Za-z0-9]{3,7})")
_ACCOUNT = re.compile(
    r"(?:微信号?|威信|V信|[Vv][Xx]|[Ww][Xx]|[Qq][Qq]号?|抖音号?|支付宝账?号?|账号)(?:[:：]|为|是)?[ \t]*"
    r"([A-Za-z0-9_][A-Za-z0-9_\-]{4,30})"
)
_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]{1,64} ?(?:@|\[at\]|#at#) ?[A-Za-z0-9\-]{1,63}(?: ?\. ?[A-Za-z0-9\-]{1,63}){1,4}")
_ID_TAIL = re.compile(r"(?:尾号|后四位|后六位|末四位)(?:[:：]|为|是)?[ \t]*([0-9Xx]{3,6})")

_COUNT = r"(?:[0-9十百]{1,5}|[甲乙丙丁])"
_STRONG = rf"(?:[A-Za-z]?{_COUNT}?[A-Za-z]?{_COUNT} ?#? ?(?:号楼|号院|号门|号房|栋|幢|座|单元|室|号铺)|[A-Za-z] ?(?:座|栋|幢|区)|{_COUNT}#楼?|(?<![0-9])[0-9]{{3,4}} ?(?:户|房))"
_WEAK = rf"(?:{_COUNT} ?(?:楼|层|户|门|号))"
_ADDRESS = re.compile(
    rf"(?:{_WEAK}[ ,，-]?){{0,4}}{_STRONG}(?:[ ,，-]?(?:{_STRONG}|{_WEAK})){{0,6}}(?:[ ,，-]?[A-Za-z]?[0-9]{{3,4}}(?![0-9]))?"
)
_HOUSE = re.compile(
    rf"(?<=[路街巷道弄里村庄园区苑城居府庭湾院厦场家]) ?({_COUNT}(?:[-之]{_COUNT})? ?号(?:内|甲|乙)?(?:[ ,，-]?{_WEAK}){{0,4}}(?:[ ,，-]?[0-9]{{3,4}}(?![0-9]))?)(?!线)"
)
_ROOM_CHAIN = re.compile(r"(?<![0-9./:\-])[0-9]{1,3} ?#? ?[-/] ?[0-9]{1,3} ?[-/] ?[0-9]{2,4}(?![0-9\-/])")
_ROOM_PAIR = re.compile(r"(?<=[园区苑城居府庭湾院厦里村])[ ]?[0-9]{1,3} ?[-#] ?[0-9]{3,4}(?![0-9\-/元])")

_CUED_NAME = re.compile(rf"{_any_of(CUES)}{_BETWEEN}({_FULL_NAME})")
_SURE_NAME = re.compile(rf"{_any_of(SURE_CUES)}(?:[:：]|为|是|叫)?[ \t]*({_GIVEN}{{2,3}})")
_LEADING_CUE = re.compile(rf"^{_any_of(CUES)}")
_TITLED = re.compile(rf"({_SURNAME}{_GIVEN}{{0,2}}?)(?={_any_of(TITLES)})")
_NICKNAME = re.compile(f"[老小阿]([{''.join(sorted(NICKNAMES))}])")
_FOLLOWED = re.compile(rf"(?:(?<!{_HAN})|(?<=[和与跟找让给由被把对是叫向、]))({_FULL_NAME}?)(?={_any_of(FOLLOWERS)})")
_DOTTED = re.compile(rf"{_HAN}{{2,7}}[·•]{_GIVEN}{{2,6}}")
_SIGNED = re.compile(rf"(?m)^[ \t]*({_FULL_NAME})(?=[ \t]*(?:敬上|呈上|上|$|[0-9]{{4}}|[,，。]?[ \t]*$))")
_BEFORE_NUMBER = re.compile(
    rf"(?:(?<!{_HAN})|(?<=[和与跟找让给由叫是人]))({_FULL_NAME})[ \t]*[,，:：;；、（(]{{0,2}}[ \t]*"
    r"(?:本人)?(?:的)?(?:联系)?(?:电话|手机|手机号|号码|身份证|身份证号|卡号|银行卡|座机|微信|QQ|邮箱|车牌|车牌号)?(?:号码?)?(?:[:：]|为|是)?[ \t]*$"
)
_AFTER_NUMBER = re.compile(rf"^[ \t]*[,，、（(]{{0,1}}[ \t]*({_FULL_NAME})(?=[)），,。.；;\s]|$)")


_KINDS = {PersonalKind.PLATE: FoundKind.PLATE, PersonalKind.EMAIL: FoundKind.ACCOUNT}


def find_all(text: str) -> list[Found]:
    """Return everything found, in its order; what overlaps or touches is one."""
    plain = text.translate(_PLAIN)
    numbers = [*_numbers(text, plain), *_plates(plain)]
    # Names are read as they were typed, for a numeral may be part of one (万, 伍).
    return _joined([*numbers, *_accounts(plain), *_names(text), *_names_at(numbers, text), *_addresses(plain)])


def _numbers(text: str, plain: str) -> Iterator[Found]:
    for datum in find_personal_data(text):
        yield Found(kind=_KINDS.get(datum.kind, FoundKind.NUMBER), start=datum.start, end=datum.end)
    harmless = [match.span() for pattern in (_DATE, _AMOUNT) for match in pattern.finditer(plain)]
    for match in _NUMBER.finditer(plain):
        if not any(start <= match.start() and match.end() <= end for start, end in harmless):
            yield Found(kind=FoundKind.NUMBER, start=match.start(), end=match.end())
    yield from _matches(_ID_TAIL, plain, kind=FoundKind.NUMBER)


def _plates(plain: str) -> Iterator[Found]:
    for pattern in (_PLATE, _BARE_PLATE):
        yield from _matches(pattern, plain, kind=FoundKind.PLATE)


def _accounts(plain: str) -> Iterator[Found]:
    for pattern in (_EMAIL, _ACCOUNT):
        yield from _matches(pattern, plain, kind=FoundKind.ACCOUNT)


def _addresses(plain: str) -> Iterator[Found]:
    for pattern in (_ADDRESS, _ROOM_CHAIN, _ROOM_PAIR, _HOUSE):
        yield from _matches(pattern, plain, kind=FoundKind.ADDRESS)


def _names(text: str) -> Iterator[Found]:
    yield from _matches(_DOTTED, text, kind=FoundKind.NAME)
    for pattern in (_CUED_NAME, _TITLED, _FOLLOWED, _SIGNED, _NICKNAME):
        yield from _likely_names(pattern, text)
    for found in _matches(_SURE_NAME, text, kind=FoundKind.NAME):
        if not _LEADING_CUE.match(text, found.start, found.end):
            yield found


def _likely_names(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    """Yield the matches that do not begin like an ordinary word; behind such a beginning a name may still follow."""
    position = 0
    while match := pattern.search(text, position):
        start, end = match.span(1)
        is_ordinary = end > start + 1 and text[start : start + 2] in ORDINARY
        if not is_ordinary:
            yield Found(kind=FoundKind.NAME, start=start, end=end)
        position = start + 1 if is_ordinary else max(match.end(), start + 1)


def _names_at(numbers: list[Found], text: str) -> Iterator[Found]:
    """Yield names that stand right before or behind a number."""
    for number in numbers:
        begin = max(0, number.start - 24)
        before = _BEFORE_NUMBER.search(text[begin : number.start])
        behind = _AFTER_NUMBER.match(text[number.end : number.end + 12])
        for match, offset in ((before, begin), (behind, number.end)):
            if match and match[1][:2] not in ORDINARY:
                yield Found(kind=FoundKind.NAME, start=offset + match.start(1), end=offset + match.end(1))


def _matches(pattern: re.Pattern[str], text: str, *, kind: FoundKind) -> Iterator[Found]:
    """Yield the group of each match, or the whole match when the pattern has none."""
    for match in pattern.finditer(text):
        group = match.lastindex or 0
        yield Found(kind=kind, start=match.start(group), end=match.end(group))


def _joined(found: list[Found]) -> list[Found]:
    joined: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if joined and one.start <= joined[-1].end:
            last = joined.pop()
            joined.append(Found(kind=last.kind, start=last.start, end=max(last.end, one.end)))
        else:
            joined.append(one)
    return joined
