"""Call the platform's interfaces for one account; one try each, renewing a stale token once is part of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from aiohttp import ClientSession

from channels.wechat.answers import errcode_of, failure_of, text_of
from channels.wechat.errcodes import Remedy, meaning_of
from channels.wechat.settings import Account
from channels.wechat.token import SharedCache, Tokens
from channels.wechat.transport import Answer, File, TooMuch, Transport
from services.clock import Clock
from services.outbox.send_errors import SendDelayed, SendRefused, SendUnknown

log = structlog.get_logger()

TIME_LIMIT = timedelta(seconds=5)
"""For one call with everything in it, token and second try too; shorter than the relay's lease."""
DOWNLOAD_LIMIT = 10 * 1024 * 1024
IMAGE_LIMIT = 2 * 1024 * 1024
"""Bytes of an uploaded picture. Source: channels.md 1.6 (O15); newer pages say 10 MB, not confirmed."""
_QUOTAS = frozenset({45009, 45011})
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}


_Attempt = Callable[[dict[str, str]], Awaitable[Answer | File]]
"""One request; the argument is the query that carries the token."""


class WeChatClient:
    """Speak for one account.

    Every method raises SendRefused (of which WayClosed says that another way may be open), SendDelayed, SendUnknown or
    SendMisconfigured, as answers.py maps the platform's codes.
    """

    def __init__(self, *, transport: Transport, tokens: Tokens, clock: Clock, limit: timedelta = TIME_LIMIT) -> None:
        """Take the account's transport and tokens."""
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._limit_s = limit.total_seconds()
        self._spent: dict[str, datetime] = {}

    async def send_customer_message(self, message: dict[str, object]) -> None:
        """Send one customer message (客服消息), as render.py makes it. Repeating it sends it twice."""
        _ = await self._post("/cgi-bin/message/custom/send", message)

    async def show_typing(self, to: str) -> None:
        """Show the citizen for a few seconds that somebody is writing."""
        _ = await self._post("/cgi-bin/message/custom/typing", {"touser": to, "command": "Typing"})

    async def send_template(self, message: dict[str, object]) -> str:
        """Send a template message (模板消息) and return the platform's id of it.

        ``client_msg_id`` makes a repeat within ten minutes harmless. Source: channels.md 1.4 (O8b).
        """
        return text_of(await self._post("/cgi-bin/message/template/send", message), "msgid")

    async def send_subscription(self, message: dict[str, object]) -> str:
        """Send a subscription notification (订阅通知) and return the platform's id of it, empty when it gave none."""
        answer = await self._post("/cgi-bin/message/subscribe/bizsend", message)
        return text_of(answer, "msgid") if "msgid" in answer else ""

    async def create_menu(self, menu: dict[str, object]) -> None:
        """Replace the account's menu bar. Source: channels.md 1.6 (O13, O14)."""
        _ = await self._post("/cgi-bin/menu/create", menu)

    async def upload_image(self, file: File) -> str:
        """Upload a picture as temporary material and return its id, good for three days."""
        if len(file.content) > IMAGE_LIMIT:
            raise SendRefused("media_too_large")

        async def attempt(query: dict[str, str]) -> Answer:
            return await self._transport.upload("/cgi-bin/media/upload", file, query=query | {"type": "image"})

        try:
            return text_of(await self._answer("/cgi-bin/media/upload", attempt), "media_id")
        except SendUnknown as failure:
            # Uploading twice does no harm.
            raise SendDelayed(failure.reason) from None

    async def download_image(self, platform_id: str) -> File:
        """Return a picture a citizen sent; its type is what its first bytes say.

        Raises:
            SendRefused: it is gone, too large, or no picture.
        """

        async def attempt(query: dict[str, str]) -> Answer | File:
            query = query | {"media_id": platform_id}
            return await self._transport.download("/cgi-bin/media/get", query=query, limit=DOWNLOAD_LIMIT)

        try:
            found = await self._exchange("/cgi-bin/media/get", attempt)
        except TooMuch:
            raise SendRefused("media_too_large") from None
        except SendUnknown as failure:
            raise SendDelayed(failure.reason) from None
        if not isinstance(found, File):
            raise SendRefused("media_not_an_image")
        for magic, content_type in _MAGIC.items():
            if found.content.startswith(magic):
                return File(content=found.content, content_type=content_type)
        raise SendRefused("media_not_an_image")

    async def _post(self, path: str, body: dict[str, object]) -> Answer:
        async def attempt(query: dict[str, str]) -> Answer:
            return await self._transport.post(path, body, query=query)

        return await self._answer(path, attempt)

    async def _answer(self, path: str, attempt: _Attempt) -> Answer:
        found = await self._exchange(path, attempt)
        if isinstance(found, File):
            raise SendUnknown("unreadable_answer")
        return found

    async def _exchange(self, path: str, attempt: _Attempt) -> Answer | File:
        self._check_quota(path)
        found: Answer | File = {}
        sent = False
        try:
            async with asyncio.timeout(self._limit_s):
                for _ in range(2):
                    sent = False
                    token = await self._tokens.token()
                    sent = True
                    found = await attempt({"access_token": token.reveal()})
                    if not _is_stale(found):
                        break
                    await self._tokens.reject(token)
        except TimeoutError:
            raise (SendUnknown("no_answer.time_limit") if sent else SendDelayed("no_token")) from None
        if not isinstance(found, File) and (code := errcode_of(found)):
            self._note_quota(path, code)
            raise failure_of(code)
        return found

    def _check_quota(self, path: str) -> None:
        """Refuse a call whose quota is spent without asking the platform again."""
        until = self._spent.get(path)
        if until is not None and (left := until - self._clock.now()) > timedelta(0):
            raise SendDelayed("quota_spent", retry_after=left)

    def _note_quota(self, path: str, code: int) -> None:
        if code in _QUOTAS and (wait := meaning_of(code).retry_after) is not None:
            log.warning("wechat quota spent", path=path, errcode=code)
            self._spent[path] = self._clock.now() + wait


def _is_stale(found: Answer | File) -> bool:
    return not isinstance(found, File) and meaning_of(errcode_of(found)).remedy is Remedy.RENEW_TOKEN


def clients_of(
    accounts: Mapping[str, Account], *, session: ClientSession, shared: SharedCache, clock: Clock
) -> dict[str, WeChatClient]:
    """Return a client for every account, all on the process's one session and the processes' one memory."""

    def client(account: Account) -> WeChatClient:
        transport = Transport(session, api_base=account.api_base)
        tokens = Tokens(account, transport=transport, shared=shared, clock=clock)
        return WeChatClient(transport=transport, tokens=tokens, clock=clock)

    return {name: client(account) for name, account in accounts.items()}
