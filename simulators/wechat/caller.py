"""Call the developer's server as the platform does: sign, encrypt, wait five seconds, try three times.

Sources: developers.weixin.qq.com, "Passive user reply message" (five seconds, three tries, the notice on the phone),
"Message encryption" (safe and compatible mode). The three tries carry the same timestamp, nonce and signature, as a
published log of 2022-12-13 shows.
"""

import asyncio
import itertools
import secrets
from datetime import timedelta
from typing import Final

import aiohttp
from msgspec import Struct, structs

from services.tasks import Tasks
from simulators.wechat.account import Account
from simulators.wechat.answer import BadAnswer, read_answer
from simulators.wechat.content import Notice, Origin
from simulators.wechat.crypto import Envelope, signature
from simulators.wechat.delivery import Delivery, Outcome, Result, Try
from simulators.wechat.faults import CallbackFaultKind
from simulators.wechat.follower import Follower
from simulators.wechat.inbound import Inbound
from simulators.wechat.settings import Mode
from simulators.wechat.wording import OUT_OF_SERVICE
from simulators.wechat.xml import Fields, write

PATIENCE: Final = timedelta(seconds=5)
TRIES: Final = 3
LONGEST_ANSWER: Final = 64 << 10


class Callback(Struct, frozen=True, kw_only=True):
    """Hold a sealed request: every try sends exactly this."""

    url: str
    query: dict[str, str]
    body: bytes


class TryFailed(Exception):
    """Say why one try brought no answer."""


class Caller:
    """Push messages and events to developers' servers and show on the phone what comes back.

    Args:
        tasks: where deliveries run.
        patience: how long one try may take and how far tries lie apart; tests shorten it.
    """

    def __init__(self, tasks: Tasks, *, patience: timedelta = PATIENCE) -> None:
        self._tasks = tasks
        self._patience = patience
        self._numbers = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None

    def push(self, account: Account, follower: Follower, *, inbound: Inbound) -> Delivery:
        """Begin a delivery in the background; deliveries of one follower do not wait for each other."""
        delivery = Delivery(next(self._numbers), openid=follower.openid, name=inbound.name)
        account.deliveries.append(delivery)
        callback = seal(account, follower, inbound=inbound)
        work = self._deliver(account, follower, inbound=inbound, callback=callback, delivery=delivery)
        self._tasks.start(f"wechat callback {delivery.outcome.id}", work)
        return delivery

    def push_owed(self, account: Account) -> None:
        """Push the events that calls of the API have caused."""
        while account.owed:
            report = account.owed.popleft()
            self.push(account, report.follower, inbound=report.inbound)

    async def check_url(self, account: Account) -> str:
        """Check the callback address as the platform does when the owner saves it.

        Returns:
            Why the address is refused; empty when it is accepted.
        """
        echo = str(secrets.randbelow(1 << 63))
        stamp = str(int(account.clock.now().timestamp()))
        nonce = str(secrets.randbelow(10**10))
        signed = signature(account.settings.token, stamp, nonce)
        query = {"signature": signed, "echostr": echo, "timestamp": stamp, "nonce": nonce}
        callback = Callback(url=account.settings.callback_url, query=query, body=b"")
        try:
            answer = await self._call("GET", callback)
        except TryFailed as error:
            return str(error)
        return "" if answer == echo.encode() else "the answer is not echostr, byte for byte"

    async def close(self) -> None:
        """Close the connections; deliveries are stopped by whoever owns the tasks."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _deliver(
        self, account: Account, follower: Follower, *, inbound: Inbound, callback: Callback, delivery: Delivery
    ) -> None:
        answer, tries = await self._try_three_times(account, callback)
        outcome = structs.replace(delivery.outcome, tries=tries)
        if answer is None:
            outcome = structs.replace(outcome, result=Result.UNANSWERED, reason=tries[-1].error)
            self._report_outage(follower, inbound)
        else:
            outcome = self._show(account, follower, inbound=inbound, answer=answer, outcome=outcome)
        delivery.settle(outcome)

    def _show(
        self, account: Account, follower: Follower, *, inbound: Inbound, answer: bytes, outcome: Outcome
    ) -> Outcome:
        try:
            content = read_answer(answer, account.settings, openid=follower.openid, articles=inbound.articles)
        except BadAnswer as error:
            self._report_outage(follower, inbound)
            return structs.replace(outcome, result=Result.MALFORMED, reason=str(error))
        if content is None:
            return structs.replace(outcome, result=Result.SILENT)
        if not inbound.is_answerable:
            return structs.replace(outcome, result=Result.SILENT, reason=f"an answer to {inbound.name} is not shown")
        entry = follower.phone.show(Origin.PASSIVE, content)
        return structs.replace(outcome, result=Result.ANSWERED, entry=entry.seq)

    def _report_outage(self, follower: Follower, inbound: Inbound) -> None:
        if inbound.is_answerable:
            follower.phone.show(Origin.PLATFORM, Notice(OUT_OF_SERVICE))

    async def _try_three_times(self, account: Account, callback: Callback) -> tuple[bytes | None, tuple[Try, ...]]:
        loop = asyncio.get_running_loop()
        tries: list[Try] = []
        while True:
            at, began = account.clock.now(), loop.time()
            answer, error = await self._try_once(account, callback)
            tries.append(Try(at=at, seconds=loop.time() - began, error=error))
            if answer is not None or len(tries) == TRIES:
                return answer, tuple(tries)
            await asyncio.sleep(max(0.0, began + self._patience.total_seconds() - loop.time()))

    async def _try_once(self, account: Account, callback: Callback) -> tuple[bytes | None, str]:
        try:
            if account.faults.next_callback(CallbackFaultKind.TWICE):
                answer, _ = await asyncio.gather(self._call("POST", callback), self._call("POST", callback))
            else:
                answer = await self._call("POST", callback)
        except TryFailed as error:
            return None, str(error)
        if account.faults.next_callback(CallbackFaultKind.ANSWER_LOST):
            return None, "answer lost on command"
        return answer, ""

    async def _call(self, method: str, callback: Callback) -> bytes:
        self._session = self._session or aiohttp.ClientSession(auto_decompress=False)
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"}
        try:
            async with (
                asyncio.timeout(self._patience.total_seconds()),
                self._session.request(
                    method,
                    callback.url,
                    params=callback.query,
                    data=callback.body or None,
                    headers=headers,
                    allow_redirects=False,
                ) as response,
            ):
                if response.status != 200:  # noqa: PLR2004 - HTTP's own number
                    raise TryFailed(f"status {response.status}")
                answer = bytearray()
                # An answer comes in as many pieces as the network likes.
                while len(answer) < LONGEST_ANSWER and (
                    piece := await response.content.read(LONGEST_ANSWER - len(answer))
                ):
                    answer += piece
                return bytes(answer)
        except TimeoutError as error:
            raise TryFailed("no answer in time") from error
        except aiohttp.ClientError as error:
            raise TryFailed(type(error).__name__) from error


def seal(account: Account, follower: Follower, *, inbound: Inbound) -> Callback:
    """Sign a push and, as the account's mode asks, encrypt it."""
    settings, at = account.settings, account.clock.now()
    stamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**10))
    signed = signature(settings.token, stamp, nonce)
    query = {"signature": signed, "timestamp": stamp, "nonce": nonce, "openid": follower.openid}
    plain = inbound.xml(original_id=settings.original_id, openid=follower.openid, at=at)
    if settings.mode is Mode.PLAIN:
        return Callback(url=settings.callback_url, query=query, body=plain.encode())
    sealed = Envelope(settings.aes_key, settings.app_id).seal(plain)
    query |= {"encrypt_type": "aes", "msg_signature": signature(settings.token, stamp, nonce, sealed)}
    outer: Fields = (("ToUserName", settings.original_id), ("Encrypt", sealed))
    body = write(outer)
    if settings.mode is Mode.COMPATIBLE:
        body = plain.replace("</xml>", f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>")
    return Callback(url=settings.callback_url, query=query, body=body.encode())
