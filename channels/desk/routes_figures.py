"""Figures of the desk API: one day's counters, and the month's bulletin as JSON, page and spreadsheet."""

from msgspec import Struct
from sanic import Blueprint, HTTPResponse, Request

from channels.bulletins import CSV_TYPE, HTML_TYPE, bulletin_csv, bulletin_html
from channels.endpoints import Authenticator, Call, Caller, Endpoint, bearer
from services.errors import NotAllowed
from services.figures.bulletin import Bulletin, Bulletins
from services.figures.model import Axis, Counts
from services.identity.staff import Role, Session

MAY_LOOK = frozenset({Role.CLERK, Role.SUPERVISOR, Role.OPERATOR})


class DayQuery(Struct, frozen=True, kw_only=True):
    """Which day (``2026-11-24``, Shanghai's), and where the last page ended."""

    day: str
    cursor: str = ""


class CellLine(Struct, frozen=True, kw_only=True):
    """One counter of a day."""

    unit: str
    category: str
    district: str
    counts: Counts


class DayAnswer(Struct, frozen=True, kw_only=True):
    """One page of a day's counters."""

    cells: tuple[CellLine, ...]
    next: str | None = None


class RowLine(Struct, frozen=True, kw_only=True):
    """One line of a bulletin."""

    key: str
    name: str
    counts: Counts


class TableLine(Struct, frozen=True, kw_only=True):
    """One table of a bulletin."""

    axis: Axis
    rows: tuple[RowLine, ...]
    total: Counts


class BulletinAnswer(Struct, frozen=True, kw_only=True):
    """One month, with nothing hidden."""

    month: str
    tables: tuple[TableLine, ...]


class FigureRoutes:
    """What the centre's staff see of figures."""

    def __init__(self, *, bulletins: Bulletins, authenticate: Authenticator) -> None:
        """Take the bulletins, and who knows a session for the pages that are no JSON."""
        self._bulletins = bulletins
        self._authenticate = authenticate

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/figures",
                summary="One day's counters by unit, class and district",
                handler=self._day,
                query=DayQuery,
                answer=DayAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="GET",
                path="/bulletins/<month:str>",
                summary="The month's bulletin; /html and /csv below it give a page and a spreadsheet",
                handler=self._bulletin,
                answer=BulletinAnswer,
                caller=Caller.STAFF,
            ),
        )

    def mount(self, blueprint: Blueprint) -> None:
        """Add the two forms of a bulletin that are files."""
        blueprint.add_route(self._html, "/bulletins/<month:str>/html", methods=["GET"], name="bulletin_html")
        blueprint.add_route(self._csv, "/bulletins/<month:str>/csv", methods=["GET"], name="bulletin_csv")

    async def _day(self, call: Call) -> DayAnswer:
        _check(call.who)
        query: DayQuery = call.query
        page = await self._bulletins.day(query.day, after=query.cursor or None)
        lines = tuple(
            CellLine(unit=one.unit, category=one.category, district=one.district, counts=one.counts)
            for one in page.documents
        )
        return DayAnswer(cells=lines, next=page.next)

    async def _bulletin(self, call: Call) -> BulletinAnswer:
        _check(call.who)
        return _answer(await self._bulletins.internal(call.path["month"]))

    async def _html(self, request: Request, month: str) -> HTTPResponse:
        bulletin = await self._asked(request, month)
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
        }
        return HTTPResponse(bulletin_html(bulletin), headers=headers, content_type=HTML_TYPE)

    async def _csv(self, request: Request, month: str) -> HTTPResponse:
        bulletin = await self._asked(request, month)
        headers = {"Content-Disposition": f'attachment; filename="{bulletin.month}.csv"', "Cache-Control": "no-store"}
        return HTTPResponse(bulletin_csv(bulletin), headers=headers, content_type=CSV_TYPE)

    async def _asked(self, request: Request, month: str) -> Bulletin:
        _check(await self._authenticate(bearer(request)))
        return await self._bulletins.internal(month)


def _check(session: Session) -> None:
    if session.role not in MAY_LOOK:
        raise NotAllowed(session.role)


def _answer(bulletin: Bulletin) -> BulletinAnswer:
    return BulletinAnswer(
        month=bulletin.month,
        tables=tuple(
            TableLine(
                axis=table.axis,
                rows=tuple(RowLine(key=row.key, name=row.name, counts=row.counts) for row in table.rows),
                total=table.total.counts,
            )
            for table in bulletin.tables
        ),
    )
