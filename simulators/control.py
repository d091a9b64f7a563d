"""Answer control calls as JSON and turn what went wrong into a plain status."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeAlias, TypeVar

import msgspec
import orjson
from sanic import HTTPResponse, Request
from sanic.response import raw

Handler: TypeAlias = Callable[..., Coroutine[Any, Any, HTTPResponse]]
Body = TypeVar("Body")


class Refused(Exception):
    """Refuse a control call; the words are for the person at the page or the test."""

    def __init__(self, words: str, *, status: int = 409) -> None:
        super().__init__(words)
        self.status = status


def answer(body: object, *, status: int = 200) -> HTTPResponse:
    """Return a JSON answer that no cache keeps."""
    payload = orjson.dumps(msgspec.to_builtins(body))
    return raw(payload, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})


def asked(request: Request, shape: type[Body]) -> Body:
    """Return the JSON body as a Struct.

    A page of another origin can send a form to loopback but not this content type, so it is insisted on.

    Raises:
        Refused: 415 another content type, 400 a body that does not fit.
    """
    if not request.content_type.startswith("application/json"):
        raise Refused("Content-Type must be application/json", status=415)
    try:
        return msgspec.json.decode(request.body or b"{}", type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(str(error), status=400) from error


def plainly(handler: Handler) -> Handler:
    """Answer a refused control call with its status and words instead of an error page."""

    @wraps(handler)
    async def handle(*arguments: object, **named: object) -> HTTPResponse:
        try:
            return await handler(*arguments, **named)
        except Refused as refused:
            return answer({"error": str(refused)}, status=refused.status)

    return handle
