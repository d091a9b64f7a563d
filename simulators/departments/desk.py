"""Act for a department: call the city's interface with signed requests."""

import asyncio
import json
import secrets
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp
from msgspec import Struct

from simulators.departments.signature import Message, signed_headers
from simulators.departments.system import DepartmentSystem

PATIENCE: Final = timedelta(seconds=10)
ACTIONS: Final = frozenset({"sign", "start", "return", "request-extension", "wait", "resume", "contribute", "answer"})


class NoSuchAction(ValueError):
    """Say that the interface has no action of this name."""


class Reply(Struct, frozen=True, kw_only=True):
    """Hold what the city answered; status 0 when it did not."""

    status: int
    body: Any


class Desk:
    """Do what the clerks of one department do.

    One call is one request unless it is told to be repeated: a repeat carries the same idempotency key and a new
    signature, as a system does that has lost the answer.
    """

    def __init__(self, system: DepartmentSystem) -> None:
        self.system = system
        self._session: aiohttp.ClientSession | None = None

    async def act(self, number: str, action: str, *, body: dict[str, Any] | None = None, times: int = 1) -> list[Reply]:
        """Take an action on a petition, ``times`` times in a row, and return what the city answered each time.

        Raises:
            NoSuchAction: not one of ``ACTIONS``.
        """
        if action not in ACTIONS:
            raise NoSuchAction(action)
        payload = json.dumps(body or {}, ensure_ascii=False).encode()
        key = secrets.token_urlsafe(18)
        return [
            await self._call("POST", _path(number, action), body=payload, idempotency_key=key) for _ in range(times)
        ]

    async def look(self, number: str) -> Reply:
        """Read a petition as the city shows it to the department."""
        return await self._call("GET", _path(number))

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, *, body: bytes = b"", idempotency_key: str = "") -> Reply:
        self._session = self._session or aiohttp.ClientSession()
        settings = self.system.settings
        url = f"{settings.city_base}{path}"
        message = Message(method=method, target=urlsplit(url).path, body=body)
        headers = signed_headers(message, settings.key, secret=settings.secret, at=self.system.clock.now())
        headers |= {"Content-Type": "application/json"} | ({"Idempotency-Key": idempotency_key} if body else {})
        try:
            async with (
                asyncio.timeout(PATIENCE.total_seconds()),
                self._session.request(method, url, data=body or None, headers=headers) as response,
            ):
                return Reply(status=response.status, body=_decoded(await response.read()))
        except (TimeoutError, aiohttp.ClientError) as error:
            return Reply(status=0, body={"error": type(error).__name__})


def _path(number: str, *rest: str) -> str:
    return "/".join(("", "petitions", quote(number, safe=""), *rest))


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return {"text": body.decode("utf-8", "replace")}
