"""The public list of the client API: answered petitions, masked, for everybody."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.endpoints import Call, Endpoint
from services.clock import SHANGHAI
from services.petitions.kind import Kind
from services.public_list.service import PublicList
from services.public_list.store import PublicPetition


class PublicQuery(Struct, frozen=True, kw_only=True):
    """Which: the first level of a category, a district's code, and where the last page ended."""

    category: Annotated[str, Meta(max_length=50)] = ""
    district: Annotated[str, Meta(pattern=r"^(\d{6})?$")] = ""
    cursor: str = ""


class PublicLine(Struct, frozen=True, kw_only=True):
    """One public petition; every text is masked."""

    id: str
    kind: Kind
    title: str
    text: str
    reply: str
    category: str
    district: str
    department: str
    filed_on: date
    answered_on: date
    published_at: datetime


class PublicAnswer(Struct, frozen=True, kw_only=True):
    """One page, newest first."""

    petitions: tuple[PublicLine, ...]
    next: str | None = None


class PublicRoutes:
    """What everybody may read of petitions."""

    def __init__(self, *, public_list: PublicList) -> None:
        """Take the list."""
        self._public_list = public_list

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/public/petitions",
                summary="Answered petitions that the centre published, masked, newest first",
                handler=self._list,
                query=PublicQuery,
                answer=PublicAnswer,
            ),
            Endpoint(
                method="GET",
                path="/public/petitions/<identity:str>",
                summary="One public petition",
                handler=self._show,
                answer=PublicLine,
            ),
        )

    async def _list(self, call: Call) -> PublicAnswer:
        query: PublicQuery = call.query
        page = await self._public_list.listed(
            category=query.category, district=query.district, after=query.cursor or None
        )
        return PublicAnswer(petitions=tuple(public_line(one) for one in page.documents), next=page.next)

    async def _show(self, call: Call) -> PublicLine:
        return public_line(await self._public_list.get(call.path["identity"]))


def public_line(petition: PublicPetition) -> PublicLine:
    """Return what everybody may read; never who published it."""
    return PublicLine(
        id=petition.id,
        kind=petition.kind,
        title=petition.title,
        text=petition.text,
        reply=petition.reply,
        category=petition.category,
        district=petition.district,
        department=petition.department,
        filed_on=petition.filed_on,
        answered_on=petition.answered_at.astimezone(SHANGHAI).date(),
        published_at=petition.published_at,
    )
