"""Set the stage for the simulators' tests: an account, a developer's server, and a stranger's code (wechatpy)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import xmltodict  # type: ignore[import-untyped]  # ships without types; Any ends in fields_of
from sanic import HTTPResponse, Request, Sanic
from sanic.response import raw
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import to_text

from simulators.wechat.settings import AccountSettings, Mode
from simulators.wechat.templates import Template, TemplateKind
from tests.support.running import running

APP_ID = "wx5123456789abcdef"
ORIGINAL_ID = "gh_0123456789ab"
TOKEN = "callback-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRET = "0123456789abcdef0123456789abcdef"
PROGRESS = Template(
    template_id="progress",
    title="诉求进度通知",
    content="诉求编号:{{character_string1.DATA}}\n当前进度:{{phrase2.DATA}}\n温馨提示:{{thing3.DATA}}",
)
ANSWERED = Template(
    template_id="answered",
    title="诉求答复提醒",
    content="诉求编号:{{character_string1.DATA}}\n答复时间:{{time2.DATA}}\n办理结果:{{thing3.DATA}}",
    kind=TemplateKind.ONE_TIME,
)
REMINDER = Template(
    template_id="reminder", title="办理期限提醒", content="办理事项:{{thing1.DATA}}", kind=TemplateKind.LONG_TERM
)


def an_account(*, callback_url: str = "http://127.0.0.1:1/wechat", mode: Mode = Mode.SAFE) -> AccountSettings:
    return AccountSettings(
        name="main",
        title="青岛通办",
        app_id=APP_ID,
        original_id=ORIGINAL_ID,
        secret=SECRET,
        token=TOKEN,
        aes_key=AES_KEY,
        mode=mode,
        callback_url=callback_url,
        templates=(PROGRESS, ANSWERED, REMINDER),
    )


STRANGER = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
"""Wechatpy's own encryption for the account: seals and opens what the simulator has to open and seal."""


def opened(request: Request) -> str:
    """Return the body of a safe-mode callback as wechatpy opens it; wechatpy checks msg_signature."""
    query = [request.args.get(key) for key in ("msg_signature", "timestamp", "nonce")]
    return str(to_text(STRANGER.decrypt_message(request.body, *query)))


def fields_of(xml: str | bytes) -> dict[str, Any]:
    """Return the fields of a body as a stranger's reader (xmltodict) sees them."""
    return dict(xmltodict.parse(xml, strip_whitespace=False)["xml"])


def message_of(xml: str | bytes) -> Any:  # noqa: ANN401 - wechatpy has no types
    """Return the message or event that wechatpy reads in a body."""
    message: Any = parse_message(xml)
    return message


Responder = Callable[[Request], Awaitable[bytes | int]]


class Developer:
    """Be a developer's server: keep every callback and answer as the test says (bytes, or a status)."""

    def __init__(self) -> None:
        self.received: list[Request] = []
        self.url = ""
        self.answer: Responder = self._nothing

    async def handle(self, request: Request) -> HTTPResponse:
        self.received.append(request)
        answer = await self.answer(request)
        return raw(b"", status=answer) if isinstance(answer, int) else raw(answer, content_type="text/xml")

    def answers(self, body: bytes | int) -> None:
        """Answer every callback with this."""

        async def fixed(_request: Request) -> bytes | int:
            await asyncio.sleep(0)
            return body

        self.answer = fixed

    async def _nothing(self, _request: Request) -> bytes:
        await asyncio.sleep(0)
        return b"success"


def replying(reply_to: Callable[[Any], str]) -> Responder:
    """Return a responder that answers as wechatpy renders and seals what ``reply_to`` says."""

    async def respond(request: Request) -> bytes:
        await asyncio.sleep(0)
        message = message_of(opened(request))
        rendered = TextReply(content=reply_to(message), message=message).render()
        return str(STRANGER.encrypt_message(rendered, "nonce", "1732413600")).encode()

    return respond


@asynccontextmanager
async def a_developer() -> AsyncIterator[Developer]:
    """Run a developer's server."""
    developer = Developer()
    app: Sanic[Any, Any] = Sanic(f"developer_{uuid4().hex}")
    app.add_route(developer.handle, "/wechat", methods=["GET", "POST"])
    async with running(app) as base:
        developer.url = f"{base}/wechat"
        yield developer
