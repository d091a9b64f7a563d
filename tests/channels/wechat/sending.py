"""The sending half around a fake platform, with its ports in reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from channels.wechat.customer import CustomerMessages, CustomerParts
from channels.wechat.media import UploadedPictures
from channels.wechat.progress import Progress
from channels.wechat.sender import WeChatSender
from channels.wechat.templates import TemplateMessages, TemplateParts
from services.conversations.message import (
    Channel,
    ContactPoint,
    MediaId,
    Message,
    ReplyPart,
    Speaker,
    Text,
)
from services.errors import NotFound, Unavailable
from services.ids import CitizenId
from services.outbox.notice import Notice
from services.promises import Topic
from tests.channels.wechat import platform
from tests.channels.wechat.api import Reached, reaching

PAGES = "https://qd.example.test"
CONTACT = ContactPoint(channel=Channel.WECHAT, account="main", address=platform.OPENID)
FIELDS = {
    "number": "QD20261124-7K3M9P",
    "status": "已答复",
    "text": "您的诉求QD20261124-7K3M9P已有答复",
    "at": "2026-11-24 09:05",
    "due": "",
}


class FakeWindows:
    """A ledger with so many messages left."""

    def __init__(self, left: int = 5) -> None:
        self.left = left
        self.closed: list[bool] = []

    async def spend(self, contact: ContactPoint) -> bool:
        if not self.left:
            return False
        self.left -= 1
        return True

    async def close_windows(self, contact: ContactPoint, *, following: bool = True) -> None:
        self.left = 0
        self.closed.append(following)


class FakePictures:
    """Pictures in memory."""

    def __init__(self) -> None:
        self.kept: dict[MediaId, bytes] = {}
        self.owners: dict[MediaId, CitizenId] = {}
        self.is_down = False

    async def adopt(self, key: MediaId, data: bytes, *, owner: CitizenId) -> None:
        if self.is_down:
            raise Unavailable("disk")
        self.kept.setdefault(key, data)
        self.owners[key] = owner

    async def bytes_of(self, key: MediaId) -> bytes:
        if key not in self.kept:
            raise NotFound(key)
        return self.kept[key]


class Sending:
    """A sender and everything it works with."""

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.platform = reached.platform
        self.clock = reached.clock
        self.windows = FakeWindows()
        self.pictures = FakePictures()
        self.progress = Progress(reached.memory)
        clients = {"main": reached.client}
        self.uploaded = UploadedPictures(clients, pictures=self.pictures, memory=reached.memory)
        accounts = {"main": reached.account}
        parts = CustomerParts(clients=clients, uploaded=self.uploaded, windows=self.windows, progress=self.progress)
        template_parts = TemplateParts(clients=clients, memory=reached.memory, clock=reached.clock)
        self.customer = CustomerMessages(parts, public_url=PAGES)
        self.templates = TemplateMessages(accounts, parts=template_parts)
        self.sender = WeChatSender(accounts, customer=self.customer, templates=self.templates)


@asynccontextmanager
async def sending(*, limit_s: float = 5.0, **settings: object) -> AsyncIterator[Sending]:
    """Give a sender of an account with these settings."""
    async with reaching(limit_s=limit_s, **settings) as reached:
        yield Sending(reached)


def a_notice(*parts: ReplyPart, topic: Topic = Topic.PETITION_ANSWERED, url: str = "", delivery: str = "d1") -> Notice:
    """Return a notice of some topic; without parts it says 好."""
    return Notice(
        delivery_id=delivery, topic=topic, contact=CONTACT, parts=parts or (Text("好"),), fields=FIELDS, url=url
    )


def a_reply(*parts: ReplyPart, first_seq: int = 2) -> Notice:
    """Return a conversation's reply as the outbox hands it over."""
    message = Message(seq=first_seq, speaker=Speaker.BOT, parts=parts, at=datetime.fromtimestamp(platform.NOW, UTC))
    return Notice(
        delivery_id="d1",
        topic=Topic.CONVERSATION_REPLY,
        contact=CONTACT,
        parts=parts,
        fields={},
        messages=(message,),
    )
