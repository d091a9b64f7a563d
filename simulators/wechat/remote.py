"""Use a person's phone over HTTP: what journeys and load makers drive when the server is another process."""

import asyncio
from datetime import timedelta
from typing import Any, Final, TypeVar

import aiohttp
import msgspec
from msgspec import Struct

from simulators.wechat.content import Entry, Origin
from simulators.wechat.delivery import Outcome, Result

WITHIN: Final = timedelta(seconds=20)
Body = TypeVar("Body")


class ControlRefused(Exception):
    """Say that the controls refused a call; the words are theirs."""


class Begun(Struct, frozen=True):
    """Hold the number of the delivery an action began."""

    delivery: int | None


class Shown(Struct, frozen=True):
    """Hold what a phone shows."""

    entries: tuple[Entry, ...]


class NewPhone(Struct, frozen=True):
    """Hold the openid of a person just added."""

    openid: str


class RemotePhone:
    """Do with one account what a person does with a phone.

    Args:
        session: an open HTTP session.
        controls: address of the controls, ``http://127.0.0.1:8000/simulators/wechat``.
        account: the account's control name.
        openid: whose phone it is.
    """

    def __init__(self, session: aiohttp.ClientSession, controls: str, *, account: str, openid: str) -> None:
        self.openid = openid
        self._session = session
        self._controls = controls
        self._account = account

    @classmethod
    async def of(
        cls, session: aiohttp.ClientSession, controls: str, *, nickname: str, account: str = "main"
    ) -> "RemotePhone":
        """Return the phone of the person of this nickname, who is added when nobody has it."""
        phone = cls(session, controls, account=account, openid="")
        person = await phone._call("POST", f"/accounts/{account}/people", shape=NewPhone, body={"nickname": nickname})
        return cls(session, controls, account=account, openid=person.openid)

    async def act(self, action: str, **body: Any) -> Outcome | None:  # noqa: ANN401 - JSON of any shape, see control_phones
        """Do something and return what came of its delivery; None for what is not delivered.

        Args:
            action: a name of ``control_phones.ACTIONS``.
            body: its fields.

        Raises:
            ControlRefused: the phone cannot do this, or the fields are wrong.
        """
        begun = await self._call("POST", f"/phones/{self.openid}/{action}", shape=Begun, body=body)
        if begun.delivery is None:
            return None
        while True:
            path = f"/accounts/{self._account}/deliveries/{begun.delivery}"
            outcome = await self._call("GET", path, shape=Outcome)
            if outcome.result is not Result.UNDER_WAY:
                return outcome

    async def shown(self, after: int = 0) -> tuple[Entry, ...]:
        """Return what the phone shows after this entry number."""
        return (await self._call("GET", f"/phones/{self.openid}/entries?after={after}", shape=Shown)).entries

    async def next(self, origin: Origin, *, after: int, within: timedelta = WITHIN) -> Entry:
        """Return the first entry of this origin after a number, waiting for it; TimeoutError when it does not come."""
        async with asyncio.timeout(within.total_seconds()):
            while True:
                path = f"/phones/{self.openid}/entries?after={after}&wait=3"
                for entry in (await self._call("GET", path, shape=Shown)).entries:
                    if entry.origin is origin:
                        return entry
                    after = entry.seq

    async def _call(self, method: str, path: str, *, shape: type[Body], body: object = None) -> Body:
        async with self._session.request(method, f"{self._controls}{path}", json=body) as response:
            answer = await response.read()
            if response.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
                raise ControlRefused(f"{response.status} {answer.decode('utf-8', 'replace')}")
            return msgspec.json.decode(answer, type=shape)
