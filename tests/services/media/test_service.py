"""Pictures are kept once, durably, and shown to the one who sent them."""

import asyncio
from pathlib import Path

import pytest

from services.conversations.message import MediaId
from services.database.collection import Database
from services.ids import CitizenId
from services.media.pictures import NotAPicture
from services.media.service import MEDIA, MediaNotFound, MediaService
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pictures import a_picture
from tests.support.set_clock import SetClock

OWNER, STRANGER = CitizenId("cz_1"), CitizenId("cz_2")


@pytest.fixture
async def media(database: Database, tmp_path: Path) -> MediaService:
    service = MediaService(database.collection(MEDIA), folder=tmp_path / "media", clock=SetClock())
    await database.open()
    return service


async def test_a_picture_comes_back_to_its_owner_and_to_nobody_else(media: MediaService) -> None:
    key = await media.keep(a_picture(), owner=OWNER)
    assert (await media.of(key, owner=OWNER)).startswith(b"\xff\xd8\xff")
    with pytest.raises(MediaNotFound):
        await media.of(key, owner=STRANGER)
    with pytest.raises(MediaNotFound):
        await media.check_owner((key,), owner=STRANGER)
    await media.check_owner((key,), owner=OWNER)


@pytest.mark.parametrize("key", ["", "media_X", "../../etc/passwd", "/etc/passwd"])
async def test_an_id_nobody_gave_out_is_not_found(media: MediaService, key: str) -> None:
    with pytest.raises(MediaNotFound):
        await media.of(MediaId(key), owner=OWNER)
    with pytest.raises(MediaNotFound):
        await media.bytes_of(MediaId(key))


async def test_what_is_no_picture_leaves_nothing_behind(
    media: MediaService, tmp_path: Path, database: Database
) -> None:
    with pytest.raises(NotAPicture):
        await media.keep(b"no picture", owner=OWNER)
    assert not (tmp_path / "media").exists()
    assert [one async for one in database.collection(MEDIA).scan()] == []


async def test_only_the_owner_of_the_files_may_read_them(media: MediaService, tmp_path: Path) -> None:
    key = await media.keep(a_picture(), owner=OWNER)
    assert (tmp_path / "media" / key).stat().st_mode & 0o077 == 0


async def test_a_picture_adopted_again_and_at_once_is_kept_once(
    media: MediaService, tmp_path: Path, database: Database
) -> None:
    # Given an id that was given out before the picture came
    key = MediaId("media_WECHAT1")
    # When three workers bring the picture at the same time, and once more later
    await asyncio.gather(*(media.adopt(key, a_picture(), owner=OWNER) for _ in range(3)))
    await media.adopt(key, b"not even looked at", owner=STRANGER)
    # Then there is one, of the first owner, and no half file beside it
    assert (await media.of(key, owner=OWNER)).startswith(b"\xff\xd8\xff")
    assert [path.name for path in (tmp_path / "media").iterdir()] == [key]
    assert [one.id async for one in database.collection(MEDIA).scan()] == [key]
