"""Bring pictures from the platform to us and from us to the platform."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from channels.wechat.client import WeChatClient
from channels.wechat.ports import Pictures, PlatformMedia
from channels.wechat.transport import File
from services.conversations.message import MediaId
from services.conversations.model import citizen_id
from services.coordination.ports import Memory
from services.errors import ServiceError, Unavailable
from services.outbox.send_errors import SendDelayed, SendFailed
from services.tasks import Tasks

log = structlog.get_logger()

_UPLOADED = timedelta(days=2, hours=12)
"""How long an uploaded picture is counted on; the platform keeps it for three days."""
_UNDER_WAY = timedelta(minutes=5)
_WAITS_S = (1.0, 5.0, 30.0, 120.0)
"""Seconds between tries; a picture of a petition is evidence, and the platform keeps it for three days."""


class UploadedPictures:
    """Know under which id the platform has our pictures, and upload those it has not."""

    def __init__(self, clients: Mapping[str, WeChatClient], *, pictures: Pictures, memory: Memory) -> None:
        """Take the clients by account."""
        self._clients = clients
        self._pictures = pictures
        self._memory = memory

    async def known(self, account: str, media_id: MediaId) -> str:
        """Return the platform's id of a picture that was uploaded and is still kept there, else an empty string."""
        try:
            return await self._memory.get(_key(account, media_id)) or ""
        except Unavailable:
            return ""

    async def uploaded(self, account: str, media_id: MediaId) -> str:
        """Return the platform's id of a picture, uploading it when need be.

        Raises:
            SendFailed: it could not be uploaded.
            NotFound: we have no such picture.
        """
        if known := await self.known(account, media_id):
            return known
        content = await self._pictures.bytes_of(media_id)
        platform_id = await self._clients[account].upload_image(File(content=content, content_type="image/jpeg"))
        with contextlib.suppress(Unavailable):
            await self._memory.put(_key(account, media_id), platform_id, lasting=_UPLOADED)
        return platform_id

    async def forget(self, account: str, media_id: MediaId) -> None:
        """Take the platform's word that it has a picture no more."""
        if known := await self.known(account, media_id):
            await self._memory.drop(_key(account, media_id), known)


class PictureArrivals:
    """Fetch what citizens send, in the background, before the platform forgets it."""

    def __init__(
        self,
        clients: Mapping[str, WeChatClient],
        *,
        pictures: Pictures,
        memory: Memory,
        tasks: Tasks,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the clients by account; ``pause`` waits so many seconds between tries."""
        self._pause = pause
        self._clients = clients
        self._pictures = pictures
        self._memory = memory
        self._tasks = tasks

    def arrived(self, media: PlatformMedia) -> None:
        """Start fetching a picture; one that is under way already is not fetched again."""
        _ = self._tasks.start("wechat picture", self._fetch(media))

    async def _fetch(self, media: PlatformMedia) -> None:
        ticket = secrets.token_hex(8)
        # Without a memory it may be fetched twice, and is kept once.
        with contextlib.suppress(Unavailable):
            if await self._memory.put_first(f"wechat:fetch:{media.media_id}", ticket, lasting=_UNDER_WAY) != ticket:
                return
        for wait_s in (*_WAITS_S, None):
            try:
                file = await self._clients[media.contact.account].download_image(media.platform_id)
                await self._pictures.adopt(media.media_id, file.content, owner=citizen_id(media.contact))
            except (SendFailed, ServiceError) as failure:
                passes = isinstance(failure, SendDelayed | Unavailable)
                if not passes or wait_s is None:
                    log.warning("picture not fetched", media_id=media.media_id, reason=str(failure))
                    return
                await self._pause(wait_s)
            else:
                return


def _key(account: str, media_id: MediaId) -> str:
    return f"wechat:uploaded:{account}:{media_id}"
