"""From a promise in a document to a message that was sent once, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from push.recipients import Recipient, Recipients
from push.relay import BATCH, _Lane
from push.reports import NotReplayable
from push.settings import PushSettings
from services.conversations.message import Channel, ContactPoint, Text
from services.conversations.model import Response, conversation_id
from services.conversations.store import CONVERSATIONS
from services.database.collection import Collection, Database, IndexValue, Page, Range, StaleVersion, StoreUnavailable
from services.ids import ConversationId
from services.outbox.delivery import Delivery, DeliveryStatus
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused, SendUnknown
from services.promises import Pending
from services.tasks import Tasks
from tests.support.conversations import a_contact, an_inbound
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pushing import Phone, PushWorld
from tests.support.troubled import Troubled


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    registry = Tasks()
    yield registry
    await registry.stop()


@pytest.fixture
async def world(database: Database) -> PushWorld:
    world = PushWorld(database)
    await database.open()
    return world


async def test_a_promise_is_delivered_once_however_often_the_relay_looks(world: PushWorld) -> None:
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


async def test_a_crash_between_delivery_and_document_makes_no_second_delivery(world: PushWorld) -> None:
    # Given a relay that made the delivery and died before it could clear the promise
    await world.promise()
    conversation = await world.conversations.open(a_contact())
    await world.relay().step()
    again = await world.conversations.open(a_contact())
    await world.database.collection(CONVERSATIONS).save(replace(again, pending=conversation.pending))
    # When the next one finds the promise again, then nothing is sent twice
    await world.relay().step()
    assert len(world.phone.notices) == 1


async def test_a_send_whose_holder_died_is_taken_over_when_its_lease_ends(world: PushWorld) -> None:
    # Given a holder that died in the middle of sending
    delivery_id = await world.promise()

    class Died(BaseException):
        pass

    world.phone.failures = [Died()]  # type: ignore[list-item]  # not an Exception: nothing catches a dead process
    with pytest.raises(BaseExceptionGroup) as ended:
        await world.relay().step()
    assert ended.value.subgroup(Died) is not None
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
    world: PushWorld,
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


async def test_the_wait_a_platform_asks_for_is_kept(world: PushWorld) -> None:
    delivery_id = await world.promise()
    world.phone.failures = [SendDelayed("wechat.quota", retry_after=timedelta(hours=1))]
    await world.relay().step()
    life = await world.desk.life(delivery_id)
    assert life.due is not None
    assert life.due - world.clock.now() >= timedelta(hours=1)


async def test_a_delivery_is_given_up_after_its_last_attempt_and_can_be_replayed(world: PushWorld) -> None:
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


async def test_one_persons_messages_leave_in_the_order_they_were_promised(world: PushWorld) -> None:
    for number in range(5):
        await world.promise(f"{number}", key=f"m{number}")
    await world.relay().step()
    assert [notice.parts[0].body for notice in world.phone.notices] == ["0", "1", "2", "3", "4"]  # type: ignore[union-attr]  # texts


async def test_a_platforms_later_report_settles_a_delivery(world: PushWorld) -> None:
    delivery_id = await world.promise()
    await world.relay().step()
    await world.desk.reported("p1", delivered=False, reason="user block")
    life = await world.desk.life(delivery_id)
    assert (life.status, life.reported) == (DeliveryStatus.REFUSED, "user block")
    await world.desk.reported("unknown", delivered=True, reason="")


async def test_what_is_due_for_too_long_is_counted_as_stuck(world: PushWorld) -> None:
    await world.promise()
    await world.database.collection(CONVERSATIONS).query("pending")
    outbox = world.relay()._outbox
    await outbox.collect()
    assert await world.desk.stuck() == 0
    world.clock.advance(timedelta(minutes=6))
    assert await world.desk.stuck() == 1


async def test_the_one_process_of_a_store_takes_over_at_once_what_its_killed_forerunner_was_sending(
    world: PushWorld,
) -> None:
    # Given a holder that died in the middle of sending, and another message that waits for its next try
    delivery_id = await world.promise()
    delayed_id = await world.promise(key="m2", address="oCitizen2")
    world.phone.failures = [SendDelayed("wechat.busy", retry_after=timedelta(seconds=10))]
    await world.relay().step()
    first = await world.desk.life(delivery_id)
    due, until = world.clock.now(), world.clock.now() + timedelta(seconds=14)
    waits = first if first.status is DeliveryStatus.DELAYED else await world.desk.life(delayed_id)
    died = delivery_id if waits.id == delayed_id else delayed_id
    unsettled = replace(await world.desk.life(died), status=DeliveryStatus.WAITING, lease="dead", due=until)
    await world.deliveries.save(unsettled)
    world.phone.notices.clear()
    # When the next process starts, then it sends that one and no other
    assert await world.relay().take_over() == 1
    assert (await world.desk.life(died)).due == due
    await world.relay().step()
    assert [notice.delivery_id for notice in world.phone.notices] == [died]
    assert await world.relay().take_over() == 0


async def test_a_send_is_written_down_though_the_store_is_down_for_a_moment(world: PushWorld) -> None:
    # Given a store that does not take the outcome of a send at once
    delivery_id = await world.promise()
    flaky = Flaky(world.deliveries, failures=1)
    relay = world.relay()
    relay._courier._deliveries = flaky  # type: ignore[assignment]  # a store that fails once
    # When it is sent
    await relay.step()
    # Then it is settled, and never sent again
    assert (await world.desk.life(delivery_id)).status is DeliveryStatus.SENT
    world.clock.advance(timedelta(minutes=1))
    await world.relay().step()
    assert len(world.phone.notices) == 1


async def test_a_channel_that_hangs_holds_up_nobody_elses_messages(world: PushWorld, tasks: Tasks) -> None:
    # Given a platform that does not answer, and as many messages for it as may be under way
    world.settings = PushSettings(in_flight=2, poll_s=0.05)
    hanging, app = Hanging(), Phone()
    for number in range(5):
        await world.promise(address=f"oCitizen{number}")
    relay = world.relay(senders={Channel.WECHAT: hanging, Channel.APP: app})
    tasks.launch("relay", relay.run())
    await hanging.is_full.wait()
    # When somebody in the app is to be told something, then that goes out
    guest = ContactPoint(channel=Channel.APP, account="main", address="guest")
    inbound = an_inbound(contact=guest)
    response = Response(replies=(Text("答复"),))
    await world.conversations.record(await world.conversations.open(guest), inbound, response=response, push=True)
    async with asyncio.timeout(5):
        await app.sent.get()
    # And no more than allowed were begun on the other
    assert hanging.begun == 2
    # And when the platform answers again, everybody is told, once
    hanging.answers.set()
    async with asyncio.timeout(5):
        told = {await hanging.sent.get() for _ in range(5)}
    assert len(told) == len(hanging.told) == 5


async def test_a_stop_waits_for_the_sends_under_way_and_begins_no_other(world: PushWorld, tasks: Tasks) -> None:
    # Given two messages of one person, the first under way
    await world.promise("1", key="m1")
    second = await world.promise("2", key="m2")
    hanging = Hanging(full_at=1)
    tasks.launch("relay", world.relay(senders={Channel.WECHAT: hanging}).run())
    await hanging.is_full.wait()
    # When the process is stopped and the platform answers meanwhile
    asyncio.get_running_loop().call_later(0.05, hanging.answers.set)
    await tasks.stop()
    # Then the first is settled and the second waits for the next process
    assert len(hanging.told) == 1
    assert (await world.desk.life(hanging.told[0])).status is DeliveryStatus.SENT
    assert (await world.desk.life(second)).status is DeliveryStatus.WAITING


async def test_a_promise_that_cannot_be_kept_holds_up_no_other(world: PushWorld) -> None:
    # Given a promise whose receiver cannot be found out
    await world.promise(address="poison")
    delivery_id = await world.promise(address="oCitizen2")
    poisoned = Poisoned(world.recipients, conversation_id(a_contact("poison")))
    relay = world.relay()
    relay._outbox._recipients = poisoned  # type: ignore[assignment]  # fails for one of them
    # Then the other is delivered
    await relay.step()
    assert [notice.delivery_id for notice in world.phone.notices] == [delivery_id]


class Poisoned:
    """Recipients that fail for one conversation."""

    def __init__(self, recipients: Recipients, poison: str) -> None:
        self._recipients = recipients
        self._poison = poison

    async def of(self, promise: Pending) -> tuple[Recipient, ...]:
        if promise.conversation_id == self._poison:
            raise RuntimeError("bug")
        return await self._recipients.of(promise)


class Hanging:
    """A platform that takes messages and answers when it is told to."""

    def __init__(self, *, full_at: int = 2) -> None:
        self.answers = asyncio.Event()
        self.is_full = asyncio.Event()
        self.begun = 0
        self.told: list[str] = []
        self.sent: asyncio.Queue[str] = asyncio.Queue()
        self._full_at = full_at

    async def send(self, notice: Notice) -> Receipt:
        self.begun += 1
        if self.begun == self._full_at:
            self.is_full.set()
        await self.answers.wait()
        self.told.append(notice.delivery_id)
        self.sent.put_nowait(notice.delivery_id)
        return Receipt(way="customer_message")


class Flaky:
    """Deliveries whose saves fail some times once a send is over."""

    def __init__(self, deliveries: Collection[Delivery], *, failures: int) -> None:
        self._deliveries = deliveries
        self._failures = failures

    async def save(self, delivery: Delivery) -> Delivery:
        if not delivery.lease and self._failures:
            self._failures -= 1
            raise StoreUnavailable("the disk does not answer")
        return await self._deliveries.save(delivery)

    async def query(self, index: str, equals: Mapping[str, IndexValue], *, within: Range, limit: int) -> Page[Delivery]:
        return await self._deliveries.query(index, equals, within=within, limit=limit)


class SlowReceiver:
    """A way out that takes 50 ms for each message, as a platform does."""

    def __init__(self, count: int) -> None:
        self.addresses: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.all_there = asyncio.Event()
        self._count = count

    async def send(self, notice: Notice) -> Receipt:
        """Take a notice in its time."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async with asyncio.timeout(0.05):
                await asyncio.Event().wait()
        except TimeoutError:
            self.at_once -= 1
        self.addresses.append(notice.contact.address)
        if len(self.addresses) == self._count:
            self.all_there.set()
        return Receipt(way="template")


async def test_a_thousand_people_are_told_at_once_within_the_bound_of_sends_and_once_each(
    world: PushWorld, tasks: Tasks
) -> None:
    # Given a promise to each of a thousand
    for number in range(1_000):
        await world.promise(address=f"o{number}")
    receiver = SlowReceiver(1_000)
    # When two relays carry them to a receiver that takes 50 ms each (one after another: 50 s)
    began = asyncio.get_running_loop().time()
    for name in ("one", "two"):
        tasks.launch(name, world.relay(senders={Channel.WECHAT: receiver}).run())
    async with asyncio.timeout(20):
        await receiver.all_there.wait()
    took = asyncio.get_running_loop().time() - began
    # Then everybody was told once, never by more at once than each relay may send, far faster than in turn
    assert sorted(receiver.addresses) == sorted(f"o{number}" for number in range(1_000))
    assert receiver.most_at_once <= 2 * world.settings.in_flight
    assert took < 10


async def test_a_store_that_fails_now_and_then_stops_no_loop(world: PushWorld, tasks: Tasks) -> None:
    # Given a store that fails at every step of a relay's work, in both ways
    def down() -> Exception:
        return StoreUnavailable("down")

    def bug() -> Exception:
        return RuntimeError("bug")

    world.settings = PushSettings(poll_s=0.01)
    relay = world.relay()
    relay._outbox = Troubled(relay._outbox, collect=[down(), bug()])  # type: ignore[assignment]  # fails as it is told
    relay._deliveries = Troubled(world.deliveries, query=[down(), down(), bug(), down()])  # type: ignore[assignment]  # as above
    relay._courier = Carrier(relay._courier, carry=[down(), bug()])  # type: ignore[assignment]  # as above
    delivery_id = await world.promise()
    # When it runs as the one process that may
    tasks.launch("relay", relay.run(alone=True))
    # Then the message goes out
    async with asyncio.timeout(20):
        assert await world.phone.sent.get() == delivery_id


class Carrier(Troubled):
    """A courier that fails as it is told, and can be stopped."""

    def stop(self) -> None:
        self._inner.stop()  # type: ignore[attr-defined]  # a courier


async def test_more_than_a_page_of_a_killed_forerunners_sends_are_taken_over(world: PushWorld) -> None:
    delivery_id = await world.promise()
    await world.relay()._outbox.collect()
    one = await world.desk.life(delivery_id)
    until = world.clock.now() + timedelta(seconds=14)
    leased = [replace(one, id=f"{one.id}{number}", version=0, lease="dead", due=until) for number in range(BATCH + 1)]
    await asyncio.gather(*map(world.deliveries.add, leased))
    assert await world.relay().take_over() == BATCH + 1


async def test_a_stop_ends_though_a_send_never_does() -> None:
    lane = _Lane(1)
    lane.busy.add("main:o1")
    with capture_logs() as logs:
        await lane.drained(within_s=0.01)
    assert [(line["event"], line["count"]) for line in logs] == [("sends cut off by the stop", 1)]


async def test_a_document_that_changed_meanwhile_is_emptied_in_the_next_round(world: PushWorld) -> None:
    delivery_id = await world.promise()
    relay = world.relay()
    source = relay._outbox._sources[0]
    relay._outbox._sources = (Troubled(source, save=[StaleVersion("changed"), StoreUnavailable("down")]),)  # type: ignore[assignment]  # as above
    assert await relay._outbox.collect() == 0
    assert await relay._outbox.collect() == 0
    assert await relay._outbox.collect() == 1
    await relay.step()
    assert [notice.delivery_id for notice in world.phone.notices] == [delivery_id]


async def test_a_promise_to_a_conversation_that_is_gone_is_given_up_with_a_line_in_the_log(world: PushWorld) -> None:
    await world.promise()
    conversations = world.database.collection(CONVERSATIONS)
    stored = await world.conversations.at(conversation_id(a_contact()))
    promise = replace(stored.pending[0], conversation_id=ConversationId("cv_gone"))
    await conversations.save(replace(stored, pending=(promise,)))
    with capture_logs() as logs:
        await world.relay().step()
    assert [line["event"] for line in logs] == ["promise to a conversation that is gone"]
    assert (await world.conversations.at(conversation_id(a_contact()))).pending == ()
