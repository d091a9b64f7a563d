"""Notices of the desk API: what the system tells the staff of the centre, until somebody sees to it."""

from datetime import datetime

from msgspec import Struct

from channels.endpoints import Call, Caller, Endpoint
from services.errors import NotAllowed
from services.identity.staff import Role, Session
from services.petitions.notices import NoticeBoard, StaffNotice
from services.promises import Topic

_MAY_LOOK = frozenset({Role.AGENT, Role.CLERK, Role.SUPERVISOR})


class NoticesQuery(Struct, frozen=True, kw_only=True):
    """Where the last page ended."""

    cursor: str = ""


class NoticeLine(Struct, frozen=True, kw_only=True):
    """One notice: what happened to which petition."""

    id: str
    topic: Topic
    number: str
    text: str
    at: datetime
    seen_by: str


class NoticesAnswer(Struct, frozen=True, kw_only=True):
    """One page of what nobody has seen to, newest first."""

    notices: tuple[NoticeLine, ...]
    next: str | None = None


class NoticeRoutes:
    """What the centre's staff do about notices."""

    def __init__(self, *, board: NoticeBoard) -> None:
        """Take the board."""
        self._board = board

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/notices",
                summary="Warnings, missing ratings and bad ratings that nobody has seen to, newest first",
                handler=self._list,
                query=NoticesQuery,
                answer=NoticesAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/notices/<notice:str>/seen",
                summary="Take a notice down",
                handler=self._seen,
                answer=NoticeLine,
                caller=Caller.STAFF,
            ),
        )

    async def _list(self, call: Call) -> NoticesAnswer:
        _check(call.who)
        page = await self._board.open(after=call.query.cursor or None)
        return NoticesAnswer(notices=tuple(_line(one) for one in page.documents), next=page.next)

    async def _seen(self, call: Call) -> NoticeLine:
        session: Session = call.who
        _check(session)
        return _line(await self._board.seen(call.path["notice"], by=session.name))


def _check(session: Session) -> None:
    if session.role not in _MAY_LOOK:
        raise NotAllowed(session.role)


def _line(notice: StaffNotice) -> NoticeLine:
    return NoticeLine(
        id=notice.id, topic=notice.topic, number=notice.number, text=notice.text, at=notice.at, seen_by=notice.seen_by
    )
