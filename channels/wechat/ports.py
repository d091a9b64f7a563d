"""What this channel asks of others besides the inbox; assembly/ supplies the objects."""

from typing import Protocol

from msgspec import Struct

from services.conversations.message import ContactPoint, MediaId, MessageKey
from services.ids import CitizenId


class PlatformMedia(Struct, frozen=True, kw_only=True):
    """A picture a citizen sent: the platform keeps it for three days under its own id, we under ours from then on."""

    contact: ContactPoint
    platform_id: str
    media_id: MediaId


class MediaArrivals(Protocol):
    """Who fetches what citizens send, before the platform forgets it."""

    def arrived(self, media: PlatformMedia) -> None:
        """Start fetching a picture in the background; one fetched already, or under way, is not fetched again."""
        ...


class UploadedMedia(Protocol):
    """Who knows which of our pictures the platform has."""

    async def known(self, account: str, media_id: MediaId) -> str:
        """Return the platform's id of a picture that was uploaded and is still kept there, else an empty string."""
        ...


class Pictures(Protocol):
    """Our own pictures by our own ids."""

    async def adopt(self, key: MediaId, data: bytes, *, owner: CitizenId) -> None:
        """Check a picture and keep a clean copy under an id that was given out already; twice keeps it once.

        Raises:
            Invalid: it is no picture, or too large.
            Unavailable: it could not be kept now.
        """
        ...

    async def bytes_of(self, key: MediaId) -> bytes:
        """Return a picture as JPEG.

        Raises:
            NotFound: there is none under this id.
        """
        ...


class Answers(Protocol):
    """Who keeps what a message was answered with."""

    async def push_answer(self, contact: ContactPoint, key: MessageKey) -> None:
        """Promise that an answer already stored leaves through the outbox; repeating it changes nothing."""
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
