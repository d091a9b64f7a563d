"""From a promise in a document to a message that was sent once, whatever happens in between."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from push.outbox import Outbox
from push.recipients import Recipients
from push.relay import Relay
from push.reports import DeliveryDesk, NotReplayable
from push.settings import PushSettings
from services.conversations.message import Channel, Text
from services.conversations.model import Response, conversation_id
from services.conversations.service import ConversationService
from services.conversations.store import CONVERSATIONS
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection, Database
from services.outbox.delivery import DELIVERIES, Delivery, DeliveryStatus
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused, SendUnknown
from tests.support.conversations import a_contact, an_inbound, conversations_in
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock


class Phone:
    """A way out that remembers what it was given and fails as it is told."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failures: list[Exception] = []

    async def send(self, notice: Notice) -> Receipt:
        """Take a notice, or fail with the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.notices.append(notice)
        return Receipt(way="template", platform_id=f"p{len(self.notices)}")


class World:
    """The relay of one process with everything around it."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.phone = Phone()
        self.bell = InProcessBell()
        self.conversations: ConversationService = conversations_in(database, self.clock)
        self.deliveries: Collection[Delivery] = database.collection(DELIVERIES)
        self.recipients = Recipients(conversations=self.conversations, public_url="https://example.test")
        self.settings = PushSettings(attempts_most=3)
        self.desk = DeliveryDesk(self.deliveries, bell=self.bell, clock=self.clock, settings=self.settings)
        self._database = database

    def relay(self) -> Relay:
        """Return a relay as another process would have it."""
        outbox = Outbox(
            sources=(self._database.collection(CONVERSATIONS),),
            deliveries=self.deliveries,
            recipients=self.recipients,
            clock=self.clock,
        )
        return Relay(
            outbox=outbox,
            deliveries=self.deliveries,
            recipients=self.recipients,
            senders={Channel.WECHAT: self.phone},
            bell=self.bell,
            clock=self.clock,
            settings=self.settings,
        )

    async def promise(self, body: str = "答复", *, key: str = "m1", address: str = "oCitizen1") -> str:
        """Let a reply be promised and return the id of its delivery."""
        contact = a_contact(address)
        conversation = await self.conversations.open(contact)
        inbound = an_inbound(key=key, contact=contact)
        answered = await self.conversations.record(
            conversation, inbound, response=Response(replies=(Text(body),)), push=True
        )
        key_of = conversation_id(contact)
        return f"{key_of}:reply:{answered.replies[0].seq}@{key_of}"


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await database.open()
    return world


async def test_a_promise_is_delivered_once_however_often_the_relay_looks(world: World) -> None:
    # Given a promised reply
    delivery_id = await world.promise("答复")
    # When two relays look again and again
    for _ in range(3):
        await world.relay().step()
        await world.relay().step()
    # Then it was sent once, with its id as the key against repeats
    assert [notice.parts for notice in world.phone.notices] == [(Text("答复"),)]
    assert world.phone.notices[0].delivery_id == delivery_id
    # And its whole life is in one place
    life = await world.desk.life(delivery_id)
    assert (life.status, life.way, life.platform_id) == (DeliveryStatus.SENT, "template", "p1")


async def test_a_crash_between_delivery_and_document_makes_no_second_delivery(world: World) -> None:
    # Given a relay that made the delivery and died before it could clear the promise
    await world.promise()
    conversation = await world.conversations.open(a_contact())
    await world.relay().step()
    again = await world.conversations.open(a_contact())
    await world._database.collection(CONVERSATIONS).save(replace(again, pending=conversation.pending))
    # When the next one finds the promise again, then nothing is sent twice
    await world.relay().step()
    assert len(world.phone.notices) == 1


async def test_a_send_whose_holder_died_is_taken_over_when_its_lease_ends(world: World) -> None:
    # Given a holder that died in the middle of sending
    delivery_id = await world.promise()

    class Died(BaseException):
        pass

    world.phone.failures = [Died()]  # type: ignore[list-item]  # not an Exception: nothing catches a dead process
    with pytest.raises(BaseException):  # noqa: B017, PT011 - the group around Died
        await world.relay().step()
    # When its lease has not run out, then nobody touches it
    await world.relay().step()
    assert not world.phone.notices
    # When it has, then another sends it
    world.clock.advance(timedelta(seconds=16))
    await world.relay().step()
    assert (await world.desk.life(delivery_id)).status is DeliveryStatus.SENT


@pytest.mark.parametrize(
    ("failure", "status", "is_final"),
    [
        (SendRefused("wechat.unfollowed"), DeliveryStatus.REFUSED, True),
        (SendUnknown("wechat.no_answer"), DeliveryStatus.UNKNOWN, True),
        (SendMisconfigured("wechat.no_template"), DeliveryStatus.MISCONFIGURED, False),
        (SendDelayed("wechat.busy"), DeliveryStatus.DELAYED, False),
        (RuntimeError("bug"), DeliveryStatus.DELAYED, False),
    ],
)
async def test_every_way_to_fail_is_a_state_with_its_reason(
    world: World,
    failure: Exception,
    status: DeliveryStatus,
    is_final: bool,  # noqa: FBT001 - a table of cases
) -> None:
    delivery_id = await world.promise()
    world.phone.failures = [failure]
    await world.relay().step()
    life = await world.desk.life(delivery_id)
    assert (life.status, life.due is None) == (status, is_final)
    expected = failure.reason if isinstance(failure, SendFailed) else "sender.failed"
    assert life.attempts[-1].reason == expected


async def test_the_wait_a_platform_asks_for_is_kept(world: World) -> None:
    delivery_id = await world.promise()
    world.phone.failures = [SendDelayed("wechat.quota", retry_after=timedelta(hours=1))]
    await world.relay().step()
    life = await world.desk.life(delivery_id)
    assert life.due is not None
    assert life.due - world.clock.now() >= timedelta(hours=1)


async def test_a_delivery_is_given_up_after_its_last_attempt_and_can_be_replayed(world: World) -> None:
    # Given three failures of three
    delivery_id = await world.promise()
    world.phone.failures = [SendDelayed("wechat.busy") for _ in range(3)]
    for _ in range(3):
        await world.relay().step()
        world.clock.advance(timedelta(hours=1))
    assert (await world.desk.life(delivery_id)).status is DeliveryStatus.DEAD
    assert [one.id for one in (await world.desk.listed(DeliveryStatus.DEAD)).documents] == [delivery_id]
    # When an operator replays it
    await world.desk.replay(delivery_id)
    await world.relay().step()
    # Then it is sent
    assert (await world.desk.life(delivery_id)).status is DeliveryStatus.SENT
    with pytest.raises(NotReplayable):
        await world.desk.replay(delivery_id)


async def test_one_persons_messages_leave_in_the_order_they_were_promised(world: World) -> None:
    for number in range(5):
        await world.promise(f"{number}", key=f"m{number}")
    await world.relay().step()
    assert [notice.parts[0].body for notice in world.phone.notices] == ["0", "1", "2", "3", "4"]  # type: ignore[union-attr]  # texts


async def test_a_platforms_later_report_settles_a_delivery(world: World) -> None:
    delivery_id = await world.promise()
    await world.relay().step()
    await world.desk.reported("p1", delivered=False, reason="user block")
    life = await world.desk.life(delivery_id)
    assert (life.status, life.reported) == (DeliveryStatus.REFUSED, "user block")
    await world.desk.reported("unknown", delivered=True, reason="")


async def test_what_is_due_for_too_long_is_counted_as_stuck(world: World) -> None:
    await world.promise()
    await world._database.collection(CONVERSATIONS).query("pending")
    outbox = world.relay()._outbox
    await outbox.collect()
    assert await world.desk.stuck() == 0
    world.clock.advance(timedelta(minutes=6))
    assert await world.desk.stuck() == 1
