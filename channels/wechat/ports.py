"""What this channel asks of others besides the inbox; server.py supplies the objects."""

from typing import Protocol

from msgspec import Struct

from channels.wechat.render import Piece
from services.conversations.message import ContactPoint, MediaId, MessageKey


class PlatformMedia(Struct, frozen=True, kw_only=True):
    """A file a citizen sent: the platform keeps it for three days under its own id, we under ours from then on."""

    account: str
    platform_id: str
    media_id: MediaId


class MediaArrivals(Protocol):
    """Who fetches what citizens send, before the platform forgets it."""

    def arrived(self, media: PlatformMedia) -> None:
        """Start fetching a file in the background; a file fetched already, or under way, is not fetched again."""
        ...


class UploadedMedia(Protocol):
    """Who knows which of our files the platform has."""

    async def known(self, account: str, media_id: MediaId) -> str:
        """Return the platform's id of a file that was uploaded and is still kept there, else an empty string."""
        ...


class MediaFile(Struct, frozen=True, kw_only=True):
    """A file of our media store; ``content_type`` was found from its first bytes, not from what somebody said."""

    content: bytes
    content_type: str


class MediaStore(Protocol):
    """Our own files by our own ids."""

    async def has(self, media_id: MediaId) -> bool:
        """Tell whether the file is kept."""
        ...

    async def keep(self, media_id: MediaId, file: MediaFile) -> None:
        """Keep a file under an id that was given out already; keeping it twice keeps it once."""
        ...

    async def read(self, media_id: MediaId) -> MediaFile:
        """Return a file.

        Raises:
            NotFound: there is none under this id.
        """
        ...


class FollowUps(Protocol):
    """Who sends what one passive reply could not carry."""

    def follow(self, contact: ContactPoint, key: MessageKey, *, pieces: tuple[Piece, ...]) -> None:
        """Send the rest of the answer to message ``key`` in the background, once however often it is asked."""
        ...


class SendReports(Protocol):
    """Who keeps the record of deliveries."""

    async def reported(self, platform_id: str, *, delivered: bool, reason: str) -> None:
        """Take the platform's later word on a message of ours; taking it twice changes nothing.

        An unknown message is ignored. ``reason`` is empty when it arrived.

        Raises:
            Unavailable: it could not be noted; the platform will come again.
        """
        ...


class Windows(Protocol):
    """The ledger of customer messages that a person's own messages opened the way for."""

    async def spend(self, contact: ContactPoint) -> bool:
        """Count one message that goes out now; False when no window is open."""
        ...

    async def close_windows(self, contact: ContactPoint, *, following: bool = True) -> None:
        """Take the platform's word that nothing more gets through until the citizen writes again."""
        ...
