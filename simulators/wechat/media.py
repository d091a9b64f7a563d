"""Keep temporary media (临时素材) for three days.

Source: developers.weixin.qq.com, "New temporary materials": image 10 MB (older pages say 2 MB), voice 2 MB amr or
mp3, video 10 MB mp4, thumb 64 KB jpg.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from services.clock import Clock
from simulators.wechat.errcodes import ApiRefused, Errcode

LIFE: Final = timedelta(days=3)
SHELF_BYTES: Final = 64 << 20
SILENT_AMR: Final = b"#!AMR\n" + b"\x7c" * 100
"""Two seconds of AMR frames that carry no sound: what a simulated voice message is made of."""


class MediaKind(StrEnum):
    """The ``type`` of a temporary material."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    THUMB = "thumb"


class Format(Struct, frozen=True, kw_only=True):
    """Describe a file format the platform takes."""

    content_type: str
    suffix: str
    fits: Callable[[bytes], bool]


def _starts(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda body: body.startswith(heads)


PNG = Format(content_type="image/png", suffix="png", fits=_starts(b"\x89PNG\r\n\x1a\n"))
JPEG = Format(content_type="image/jpeg", suffix="jpg", fits=_starts(b"\xff\xd8\xff"))
GIF = Format(content_type="image/gif", suffix="gif", fits=_starts(b"GIF87a", b"GIF89a"))
AMR = Format(content_type="audio/amr", suffix="amr", fits=_starts(b"#!AMR"))
MP3 = Format(content_type="audio/mpeg", suffix="mp3", fits=_starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))
MP4 = Format(content_type="video/mp4", suffix="mp4", fits=lambda body: body[4:8] == b"ftyp")

FORMATS: dict[MediaKind, tuple[Format, ...]] = {
    MediaKind.IMAGE: (PNG, JPEG, GIF),
    MediaKind.VOICE: (AMR, MP3),
    MediaKind.VIDEO: (MP4,),
    MediaKind.THUMB: (JPEG,),
}
LARGEST: dict[MediaKind, int] = {
    MediaKind.IMAGE: 10 << 20,
    MediaKind.VOICE: 2 << 20,
    MediaKind.VIDEO: 10 << 20,
    MediaKind.THUMB: 64 << 10,
}


class Media(Struct, frozen=True, kw_only=True):
    """Hold one file."""

    media_id: str
    kind: MediaKind
    format: Format
    body: bytes
    created_at: datetime

    @property
    def file_name(self) -> str:
        """Return the name the platform gives the file in Content-Disposition."""
        return f"{self.media_id[:12]}.{self.format.suffix}"


class Shelf:
    """Keep files until they are three days old or newer ones need their room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, Media] = {}

    def put(self, kind: MediaKind, body: bytes) -> Media:
        """Keep a file.

        Raises:
            ApiRefused: 44001 empty, 40006 too big, 40005 not one of the formats of its kind.
        """
        if not body:
            raise ApiRefused(Errcode.MEDIA_EMPTY)
        if len(body) > LARGEST[kind]:
            raise ApiRefused(Errcode.MEDIA_SIZE_INVALID)
        found = next((known for known in FORMATS[kind] if known.fits(body)), None)
        if found is None:
            raise ApiRefused(Errcode.FILE_TYPE_INVALID)
        created_at = self._clock.now()
        media = Media(media_id=secrets.token_urlsafe(48), kind=kind, format=found, body=body, created_at=created_at)
        self._files[media.media_id] = media
        self._make_room()
        return media

    def get(self, media_id: str) -> Media:
        """Return a file.

        Raises:
            ApiRefused: 40007 unknown, or older than three days.
        """
        media = self._files.get(media_id)
        if media is None or self._clock.now() - media.created_at >= LIFE:
            raise ApiRefused(Errcode.MEDIA_ID_INVALID)
        return media

    def _make_room(self) -> None:
        held = sum(len(media.body) for media in self._files.values())
        while held > SHELF_BYTES:
            held -= len(self._files.pop(next(iter(self._files))).body)
