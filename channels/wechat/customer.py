"""Send a notice as customer messages (客服消息): free text and pictures, through a window that a person opened."""

from collections.abc import Mapping

from msgspec import Struct

from channels.wechat.answers import WayClosed
from channels.wechat.client import WeChatClient
from channels.wechat.media import UploadedPictures
from channels.wechat.ports import Windows
from channels.wechat.progress import Progress, Stage, notice_key
from channels.wechat.render import ImagePiece, Piece, customer_image, customer_message, pieces
from channels.wechat.wording import OPEN_PAGE
from services.conversations.message import ContactPoint, Link
from services.errors import NotFound
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendFailed, SendRefused

WAY = "customer_message"
_NOT_FOLLOWING = frozenset({"not_following", "unknown_person", "blocked"})
_WINDOW_OVER = frozenset({"outside_window", "window_spent"})
_MEDIA_GONE = "media_gone"


class CustomerParts(Struct, frozen=True, kw_only=True):
    """What customer messages are sent with."""

    clients: Mapping[str, WeChatClient]
    uploaded: UploadedPictures
    windows: Windows
    progress: Progress


class CustomerMessages:
    """Send notices piece by piece, counting each against the window."""

    def __init__(self, parts: CustomerParts, *, public_url: str) -> None:
        """``public_url`` must be the callback's: both cut a reply alike."""
        self._parts = parts
        self._public_url = public_url

    async def send(self, notice: Notice) -> Receipt:
        """Send what is not out yet of a notice.

        Raises:
            WayClosed: no window is open, or the platform says so; the ledger then agrees with it.
            SendFailed: see errcodes.py.
        """
        parts = (*notice.parts, Link(OPEN_PAGE, notice.url)) if notice.url else notice.parts
        every = pieces(parts, public_url=self._public_url)
        key = notice_key(notice)
        stage = await self._parts.progress.of(key)
        for place in range(stage.sent, len(every)):
            stage = await self._spent(notice.contact, stage, place=place)
            try:
                await self._send(notice.contact, every[place])
            except SendFailed as failure:
                await self._failed(notice.contact, failure)
                await self._parts.progress.note(key, stage)
                raise
            stage = Stage(place + 1, stage.spent)
            if len(every) > 1:
                await self._parts.progress.note(key, stage)
        return Receipt(way=WAY)

    async def _spent(self, contact: ContactPoint, stage: Stage, *, place: int) -> Stage:
        """Count one message of the window, unless an earlier try counted it already."""
        if place < stage.spent:
            return stage
        if not await self._parts.windows.spend(contact):
            raise WayClosed("window_closed")
        return Stage(stage.sent, place + 1)

    async def _send(self, contact: ContactPoint, piece: Piece) -> None:
        client = self._parts.clients[contact.account]
        if not isinstance(piece, ImagePiece):
            await client.send_customer_message(customer_message(piece, to=contact.address))
            return
        try:
            platform_id = await self._parts.uploaded.uploaded(contact.account, piece.media_id)
        except NotFound:
            raise SendRefused("picture_missing") from None
        try:
            await client.send_customer_message(customer_image(platform_id, to=contact.address))
        except WayClosed as failure:
            if failure.reason != _MEDIA_GONE:
                raise
            await self._parts.uploaded.forget(contact.account, piece.media_id)
            raise SendDelayed(_MEDIA_GONE) from None

    async def _failed(self, contact: ContactPoint, failure: SendFailed) -> None:
        """Bring the ledger in line with what the platform said about this person."""
        if failure.reason in _NOT_FOLLOWING:
            await self._parts.windows.close_windows(contact, following=False)
        elif failure.reason in _WINDOW_OVER:
            await self._parts.windows.close_windows(contact)
