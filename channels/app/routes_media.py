"""Pictures of the client API: streamed in under a hard limit, given back to their owner."""

import asyncio
from datetime import timedelta
from typing import cast

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import PayloadTooLarge
from sanic.http import Http

from channels.app.bodies import MediaAnswer
from channels.endpoints import JSON, Authenticator, Caller, Description, bearer
from services.conversations.message import MediaId
from services.conversations.model import citizen_id
from services.coordination.ports import Limiter
from services.errors import Invalid, ServiceError
from services.media.pictures import BYTES_MOST
from services.media.service import MediaService

UPLOAD_WITHIN = timedelta(seconds=60)
"""Total time of one upload: an idle time-out alone lets a client drip for ever (reference: reliability.md 0.2)."""
UPLOADS_PER_HOUR = 60


PICTURE = "image/jpeg"


class TooSlow(ServiceError):
    """Give up an upload that takes longer than a minute."""

    status = 408
    code = "media.too_slow"
    title = "上传超时，请检查网络后重试"


class TooManyUploads(ServiceError):
    """Refuse more pictures in an hour than anybody needs."""

    status = 429
    code = "media.too_many"
    title = "上传太频繁，请稍后再试"


class MediaRoutes:
    """Take pictures in and give them back."""

    def __init__(
        self,
        *,
        media: MediaService,
        authenticate: Authenticator,
        limiter: Limiter,
        within: timedelta = UPLOAD_WITHIN,
    ) -> None:
        """Take the media service, who knows a guest's token, and how long one upload may take."""
        self._within = within
        self._media = media
        self._authenticate = authenticate
        self._limiter = limiter

    def mount(self, blueprint: Blueprint) -> None:
        """Add the two routes; uploading reads the body piece by piece."""

        async def upload(request: Request) -> HTTPResponse:
            # Sanic marks a streaming handler by an attribute, which a bound method cannot carry.
            return await self._upload(request)

        blueprint.add_route(upload, "/media", methods=["POST"], stream=True, name="post_media")
        blueprint.add_route(self._show, "/media/<media_id:str>", methods=["GET", "HEAD"], name="get_media")

    def described(self) -> tuple[Description, ...]:
        """Return what clients must know of the two routes."""
        return (
            Description(
                method="POST",
                path="/media",
                summary="Upload a picture: its bytes as the body, at most 10 MB",
                body=bytes,
                answer=MediaAnswer,
                status=201,
                caller=Caller.GUEST,
            ),
            Description(
                method="GET",
                path="/media/<media_id:str>",
                summary="One's own picture",
                answer=bytes,
                answers_with=PICTURE,
                caller=Caller.GUEST,
            ),
        )

    async def _upload(self, request: Request) -> HTTPResponse:
        contact = await self._authenticate(bearer(request))
        owner = citizen_id(contact)
        if not await self._limiter.allow(f"uploads:{owner}", limit=UPLOADS_PER_HOUR, per=timedelta(hours=1)):
            raise TooManyUploads
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                data = await _body(request)
        except TimeoutError as error:
            raise TooSlow from error
        if not data:
            raise Invalid(fields={"body": "没有收到图片"})
        answer = MediaAnswer(await self._media.keep(data, owner=owner))
        return HTTPResponse(msgspec.json.encode(answer), status=201, content_type=JSON)

    async def _show(self, request: Request, media_id: str) -> HTTPResponse:
        contact = await self._authenticate(bearer(request))
        data = await self._media.of(MediaId(media_id), owner=citizen_id(contact))
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return HTTPResponse(data, headers=headers, content_type=PICTURE)


async def _body(request: Request) -> bytes:
    announced = request.headers.get("content-length") or "0"
    if announced.isdecimal() and int(announced) > BYTES_MOST:
        raise PayloadTooLarge("announced")
    stream = cast(Http, request.stream)
    data = bytearray()
    while (piece := await stream.read()) is not None:
        data += piece
        if len(data) > BYTES_MOST:
            raise PayloadTooLarge("streamed")
    return bytes(data)
