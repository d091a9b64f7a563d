"""Pictures of the interface with units' systems: a unit's evidence in, a petition's pictures out."""

import asyncio
from typing import cast

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import PayloadTooLarge, RequestTimeout
from sanic.http import Http

from channels.departments import wire
from channels.departments.identify import SystemsAtTheDoor
from channels.departments.settings import System
from channels.endpoints import JSON
from services.conversations.message import MediaId
from services.ids import CitizenId
from services.media.pictures import BYTES_MOST
from services.media.service import MediaNotFound, MediaService
from services.petitions.model import Actor
from services.petitions.service import PetitionService
from services.petitions.transitions import ActorRole

UPLOAD_WITHIN_S = 60.0


class DepartmentMedia:
    """Take pictures in and give them out, each request signed with its whole body."""

    def __init__(self, *, petitions: PetitionService, media: MediaService, door: SystemsAtTheDoor) -> None:
        """Take the petitions, the pictures and who knows the callers."""
        self._petitions = petitions
        self._media = media
        self._door = door

    def mount(self, blueprint: Blueprint) -> None:
        """Add the two routes; uploading reads the body piece by piece."""

        async def upload(request: Request) -> HTTPResponse:
            # Sanic marks a streaming handler by an attribute, which a bound method cannot carry.
            return await self._upload(request)

        async def show(request: Request, **path: str) -> HTTPResponse:
            return await self._show(request, path)

        blueprint.add_route(upload, "/media", methods=["POST"], stream=True, name="post_media")
        blueprint.add_route(show, "/petitions/<number:str>/media/<media_id:str>", methods=["GET"], name="get_media")

    async def _upload(self, request: Request) -> HTTPResponse:
        try:
            async with asyncio.timeout(UPLOAD_WITHIN_S):
                data = await _body(request)
        except TimeoutError as error:
            raise RequestTimeout("upload takes too long") from error
        system = await self._door.known(request, data)
        answer = wire.MediaBody(media_id=await self._media.keep(data, owner=owner_of(system)))
        return HTTPResponse(msgspec.json.encode(answer), status=201, content_type=JSON)

    async def _show(self, request: Request, path: dict[str, str]) -> HTTPResponse:
        system = await self._door.identify(request)
        petition = await self._petitions.of(path["number"], by=actor(system))
        if path["media_id"] not in petition.media:
            raise MediaNotFound(path["media_id"])
        data = await self._media.bytes_of(MediaId(path["media_id"]))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return HTTPResponse(data, headers=headers, content_type=wire.MEDIA_TYPE)


def actor(system: System) -> Actor:
    """Return who acts: the unit's system, by its key."""
    return Actor(role=ActorRole.DEPARTMENT, id=system.key, department=system.id)


def owner_of(system: System) -> CitizenId:
    """Return whose a unit's uploads are: nobody's but the unit's, for no citizen has such an id."""
    return CitizenId(f"department:{system.id}")


async def _body(request: Request) -> bytes:
    stream = cast(Http, request.stream)
    data = bytearray()
    while (piece := await stream.read()) is not None:
        data += piece
        if len(data) > BYTES_MOST:
            raise PayloadTooLarge("streamed")
    return bytes(data)
