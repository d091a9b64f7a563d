"""The public list of the desk API: preview what would be published, publish exactly that, take it down."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from channels.desk.routes_petitions import actor
from channels.endpoints import Call, Caller, Endpoint, NoAnswer
from services.public_list.finders import FoundKind
from services.public_list.service import Edits, Preview, PublicList

_Words = Annotated[str, Meta(max_length=2_000)] | None


class EditsBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the clerk shortened by hand; what is left out stays as the petition has it. Masked all the same."""

    title: _Words = None
    text: _Words = None
    reply: _Words = None


class PublishBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same edits as in the preview, and the preview's ``seen``."""

    seen: Annotated[str, Meta(max_length=64)]
    title: _Words = None
    text: _Words = None
    reply: _Words = None


class PreviewAnswer(Struct, frozen=True, kw_only=True):
    """What would be published; ``found`` counts what was masked, by kind."""

    title: str
    text: str
    reply: str
    found: dict[FoundKind, int]
    seen: str
    is_public: bool


class PublishedAnswer(Struct, frozen=True, kw_only=True):
    """Under which id everybody may read it now."""

    id: str
    published_at: datetime


class PublicationRoutes:
    """What clerks and supervisors may do about the public list."""

    def __init__(self, *, public_list: PublicList) -> None:
        """Take the list."""
        self._public_list = public_list

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/preview",
                summary="What of a petition would be published, masked",
                handler=self._preview,
                body=EditsBody,
                answer=PreviewAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/publish",
                summary="Publish exactly what was previewed",
                handler=self._publish,
                body=PublishBody,
                answer=PublishedAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/unpublish",
                summary="Take a petition down",
                handler=self._unpublish,
                answer=NoAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _preview(self, call: Call) -> PreviewAnswer:
        body: EditsBody = call.body
        edits = Edits(title=body.title, text=body.text, reply=body.reply)
        shown: Preview = await self._public_list.preview(call.path["number"], by=actor(call.who), edits=edits)
        return PreviewAnswer(
            title=shown.title,
            text=shown.text,
            reply=shown.reply,
            found=shown.found,
            seen=shown.seen,
            is_public=shown.is_public,
        )

    async def _publish(self, call: Call) -> PublishedAnswer:
        body: PublishBody = call.body
        edits = Edits(title=body.title, text=body.text, reply=body.reply)
        published = await self._public_list.publish(
            call.path["number"], by=actor(call.who), seen=body.seen, edits=edits
        )
        return PublishedAnswer(id=published.id, published_at=published.published_at)

    async def _unpublish(self, call: Call) -> NoAnswer:
        await self._public_list.unpublish(call.path["number"], by=actor(call.who))
        return NoAnswer()
