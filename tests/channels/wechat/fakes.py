"""Stand in for the channel's ports: each keeps what it was told and answers as a test decides."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from channels.ports import Outcome
from channels.wechat.ports import PlatformMedia
from channels.wechat.settings import Account, AccountSettings, WeChatSettings, checked_accounts
from services.conversations.message import ContactPoint, Inbound, MediaId, Message, MessageKey, ReplyPart, Speaker, Text
from services.conversations.model import Answered
from services.errors import Unavailable
from services.secret import Secret
from tests.channels.wechat import platform


class SetClock:
    """A clock set by hand; it starts at the platform's time of the test bodies."""

    def __init__(self) -> None:
        self.moment = datetime.fromtimestamp(platform.NOW, UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, duration: timedelta) -> None:
        self.moment += duration


def an_account(name: str = "main", **settings: object) -> Account:
    """Return one checked account with the keys of platform.py."""
    section = {
        "app_id": platform.APP_ID,
        "token": Secret(platform.TOKEN),
        "aes_key": Secret(platform.AES_KEY),
        "secret": Secret("app-secret"),
        **settings,
    }
    if name == "main":
        return checked_accounts(WeChatSettings(**section))["main"]  # type: ignore[arg-type]  # a builder takes any setting
    main = {"app_id": "wxmain", "token": Secret("t"), "aes_key": Secret(platform.AES_KEY), "secret": Secret("s")}
    accounts = {name: AccountSettings(**section)}  # type: ignore[arg-type]  # as above
    return checked_accounts(WeChatSettings(**main, accounts=accounts))[name]  # type: ignore[arg-type]  # as above


def answered(*parts: ReplyPart) -> Answered:
    """Return the outcome of a message that the bot answered with these parts."""
    at = datetime.fromtimestamp(platform.NOW, UTC)
    replies = (Message(seq=2, speaker=Speaker.BOT, parts=parts, at=at),) if parts else ()
    return Answered(seq=1, replies=replies)


def echo(inbound: Inbound) -> Outcome:
    """Answer text with the same text, and everything else with nothing."""
    return answered(Text(f"收到：{inbound.part.body}")) if isinstance(inbound.part, Text) else answered()


class FakeInbox:
    """Keep what was handed in; a repeated key gets the first answer again and has no second effect."""

    def __init__(self, answer: Callable[[Inbound], Outcome] = echo) -> None:
        self.answer = answer
        self.received: list[Inbound] = []
        self._answers: dict[tuple[ContactPoint, MessageKey], Outcome] = {}

    async def receive(self, inbound: Inbound) -> Outcome:
        place = (inbound.contact, inbound.key)
        if place not in self._answers:
            self._answers[place] = self.answer(inbound)
            self.received.append(inbound)
        return self._answers[place]


class FakePorts:
    """Everything else a callback may call."""

    def __init__(self) -> None:
        self.media: list[PlatformMedia] = []
        self.promised: list[MessageKey] = []
        self.reports: list[tuple[str, bool, str]] = []
        self.platform_ids: dict[MediaId, str] = {}
        self.is_down = False

    def arrived(self, media: PlatformMedia) -> None:
        self.media.append(media)

    async def push_answer(self, contact: ContactPoint, key: MessageKey) -> None:
        if self.is_down:
            raise Unavailable("store")
        self.promised.append(key)

    async def known(self, account: str, media_id: MediaId) -> str:
        return self.platform_ids.get(media_id, "")

    async def reported(self, platform_id: str, *, delivered: bool, reason: str) -> None:
        if self.is_down:
            raise Unavailable("store")
        self.reports.append((platform_id, delivered, reason))
