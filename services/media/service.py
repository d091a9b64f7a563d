"""Keep pictures and give them back to those who may see them."""

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path

from services.clock import Clock
from services.conversations.message import MediaId
from services.database.collection import AlreadyExists, Collection, Document, Schema
from services.errors import NotFound
from services.ids import CitizenId, new_id
from services.media.pictures import clean_copy

CLEANED_AT_ONCE = 2
"""Pictures decoded at the same time: each may take 100 MB and a core."""


class Media(Document, frozen=True, kw_only=True):
    """One picture; the file beside the store has the id as its name."""

    owner: CitizenId
    at: datetime
    size: int


MEDIA = Schema(name="media", document=Media)


class MediaNotFound(NotFound):
    """Say that there is no such picture for this person."""

    code = "media.not_found"
    title = "没有找到这张图片"


class MediaService:
    """Take, check, keep and show pictures."""

    def __init__(self, media: Collection[Media], *, folder: Path, clock: Clock) -> None:
        """Take the records and the folder of the files."""
        self._media = media
        self._folder = folder
        self._clock = clock
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)

    async def keep(self, data: bytes, *, owner: CitizenId) -> MediaId:
        """Check a picture, store a clean copy durably and return its id.

        The file is written before its record: a crash in between leaves a file that nobody knows, never a record
        without its file.
        """
        key = MediaId(new_id("media"))
        await self.adopt(key, data, owner=owner)
        return key

    async def adopt(self, key: MediaId, data: bytes, *, owner: CitizenId) -> None:
        """Keep a picture under an id that was given out before it came; adopting it again changes nothing."""
        if await self._media.find(key) is not None:
            return
        async with self._cleaning:
            clean = await asyncio.to_thread(clean_copy, data)
        await asyncio.to_thread(_write, self._folder / key, clean)
        try:
            _ = await self._media.add(Media(id=key, owner=owner, at=self._clock.now(), size=len(clean)))
        except AlreadyExists:
            # Another process adopted the same picture in the same moment.
            return

    async def of(self, key: MediaId, *, owner: CitizenId) -> bytes:
        """Return a picture to the one who sent it."""
        record = await self._media.find(key)
        if record is None or record.owner != owner:
            raise MediaNotFound(key)
        return await self.bytes_of(key)

    async def check_owner(self, keys: tuple[MediaId, ...], *, owner: CitizenId) -> None:
        """Raise `MediaNotFound` unless all these pictures are this person's."""
        for key in keys:
            record = await self._media.find(key)
            if record is None or record.owner != owner:
                raise MediaNotFound(key)

    async def bytes_of(self, key: MediaId) -> bytes:
        """Return a picture's JPEG; the caller has checked who asks."""
        if await self._media.find(key) is None:
            raise MediaNotFound(key)
        return await asyncio.to_thread((self._folder / key).read_bytes)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed: a crash never leaves half a picture under its id, nor do two who write it at once.
    beside = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
