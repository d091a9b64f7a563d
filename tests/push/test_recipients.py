"""Who is told: citizens where they are, units by their systems, the centre at its desk."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from push.outbox import Outbox
from push.recipients import Recipients
from push.relay import Relay
from push.settings import PushSettings
from push.templates import staff
from services.conversations.message import Channel
from services.coordination.in_process import InProcessBell
from services.database.collection import Collection, Database
from services.ids import CitizenId
from services.outbox.delivery import DELIVERIES, Delivery, DeliveryStatus
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed
from services.petitions.store import PETITIONS
from services.petitions.transitions import Status
from services.promises import CENTRE, Pending, Topic
from tests.support.conversations import conversations_in
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.petitions import TUESDAY, a_petition_at, to_staff
from tests.support.pushing import a_delivery
from tests.support.set_clock import SetClock

STAFF_TOPICS = [topic for topic in Topic if topic.startswith(("department.", "centre."))]


def a_promise(topic: Topic = Topic.DEPARTMENT_URGED, handler: str = "cgj") -> Pending:
    facts = {"number": "QD20261124-7K3M9P", "version": "4", "due": "2026-12-01", "text": "还有一盏{due}"}
    return Pending(id="pt_1:4:cgj", topic=topic, at=TUESDAY, citizen_id=CitizenId(""), facts=facts, handler=handler)


@pytest.fixture
def recipients(database: Database) -> Recipients:
    conversations = conversations_in(database, SetClock())
    return Recipients(conversations=conversations, public_url="https://example.test", systems=frozenset({"cgj"}))


@pytest.mark.parametrize(
    ("topic", "handler", "channel"),
    [
        (Topic.DEPARTMENT_URGED, "cgj", Channel.DEPARTMENT),
        (Topic.DEPARTMENT_RED_CARD, "cgj", Channel.DEPARTMENT),
        (Topic.DEPARTMENT_URGED, "gsqy", None),
        (Topic.DEPARTMENT_RED_CARD, "gsqy", Channel.DESK),
        (Topic.CENTRE_CALL_BACK, CENTRE, Channel.DESK),
    ],
)
async def test_staff_are_told_by_their_system_or_at_the_desk(
    recipients: Recipients, *, topic: Topic, handler: str, channel: Channel | None
) -> None:
    found = await recipients.of(a_promise(topic, handler))
    assert [one.contact.channel for one in found] == ([channel] if channel else [])
    assert [one.contact.address for one in found] == ([handler] if channel else [])


async def test_a_guest_who_has_no_conversation_is_told_nothing_and_follows_on_the_page(recipients: Recipients) -> None:
    promise = a_promise(Topic.PETITION_ANSWERED, handler="")
    assert await recipients.of(promise) == ()
    reply = a_delivery()
    words = await recipients.notice(replace(reply, promise=replace(reply.promise, topic=Topic.CONVERSATION_REPLY)))
    assert words.parts == ()


@pytest.mark.parametrize("topic", STAFF_TOPICS)
def test_every_topic_for_staff_has_words_in_which_no_fact_is_read_as_a_place(topic: Topic) -> None:
    worded = staff.worded(a_promise(topic))
    body = worded.parts[0].body  # type: ignore[union-attr]  # a text
    assert "QD20261124-7K3M9P" in body
    assert "2026-12-01" not in body.partition("还有一盏")[2]
    assert worded.fields["at"] == "2026-11-24T02:00:00+00:00"


class Way:
    """A way out that remembers what it was given and fails as it is told."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failures: list[Exception] = []

    async def send(self, notice: Notice) -> Receipt:
        """Take a notice, or fail with the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.notices.append(notice)
        return Receipt(way="push")


class World:
    """The relay over petitions, with a unit's system and the desk behind it."""

    def __init__(self, database: Database, recipients: Recipients) -> None:
        self.clock = SetClock()
        self.deliveries: Collection[Delivery] = database.collection(DELIVERIES)
        self.petitions = database.collection(PETITIONS)
        self.system, self.desk = Way(), Way()
        self._recipients = recipients

    def relay(self) -> Relay:
        """Return the relay as any process has it."""
        outbox = Outbox(
            sources=(self.petitions,), deliveries=self.deliveries, recipients=self._recipients, clock=self.clock
        )
        return Relay(
            outbox=outbox,
            deliveries=self.deliveries,
            recipients=self._recipients,
            senders={Channel.DEPARTMENT: self.system, Channel.DESK: self.desk},
            bell=InProcessBell(),
            clock=self.clock,
            settings=PushSettings(),
        )

    async def promise(self, *promises: Pending) -> None:
        """Let a petition promise things to staff."""
        await self.petitions.add(replace(a_petition_at(Status.HANDLING), pending=promises))


@pytest.fixture
async def world(database: Database, recipients: Recipients) -> World:
    world = World(database, recipients)
    await database.open()
    return world


async def test_a_unit_is_pushed_to_once_with_the_facts_of_the_event(world: World) -> None:
    dispatched = to_staff(a_petition_at(Status.HANDLING))[0]
    await world.promise(dispatched)
    for _ in range(3):
        await world.relay().step()
    assert [notice.delivery_id for notice in world.system.notices] == [f"{dispatched.id}@cgj"]
    assert world.system.notices[0].fields["due"] == "2026-12-01"
    assert world.desk.notices == []


async def test_a_notice_waits_until_people_work(world: World) -> None:
    morning = TUESDAY + timedelta(hours=3)
    card = replace(a_promise(Topic.CENTRE_RED_CARD, CENTRE), not_before=morning)
    await world.promise(card)
    await world.relay().step()
    assert world.desk.notices == []
    world.clock.advance(timedelta(hours=3))
    await world.relay().step()
    assert [notice.topic for notice in world.desk.notices] == [Topic.CENTRE_RED_CARD]


async def test_what_a_system_did_not_take_comes_again_with_the_same_id(world: World) -> None:
    world.system.failures.append(SendDelayed("department.silent"))
    await world.promise(a_promise())
    await world.relay().step()
    delivery = await world.deliveries.get("pt_1:4:cgj@cgj")
    assert delivery.status is DeliveryStatus.DELAYED
    world.clock.advance(timedelta(minutes=5))
    await world.relay().step()
    assert (await world.deliveries.get("pt_1:4:cgj@cgj")).status is DeliveryStatus.SENT
