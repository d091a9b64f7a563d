"""Whoever replays a delivery stands in the audit log."""

from datetime import UTC, datetime

from channels.desk.routes_deliveries import DeliveryRoutes
from push.reports import DeliveryDesk
from push.settings import PushSettings
from services.conversations.message import Channel, ContactPoint
from services.coordination.in_process import InProcessBell
from services.ids import CitizenId
from services.outbox.delivery import DELIVERIES, Delivery, DeliveryStatus
from services.promises import Pending, Topic
from tests.support.audit import a_log_book
from tests.support.database import fresh_database
from tests.support.desk import a_desk
from tests.support.set_clock import SetClock

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DEAD = Delivery(
    id="pt_1:2@cv_1",
    promise=Pending(id="pt_1:2", topic=Topic.PETITION_ACCEPTED, at=AT, citizen_id=CitizenId("cz_1")),
    contact=ContactPoint(channel=Channel.APP, account="main", address="g_1"),
    citizen_id=CitizenId("cz_1"),
    due=None,
    created_at=AT,
    status=DeliveryStatus.DEAD,
)


async def test_a_replay_is_recorded_with_who_asked_and_a_refused_caller_is_not() -> None:
    clock = SetClock()
    async with a_log_book() as book, fresh_database() as database:
        deliveries = database.collection(DELIVERIES)
        await database.open()
        await deliveries.add(DEAD)
        push = DeliveryDesk(deliveries, bell=InProcessBell(), clock=clock, settings=PushSettings())
        routes = DeliveryRoutes(deliveries=push, audit=book.log, clock=clock)
        async with a_desk(*routes.endpoints()) as desk:
            path = f"/deliveries/{DEAD.id}/replay"
            assert (await desk.call("POST", path, {}, by="agent1"))[0] == 403
            assert await book.all() == []
            assert (await desk.call("POST", path, {}, by="operator1"))[0] == 200
            assert (await desk.call("POST", "/deliveries/none/replay", {}, by="operator1"))[0] == 404
        [entry] = await book.all()
        assert (entry.act.kind, entry.act.by, entry.act.subject) == ("delivery.replay", "operator1", DEAD.id)
