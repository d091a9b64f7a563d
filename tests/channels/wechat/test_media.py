"""Pictures citizens send are fetched before the platform forgets them, once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from channels.wechat.media import PictureArrivals, UploadedPictures
from channels.wechat.ports import PlatformMedia
from services.conversations.message import MediaId
from services.conversations.model import citizen_id
from services.tasks import Tasks
from tests.channels.wechat.down import DownMemory
from tests.channels.wechat.sending import CONTACT, Sending, sending

MEDIA = "/cgi-bin/media/get"
JPEG = b"\xff\xd8\xff" + b"\0" * 10
ARRIVED = PlatformMedia(contact=CONTACT, platform_id="M1", media_id=MediaId("media_1"))


@pytest.fixture
async def way() -> AsyncIterator[Sending]:
    async with sending() as found:
        yield found


def a_picture() -> web.Response:
    return web.Response(body=JPEG, content_type="image/jpeg")


async def fetched(way: Sending, *media: PlatformMedia) -> list[float]:
    """Let pictures arrive, wait until all is done, and return the pauses that were made."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    tasks = Tasks()
    arrivals = PictureArrivals(
        {"main": way.reached.client}, pictures=way.pictures, memory=way.reached.memory, tasks=tasks, pause=pause
    )
    for one in media:
        arrivals.arrived(one)
    await tasks.drain(timedelta(seconds=5))
    return pauses


async def test_a_picture_is_kept_for_the_citizen_who_sent_it(way: Sending) -> None:
    way.platform.script(MEDIA, a_picture())
    assert await fetched(way, ARRIVED) == []
    assert way.pictures.kept == {"media_1": JPEG}
    assert way.pictures.owners == {"media_1": citizen_id(CONTACT)}
    assert way.platform.queries[-1]["media_id"] == "M1"


async def test_a_picture_that_arrives_again_with_a_retry_is_fetched_once(way: Sending) -> None:
    way.platform.script(MEDIA, a_picture())
    await fetched(way, ARRIVED, ARRIVED, ARRIVED)
    assert way.platform.count(MEDIA) == 1


async def test_a_passing_trouble_is_waited_out(way: Sending) -> None:
    way.platform.script(MEDIA, web.Response(status=502), {"errcode": -1, "errmsg": "busy"}, a_picture())
    assert await fetched(way, ARRIVED) == [1.0, 5.0]
    assert way.pictures.kept == {"media_1": JPEG}


async def test_a_lasting_trouble_has_an_end(way: Sending) -> None:
    way.pictures.is_down = True
    way.platform.script(MEDIA, *(a_picture() for _ in range(9)))
    assert await fetched(way, ARRIVED) == [1.0, 5.0, 30.0, 120.0]
    assert way.platform.count(MEDIA) == 5


async def test_what_is_no_picture_is_not_tried_again(way: Sending) -> None:
    way.platform.script(MEDIA, web.Response(body=b"MZ", content_type="image/jpeg"))
    assert await fetched(way, ARRIVED) == []
    assert way.pictures.kept == {}


async def test_without_a_shared_memory_pictures_still_come_and_go(way: Sending) -> None:
    # Given a picture each way while Redis is down
    clients = {"main": way.reached.client}
    uploaded = UploadedPictures(clients, pictures=way.pictures, memory=DownMemory())
    tasks = Tasks()
    arrivals = PictureArrivals(clients, pictures=way.pictures, memory=DownMemory(), tasks=tasks)
    way.platform.script(MEDIA, a_picture())
    way.platform.script("/cgi-bin/media/upload", {"media_id": "P1"})
    # When they are fetched and uploaded, then nothing but the memory of it is missing
    arrivals.arrived(ARRIVED)
    await tasks.drain(timedelta(seconds=5))
    assert way.pictures.kept == {"media_1": JPEG}
    assert await uploaded.uploaded("main", ARRIVED.media_id) == "P1"
    assert await uploaded.known("main", ARRIVED.media_id) == ""
