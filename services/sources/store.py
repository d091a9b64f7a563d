"""Say which documents remember where petitions came from and what must go back there."""

from datetime import datetime
from enum import StrEnum

from services.database.collection import Document, Index, Schema
from services.identity.sealing import Sealed
from services.ids import derived_id
from services.petitions.transitions import Action


class Source(StrEnum):
    """Where a petition came from, beside the channels a citizen talks in."""

    PHONE = "phone"
    """A call that an agent wrote down (电话记录)."""
    FORM = "form"
    """A paper or counter form (窗口登记)."""
    WEBSITE = "website"
    """The city's website (政府网站)."""
    MAILBOX = "mailbox"
    """The mayor's mailbox (市长信箱)."""
    PROVINCE = "province"
    """The province's platform (省平台)."""
    NATIONAL = "national"
    """The State Council's platform (国家平台)."""
    POLICE = "police"
    """Handed over by 110 (市110)."""
    MEDIA = "media"
    """Handed over by newspaper or broadcast (媒体转办)."""


class Origin(Document, frozen=True, kw_only=True):
    """Where one petition came from; the id follows from source and number there.

    Args:
        digest: of the words, to tell a repeat from another matter under the same number.
        number: our petition's number; empty until it is filed.
        reply_to: the sender's address, sealed; None where answers are fetched by the source itself.
        thread: the message that is answered, for mail programs.
    """

    source: Source
    external_number: str
    digest: str
    received_at: datetime
    number: str = ""
    reply_to: Sealed | None = None
    thread: str = ""
    title: str = ""


class SourceReply(Document, frozen=True, kw_only=True):
    """One thing the source is told; id = "<petition id>:<event>", so telling it twice is telling it once.

    Args:
        facts: the event's public words, by neutral name, as the citizen may read them.
        open_for: the source, until it was told; None (not in the index) afterwards.
    """

    source: Source
    external_number: str
    number: str
    action: Action
    facts: dict[str, str]
    at: datetime
    open_for: str | None
    taken_at: datetime | None = None


ORIGINS: Schema[Origin] = Schema(name="petition_origins", document=Origin)
SOURCE_REPLIES: Schema[SourceReply] = Schema(
    name="source_replies", document=SourceReply, indexes=(Index("open", ("open_for", "at")),)
)


def origin_id(source: Source, external_number: str) -> str:
    """Return the id that the origin of one external number always has."""
    return derived_id("or", source, external_number)
