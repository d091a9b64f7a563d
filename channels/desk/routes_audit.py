"""The audit log of the desk API, for supervisors: what was done to one petition, and whether the log is whole."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.endpoints import Call, Caller, Endpoint
from services.audit.chain import Fault
from services.audit.log import AuditLog
from services.audit.model import ActKind, Entry
from services.audit.verify import verified_stretch
from services.errors import NotAllowed
from services.identity.staff import Role, Session

CHECKED_AT_ONCE = 1_000
"""Entries of one call: some ten milliseconds; the whole log is checked by ``python -m services.audit.verify``."""


class AuditQuery(Struct, frozen=True, kw_only=True):
    """All entries, or those about one petition's number or one delivery's id."""

    subject: str = ""
    cursor: str = ""


class AuditLine(Struct, frozen=True, kw_only=True):
    """One entry of the log."""

    seq: int
    at: datetime
    kind: ActKind
    by: str
    role: str
    action: str
    subject: str
    purpose: str
    hash: str


class AuditAnswer(Struct, frozen=True, kw_only=True):
    """One page, newest first."""

    entries: tuple[AuditLine, ...]
    next: str | None = None


class VerificationQuery(Struct, frozen=True, kw_only=True):
    """Where to begin: behind which number."""

    after: Annotated[int, Meta(ge=0)] = 0


class VerificationAnswer(Struct, frozen=True, kw_only=True):
    """What was checked; go on with ``after`` = ``reached`` until that is ``head``."""

    checked: int
    faults: tuple[Fault, ...]
    reached: int
    head: int


class AuditRoutes:
    """What supervisors may see of the log."""

    def __init__(self, *, audit: AuditLog) -> None:
        """Take the log."""
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/audit",
                summary="Who did what and who saw whose contact, newest first",
                handler=self._list,
                query=AuditQuery,
                answer=AuditAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/audit/verification",
                summary="Check a stretch of the log's chain of hashes",
                handler=self._verify,
                query=VerificationQuery,
                answer=VerificationAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _list(self, call: Call) -> AuditAnswer:
        _check(call.who)
        query: AuditQuery = call.query
        page = await self._audit.listed(subject=query.subject, cursor=query.cursor or None)
        return AuditAnswer(entries=tuple(_line(one) for one in page.documents), next=page.next)

    async def _verify(self, call: Call) -> VerificationAnswer:
        _check(call.who)
        found = await verified_stretch(self._audit, after=call.query.after, limit=CHECKED_AT_ONCE)
        return VerificationAnswer(checked=found.checked, faults=found.faults, reached=found.reached, head=found.head)


def _check(session: Session) -> None:
    if session.role is not Role.SUPERVISOR:
        raise NotAllowed(session.role)


def _line(entry: Entry) -> AuditLine:
    act = entry.act
    return AuditLine(
        seq=entry.seq,
        at=act.at,
        kind=act.kind,
        by=act.by,
        role=act.role,
        action=act.action,
        subject=act.subject,
        purpose=act.purpose,
        hash=entry.hash,
    )
