"""Pictures of the client API: streamed in under a limit, given back to their owner alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from sanic import Blueprint, Sanic
from yarl import URL

from channels.app.routes_media import UPLOADS_PER_HOUR, MediaRoutes
from channels.problem import answer as problem
from services.conversations.message import ContactPoint
from services.conversations.model import citizen_id
from services.coordination.in_process import InProcessLimiter
from services.identity.guests import NotSignedIn
from services.media.pictures import BYTES_MOST
from services.media.service import MEDIA, MediaService
from tests.support.conversations import a_contact
from tests.support.database import fresh_database
from tests.support.pictures import a_picture
from tests.support.running import running
from tests.support.set_clock import SetClock


class World:
    """The two routes on a store of their own; a token is the address of who holds it."""

    url: str
    session: ClientSession

    def __init__(self) -> None:
        self.limiter = InProcessLimiter()

    async def upload(self, data: object, token: str = "one") -> tuple[int, dict[str, object]]:
        """Send a picture."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.post(f"{self.url}/media", data=data, headers=headers) as answer:
            return answer.status, await answer.json()

    async def show(self, media_id: object, token: str = "one") -> tuple[int, bytes, str]:
        """Ask for a picture."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.get(f"{self.url}/media/{media_id}", headers=headers) as answer:
            return answer.status, await answer.read(), answer.content_type


async def known(token: str) -> ContactPoint:
    if not token:
        raise NotSignedIn
    return a_contact(token)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World()
    async with fresh_database() as database:
        media = MediaService(database.collection(MEDIA), folder=tmp_path, clock=SetClock())
        await database.open()
        routes = MediaRoutes(media=media, authenticate=known, limiter=world.limiter, within=timedelta(seconds=0.4))
        app = await asyncio.to_thread(application, routes)
        async with running(app) as world.url, ClientSession() as world.session:
            yield world


def application(routes: MediaRoutes) -> Sanic:  # type: ignore[type-arg]  # its context does not matter here
    app = Sanic(f"media-{uuid4().hex}", configure_logging=False)
    app.error_handler.add(Exception, problem)
    blueprint = Blueprint("api")
    routes.mount(blueprint)
    app.blueprint(blueprint)
    return app


async def test_a_picture_comes_back_clean_to_its_owner_and_is_not_there_for_others(world: World) -> None:
    status, body = await world.upload(a_picture("PNG"))
    assert status == 201
    status, data, kind = await world.show(body["media_id"])
    assert (status, data[:3], kind) == (200, b"\xff\xd8\xff", "image/jpeg")
    assert (await world.show(body["media_id"], "another"))[0] == 404
    assert (await world.show(body["media_id"], ""))[0] == 401


@pytest.mark.parametrize(("data", "code"), [(b"", "request.invalid"), (b"no picture", "media.not_a_picture")])
async def test_what_is_no_picture_is_refused(world: World, data: bytes, code: str) -> None:
    status, body = await world.upload(data)
    assert (status, body["code"]) == (422, code)


async def test_a_picture_announced_too_large_is_refused_unread(world: World) -> None:
    head = f"POST /media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer one\r\nContent-Length: {BYTES_MOST + 1}\r\n\r\n"
    assert (await spoken(world, head.encode())).startswith(b"HTTP/1.1 413 ")


async def test_a_picture_that_grows_too_large_is_refused_on_the_way(world: World) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(BYTES_MOST // 65_536 + 1):
            yield bytes(65_536)

    status, body = await world.upload(pieces())
    assert (status, body["code"]) == (413, "request.too_large")


async def test_an_upload_that_drips_is_given_up(world: World) -> None:
    head = b"POST /media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer one\r\nContent-Length: 1000\r\n\r\nx"
    said = await spoken(world, head)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"media.too_slow"' in said


async def spoken(world: World, head: bytes) -> bytes:
    url = URL(world.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(head)
    async with asyncio.timeout(5):
        said = await reader.readuntil(b'"fields":{}}')
    writer.close()
    return said


async def test_more_pictures_in_an_hour_than_anybody_needs_are_refused(world: World) -> None:
    owner = citizen_id(a_contact("one"))
    for _ in range(UPLOADS_PER_HOUR):
        assert await world.limiter.allow(f"uploads:{owner}", limit=UPLOADS_PER_HOUR, per=timedelta(hours=1))
    status, body = await world.upload(a_picture())
    assert (status, body["code"]) == (429, "media.too_many")
    assert (await world.upload(a_picture(), "another"))[0] == 201
