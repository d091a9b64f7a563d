"""Describe a call as the API functions see it, and read its body."""

from typing import TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from simulators.wechat.errcodes import ApiRefused, Errcode

Answer: TypeAlias = "dict[str, object]"
Body = TypeVar("Body")


class Asked(Struct, frozen=True):
    """Hold what a caller sent: query parameters and body."""

    query: dict[str, str]
    body: bytes


def decoded(asked: Asked, shape: type[Body]) -> Body:
    """Return the JSON body as a Struct; unknown fields are ignored as the platform does.

    Raises:
        ApiRefused: 44002 for no body, 47001 for anything that does not fit.
    """
    if not asked.body:
        raise ApiRefused(Errcode.POST_EMPTY)
    try:
        return msgspec.json.decode(asked.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiRefused(Errcode.FORMAT_ERROR) from error
