"""One send: leased, tried, settled; whatever fails on the way is a state with its reason, and nothing is sent twice."""

import asyncio
from datetime import timedelta
from typing import Literal

import pytest
from structlog.testing import capture_logs

from push.courier import LINE_TURN, Courier
from push.ports import Sender
from services.conversations.message import Channel
from services.conversations.store import CONVERSATIONS
from services.database.collection import Database, StaleVersion, StoreUnavailable
from services.outbox.delivery import Delivery, DeliveryStatus
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed
from tests.support.conversations import a_contact
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pushing import Phone, PushWorld
from tests.support.troubled import Troubled


@pytest.fixture
async def world(database: Database) -> PushWorld:
    world = PushWorld(database)
    await database.open()
    return world


def a_courier(world: PushWorld, *, sender: Sender | None = None, deliveries: object = None) -> Courier:
    return Courier(
        deliveries=deliveries or world.deliveries,  # type: ignore[arg-type]  # a troubled one
        recipients=world.recipients,
        senders={Channel.WECHAT: sender or world.phone},
        clock=world.clock,
        settings=world.settings,
        settle_waits_s=(0.0, 0.0),
    )


async def promised(world: PushWorld, *keys: str) -> list[Delivery]:
    """Return the deliveries of so many promises to one person, not yet sent."""
    ids = [await world.promise(key, key=key) for key in keys]
    await world.relay()._outbox.collect()
    return [await world.desk.life(one) for one in ids]


async def test_a_slow_receiver_gives_the_others_their_turn(world: PushWorld) -> None:
    class Slow(Phone):
        async def send(self, notice: Notice) -> Receipt:
            world.clock.advance(LINE_TURN + timedelta(seconds=1))
            return await super().send(notice)

    line = await promised(world, "1", "2")
    slow = Slow()
    await a_courier(world, sender=slow).carry(line, room=asyncio.Semaphore(1))
    assert len(slow.notices) == 1
    assert (await world.desk.life(line[1].id)).attempts == ()


async def test_after_the_stop_nothing_begins_not_even_what_waited_for_room(world: PushWorld) -> None:
    line, courier = await promised(world, "1", "2"), a_courier(world)

    class Room(asyncio.Semaphore):
        async def acquire(self) -> Literal[True]:
            courier.stop()
            return await super().acquire()

    await courier.carry(line, room=Room(1))
    await courier.carry(line, room=Room(1))
    assert world.phone.notices == []
    assert (await world.desk.life(line[0].id)).version == line[0].version


async def test_what_another_worker_leased_first_is_left_to_it(world: PushWorld) -> None:
    line = await promised(world, "1")
    troubled = Troubled(world.deliveries, save=[StaleVersion("leased")])
    await a_courier(world, deliveries=troubled).carry(line, room=asyncio.Semaphore(1))
    assert world.phone.notices == []


async def test_one_that_is_held_while_another_worker_holds_it_too_is_held_once(world: PushWorld) -> None:
    line = await promised(world, "1", "2")
    world.phone.failures = [SendDelayed("wechat.busy")]
    room = asyncio.Semaphore(1)
    await a_courier(world).carry(line[:1], room=room)
    troubled = Troubled(world.deliveries, save=[StaleVersion("held")])
    await a_courier(world, deliveries=troubled).carry(line[1:], room=room)
    assert world.phone.notices == []


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_settled_send_is_written_as_soon_as_the_store_takes_it(world: PushWorld, failures: int) -> None:
    (delivery,) = await promised(world, "1")
    courier = a_courier(world)
    courier._deliveries = Settling(world, [StoreUnavailable("down")] * failures)  # type: ignore[assignment]  # fails there alone
    await courier.carry([delivery], room=asyncio.Semaphore(1))
    assert (await world.desk.life(delivery.id)).status is DeliveryStatus.SENT


async def test_a_store_that_stays_down_leaves_the_lease_to_run_out(world: PushWorld) -> None:
    (delivery,) = await promised(world, "1")
    courier = a_courier(world)
    courier._deliveries = Settling(world, [StoreUnavailable("down")] * 9)  # type: ignore[assignment]  # as above
    with pytest.raises(StoreUnavailable):
        await courier.carry([delivery], room=asyncio.Semaphore(1))
    life = await world.desk.life(delivery.id)
    assert (life.status, bool(life.lease)) == (DeliveryStatus.WAITING, True)


async def test_what_somebody_else_settled_meanwhile_stays_as_they_wrote_it(world: PushWorld) -> None:
    (delivery,) = await promised(world, "1")
    courier = a_courier(world)
    courier._deliveries = Settling(world, [StaleVersion("settled")])  # type: ignore[assignment]  # as above
    with capture_logs() as logs:
        await courier.carry([delivery], room=asyncio.Semaphore(1))
    assert [line["event"] for line in logs] == ["delivery settled already"]


async def test_a_store_that_fails_while_the_words_are_looked_up_is_a_delay(world: PushWorld) -> None:
    (delivery,) = await promised(world, "1")
    world.phone.failures = [StoreUnavailable("down")]
    await a_courier(world).carry([delivery], room=asyncio.Semaphore(1))
    life = await world.desk.life(delivery.id)
    assert (life.status, life.attempts[-1].reason) == (DeliveryStatus.DELAYED, "store.unavailable")


async def test_a_channel_that_is_not_there_is_for_a_person_to_mend(world: PushWorld) -> None:
    (delivery,) = await promised(world, "1")
    courier = a_courier(world)
    courier._senders = {}
    await courier.carry([delivery], room=asyncio.Semaphore(1))
    life = await world.desk.life(delivery.id)
    assert (life.status, life.attempts[-1].reason) == (DeliveryStatus.MISCONFIGURED, "channel.not_configured")


async def test_words_that_are_gone_or_forgotten_are_not_sent(world: PushWorld) -> None:
    # Given a reply to somebody who left, and one of a conversation that is no more
    (forgotten,) = await promised(world, "1")
    await world.conversations.forget(a_contact())
    room = asyncio.Semaphore(1)
    await a_courier(world).carry([forgotten], room=room)
    conversations = world.database.collection(CONVERSATIONS)
    gone = await world.promise("2", key="2", address="oGone")
    await world.relay()._outbox.collect()
    stored = await world.desk.life(gone)
    await conversations.delete(await world.conversations.at(stored.promise.conversation_id))  # type: ignore[arg-type]  # it has one
    await a_courier(world).carry([stored], room=room)
    # Then both are refused, with the reason
    reasons = [(await world.desk.life(one)).attempts[-1].reason for one in (forgotten.id, gone)]
    assert reasons == ["conversation.forgotten", "conversation.gone"]
    assert world.phone.notices == []


class Settling(Troubled):
    """Deliveries whose saves fail once a send is over; a lease is taken."""

    def __init__(self, world: PushWorld, errors: list[Exception]) -> None:
        super().__init__(world.deliveries)
        self._waiting = list(errors)

    async def save(self, delivery: Delivery) -> Delivery:
        if not delivery.lease and self._waiting:
            raise self._waiting.pop(0)
        saved: Delivery = await self._inner.save(delivery)  # type: ignore[attr-defined]  # a collection
        return saved
