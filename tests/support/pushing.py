"""A relay with everything around it, and a phone at its end."""

import asyncio
from datetime import datetime, timedelta

from push.outbox import Outbox
from push.ports import Sender
from push.recipients import Recipients
from push.relay import Relay
from push.reports import DeliveryDesk
from push.settings import PushSettings
from services.conversations.message import Channel, ContactPoint, Text
from services.conversations.model import Response, conversation_id
from services.conversations.service import ConversationService
from services.conversations.store import CONVERSATIONS
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection, Database
from services.ids import CitizenId
from services.outbox.delivery import DELIVERIES, Delivery
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed
from services.promises import Pending, Topic
from tests.support.conversations import a_contact, an_inbound, conversations_in
from tests.support.set_clock import SetClock


class Phone:
    """A way out that remembers what it was given and fails as it is told."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failures: list[Exception] = []
        self.failing_for: set[str] = set()
        self.sent: asyncio.Queue[str] = asyncio.Queue()

    async def send(self, notice: Notice) -> Receipt:
        """Take a notice, or fail with the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        if notice.delivery_id in self.failing_for:
            raise SendDelayed("wechat.busy")
        self.notices.append(notice)
        self.sent.put_nowait(notice.delivery_id)
        return Receipt(way="template", platform_id=f"p{len(self.notices)}")


class PushWorld:
    """The relay of one process with everything around it."""

    def __init__(self, database: Database, *, attempts_most: int = 3, order_wait_s: float = 600.0) -> None:
        self.clock = SetClock()
        self.phone = Phone()
        self.bell = InProcessBell()
        self.conversations: ConversationService = conversations_in(database, self.clock)
        self.deliveries: Collection[Delivery] = database.collection(DELIVERIES)
        self.recipients = Recipients(conversations=self.conversations, public_url="https://example.test")
        self.settings = PushSettings(attempts_most=attempts_most, order_wait_s=order_wait_s)
        self.desk = DeliveryDesk(self.deliveries, bell=self.bell, clock=self.clock, settings=self.settings)
        self.database = database

    def relay(self, *, senders: dict[Channel, Sender] | None = None) -> Relay:
        """Return a relay as another process would have it; by itself it sends to the phone."""
        outbox = Outbox(
            sources=(self.database.collection(CONVERSATIONS),),
            deliveries=self.deliveries,
            recipients=self.recipients,
            clock=self.clock,
        )
        return Relay(
            outbox=outbox,
            deliveries=self.deliveries,
            recipients=self.recipients,
            senders=senders or {Channel.WECHAT: self.phone},
            bell=self.bell,
            clock=self.clock,
            settings=self.settings,
        )

    async def promise(self, body: str = "答复", *, key: str = "m1", address: str = "oCitizen1") -> str:
        """Let a reply be promised, a millisecond after the last, and return the id of its delivery."""
        self.clock.advance(timedelta(milliseconds=1))
        contact = a_contact(address)
        conversation = await self.conversations.open(contact)
        inbound = an_inbound(key=key, contact=contact)
        answered = await self.conversations.record(
            conversation, inbound, response=Response(replies=(Text(body),)), push=True
        )
        key_of = conversation_id(contact)
        return f"{key_of}:reply:{answered.replies[0].seq}@{key_of}"


def a_delivery(
    number: int = 1, *, due_in_s: float | None = 0, lease: str = "", not_before: datetime | None = None
) -> Delivery:
    """Return a push about a petition, made so many microseconds after now and due so many seconds after it."""
    promise = Pending(
        id=f"pt_1:{number}",
        topic=Topic.PETITION_ANSWERED,
        at=SetClock().now(),
        citizen_id=CitizenId("cz_1"),
        not_before=not_before,
    )
    return Delivery(
        id=f"pt_1:{number}@cv_1",
        promise=promise,
        contact=ContactPoint(channel=Channel.WECHAT, account="main", address="o1"),
        citizen_id=CitizenId("cz_1"),
        due=None if due_in_s is None else SetClock().now() + timedelta(seconds=due_in_s),
        created_at=SetClock().now() + timedelta(microseconds=number),
        lease=lease,
    )
