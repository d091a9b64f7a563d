"""What operators and platforms do with deliveries, and the alarm for what is stuck."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.conversations.model import citizen_id
from services.conversations.service import ATTEMPTS
from services.database.collection import Database, StaleVersion, StoreUnavailable
from services.outbox.delivery import DeliveryStatus
from services.tasks import Tasks
from tests.support.conversations import a_contact
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pushing import PushWorld
from tests.support.troubled import Troubled


@pytest.fixture
async def world(database: Database) -> PushWorld:
    world = PushWorld(database)
    await database.open()
    return world


async def test_a_citizens_deliveries_are_listed_newest_first(world: PushWorld) -> None:
    ids = [await world.promise(str(number), key=f"m{number}") for number in range(3)]
    await world.promise(address="oOther")
    await world.relay().step()
    page = await world.desk.of_citizen(citizen_id(a_contact()))
    assert [one.id for one in page.documents] == ids[::-1]


@pytest.mark.parametrize("times", [1, ATTEMPTS])
async def test_a_report_that_meets_another_write_is_decided_again_for_a_while(world: PushWorld, times: int) -> None:
    delivery_id = await world.promise()
    await world.relay().step()
    world.desk._deliveries = Troubled(world.deliveries, save=[StaleVersion("x")] * times)  # type: ignore[assignment]  # fails as told
    await world.desk.reported("p1", delivered=False, reason="user block")
    expected = DeliveryStatus.REFUSED if times < ATTEMPTS else DeliveryStatus.SENT
    assert (await world.deliveries.get(delivery_id)).status is expected


async def test_the_alarm_sounds_while_something_is_stuck_and_outlives_a_fault(world: PushWorld) -> None:
    await world.promise()
    await world.relay()._outbox.collect()
    tasks, looks = Tasks(), asyncio.Event()

    class Watched(Troubled):
        async def query(self, *given: object, **named: object) -> object:
            if self.errors["query"]:
                raise self.errors["query"].pop()
            looks.set()
            return await self._inner.query(*given, **named)  # type: ignore[attr-defined]  # a collection

    world.desk._deliveries = Watched(world.deliveries, query=[StoreUnavailable("down")])  # type: ignore[assignment]  # fails once
    with capture_logs() as logs:
        tasks.launch("watch", world.desk.watch(every=timedelta(0)))
        async with asyncio.timeout(10):
            _ = await looks.wait()
            # Nothing is late yet
            assert {line["event"] for line in logs} == {"stuck detector failed"}
            world.clock.advance(timedelta(minutes=6))
            while not any(line["event"] == "deliveries are stuck" for line in logs):
                looks.clear()
                _ = await looks.wait()
        await tasks.stop()
    assert next(line for line in logs if line["event"] == "deliveries are stuck")["count"] == 1
