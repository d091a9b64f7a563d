"""Deliveries of the desk API: one call shows the whole life of a message; replay what was given up."""

from datetime import datetime

from msgspec import Struct

from channels.desk.ports import Deliveries
from channels.endpoints import Call, Caller, Endpoint
from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.clock import Clock
from services.errors import NotAllowed
from services.identity.staff import Role, Session
from services.outbox.delivery import Attempt, Delivery, DeliveryStatus
from services.promises import Topic

_MAY_LOOK = frozenset({Role.OPERATOR, Role.SUPERVISOR})


class DeliveriesQuery(Struct, frozen=True, kw_only=True):
    """By status, or all of one citizen by our own id."""

    status: DeliveryStatus = DeliveryStatus.DEAD
    citizen_id: str = ""
    cursor: str = ""


class DeliveryLine(Struct, frozen=True, kw_only=True):
    """One delivery: the promise without its words, every attempt, the receipt and the report. No address."""

    id: str
    topic: Topic
    channel: str
    account: str
    status: DeliveryStatus
    promised_at: datetime
    due: datetime | None
    attempts: tuple[Attempt, ...]
    way: str
    platform_id: str
    shortened: tuple[str, ...]
    reported: str
    settled_at: datetime | None


class DeliveriesAnswer(Struct, frozen=True, kw_only=True):
    """One page of deliveries."""

    deliveries: tuple[DeliveryLine, ...]
    next: str | None = None


class DeliveryRoutes:
    """What operators may do about messages."""

    def __init__(self, *, deliveries: Deliveries, audit: AuditLog, clock: Clock) -> None:
        """Take the push's desk, and the log of who replayed what."""
        self._deliveries = deliveries
        self._audit = audit
        self._clock = clock

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/deliveries",
                summary="Deliveries by status, oldest first, or all of one citizen, newest first",
                handler=self._list,
                query=DeliveriesQuery,
                answer=DeliveriesAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/deliveries/<delivery:str>",
                summary="The whole life of one message",
                handler=self._show,
                answer=DeliveryLine,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/deliveries/<delivery:str>/replay",
                summary="Send a message that was given up once more",
                handler=self._replay,
                answer=DeliveryLine,
                caller=Caller.STAFF,
            ),
        )

    async def _list(self, call: Call) -> DeliveriesAnswer:
        _check(call.who)
        query: DeliveriesQuery = call.query
        after = query.cursor or None
        page = (
            await self._deliveries.of_citizen(query.citizen_id, after=after)
            if query.citizen_id
            else await self._deliveries.listed(query.status, after=after)
        )
        return DeliveriesAnswer(deliveries=tuple(_line(one) for one in page.documents), next=page.next)

    async def _show(self, call: Call) -> DeliveryLine:
        _check(call.who)
        return _line(await self._deliveries.life(call.path["delivery"]))

    async def _replay(self, call: Call) -> DeliveryLine:
        _check(call.who)
        delivery = await self._deliveries.life(call.path["delivery"])
        # Before it is done: a crash in between leaves an entry that somebody asked, never a replay that nobody did.
        _ = await self._audit.record(_replay_act(delivery, call.who, at=self._clock.now()))
        return _line(await self._deliveries.replay(delivery.id))


def _check(session: Session) -> None:
    if session.role not in _MAY_LOOK:
        raise NotAllowed(session.role)


def _replay_act(delivery: Delivery, session: Session, *, at: datetime) -> Act:
    """Return the act of asking for a replay; a repeat of the same call before anything moved is the same act."""
    return Act(
        kind=ActKind.DELIVERY_REPLAY,
        at=at,
        by=session.name,
        role=session.role,
        subject=delivery.id,
        key=f"replay:{delivery.id}:{len(delivery.attempts)}:{session.name}",
    )


def _line(delivery: Delivery) -> DeliveryLine:
    return DeliveryLine(
        id=delivery.id,
        topic=delivery.promise.topic,
        channel=delivery.contact.channel,
        account=delivery.contact.account,
        status=delivery.status,
        promised_at=delivery.promise.at,
        due=delivery.due,
        attempts=delivery.attempts,
        way=delivery.way,
        platform_id=delivery.platform_id or "",
        shortened=delivery.shortened,
        reported=delivery.reported,
        settled_at=delivery.settled_at,
    )
