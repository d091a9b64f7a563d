"""Sources of the desk API: write down what somebody told or handed over, and fetch what goes back to a source."""

import hashlib
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.desk.routes_petitions import actor
from channels.endpoints import Call, Caller, Endpoint, NoAnswer
from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.clock import Clock
from services.errors import NotAllowed
from services.identity.staff import Session
from services.ids import new_id
from services.petitions.kind import Kind
from services.petitions.model import Place
from services.petitions.transitions import Action, ActorRole, Status
from services.sources.replies import Replies
from services.sources.service import Incoming, SourceDesk
from services.sources.store import Source

CENTRE = frozenset({ActorRole.AGENT, ActorRole.CLERK, ActorRole.SUPERVISOR})


class RecordBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A petition as somebody of the staff, or another platform by its account, hands it in.

    ``external_number`` is what it is called where it came from; a repeat is the same petition. Without one the header
    Idempotency-Key makes a repeat the same.
    """

    source: Source = Source.PHONE
    external_number: Annotated[str, Meta(max_length=200)] = ""
    kind: Kind
    title: Annotated[str, Meta(max_length=100)] = ""
    text: Annotated[str, Meta(min_length=1, max_length=20_000)]
    place: Annotated[str, Meta(max_length=200)] = ""
    occurred: Annotated[str, Meta(max_length=100)] = ""
    anonymous: bool = False
    name: Annotated[str, Meta(max_length=50)] = ""
    phone: Annotated[str, Meta(max_length=20)] = ""
    of_enterprise: bool = False


class FiledAnswer(Struct, frozen=True, kw_only=True):
    """What the caller is told: the number, what opens it, and the promised day."""

    number: str
    query_key: str
    status: Status
    due: date | None


class RepliesQuery(Struct, frozen=True, kw_only=True):
    """Whose, and where the last page ended."""

    source: Source
    cursor: str = ""


class ReplyLine(Struct, frozen=True, kw_only=True):
    """One thing a source is to be told, in the words the citizen may read."""

    id: str
    external_number: str
    number: str
    action: Action
    facts: dict[str, str]
    at: datetime


class RepliesAnswer(Struct, frozen=True, kw_only=True):
    """One page, oldest first; each stays here until it is taken."""

    replies: tuple[ReplyLine, ...]
    next: str | None = None


class SourceRoutes:
    """What staff and other platforms may do about sources."""

    def __init__(self, *, sources: SourceDesk, replies: Replies, audit: AuditLog, clock: Clock) -> None:
        """Take the way in, the way back, and the log of who wrote down what."""
        self._sources = sources
        self._replies = replies
        self._audit = audit
        self._clock = clock

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="POST",
                path="/petitions",
                summary="Write down a petition from a call, a form or another platform; a repeat is the same petition",
                handler=self._record,
                body=RecordBody,
                answer=FiledAnswer,
                status=201,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/replies",
                summary="What a source is to be told and has not taken yet",
                handler=self._waiting,
                query=RepliesQuery,
                answer=RepliesAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/replies/<reply:str>/taken",
                summary="Note that the source has a reply",
                handler=self._taken,
                answer=NoAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _record(self, call: Call) -> FiledAnswer:
        _check(call.who)
        body: RecordBody = call.body
        incoming = Incoming(
            source=body.source,
            external_number=body.external_number.strip(),
            key="" if body.external_number.strip() else _key(call),
            kind=body.kind,
            title=body.title,
            text=body.text,
            place=Place(text=body.place),
            occurred=body.occurred,
            anonymous=body.anonymous,
            name=body.name,
            phone=body.phone,
            of_enterprise=body.of_enterprise,
        )
        filed = await self._sources.take_in(incoming)
        act = Act(
            kind=ActKind.RECORDED,
            at=self._clock.now(),
            by=call.who.name,
            role=call.who.role,
            subject=filed.number,
            key=f"recorded:{filed.number}",
        )
        _ = await self._audit.record(act)
        return FiledAnswer(number=filed.number, query_key=filed.query_key, status=filed.status, due=filed.due)

    async def _waiting(self, call: Call) -> RepliesAnswer:
        _check(call.who)
        page = await self._replies.waiting(call.query.source, after=call.query.cursor or None)
        lines = tuple(
            ReplyLine(
                id=one.id,
                external_number=one.external_number,
                number=one.number,
                action=one.action,
                facts=one.facts,
                at=one.at,
            )
            for one in page.documents
        )
        return RepliesAnswer(replies=lines, next=page.next)

    async def _taken(self, call: Call) -> NoAnswer:
        _check(call.who)
        _ = await self._replies.taken(call.path["reply"])
        return NoAnswer()


def _check(session: Session) -> None:
    if actor(session).role not in CENTRE:
        raise NotAllowed(session.role)


def _key(call: Call) -> str:
    """Return what makes a repeat the same record; without the header every call is one of its own."""
    key = call.idempotency_key()
    return f"{call.who.name}:{hashlib.sha256(key.encode()).hexdigest()}" if key else new_id("record")
