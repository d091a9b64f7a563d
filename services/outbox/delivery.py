"""The delivery: one promise on its way to one person, with every attempt. One document shows its whole life."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.conversations.message import ContactPoint
from services.database.collection import Document, Index, Schema
from services.ids import CitizenId
from services.promises import Pending


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    """Never tried."""
    DELAYED = "delayed"
    """Tried and to be tried again."""
    SENT = "sent"
    """The platform took it."""
    REFUSED = "refused"
    """No way is open to this person; final."""
    MISCONFIGURED = "misconfigured"
    """Nobody's message can go out like this; tried again every ten minutes, an operator is alarmed."""
    UNKNOWN = "unknown"
    """It left us and no answer came, by a way that must not be repeated; a later report may settle it."""
    DEAD = "dead"
    """Given up after the last attempt; an operator may replay it."""


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try: when, how it ended (a `DeliveryStatus` or "started"), the stable reason, and the way it took."""

    at: datetime
    outcome: str
    reason: str = ""
    way: str = ""


class Delivery(Document, frozen=True, kw_only=True, omit_defaults=True):
    """One promise to one person; id = "<pending id>@<conversation or unit id>", so making it twice makes it once.

    ``due`` is when it must be looked at next: the next try, or the end of a lease (then the holder died). None when
    the delivery is settled. ``lease`` names the holder. ``reported`` is the platform's later word on it.
    """

    promise: Pending
    contact: ContactPoint
    citizen_id: CitizenId
    status: DeliveryStatus = DeliveryStatus.WAITING
    due: datetime | None
    lease: str = ""
    attempts: tuple[Attempt, ...] = ()
    way: str = ""
    platform_id: str | None = None
    shortened: tuple[str, ...] = ()
    reported: str = ""
    created_at: datetime
    settled_at: datetime | None = None

    @property
    def due_channel(self) -> str | None:
        """Return the channel it goes out by; None (not in the index) when it is settled."""
        return self.contact.channel if self.due is not None else None

    @property
    def line(self) -> str | None:
        """Return whom it tells about which document, in which order matters; None (not in the index) when it is settled."""
        if self.due is None:
            return None
        return f"{self.promise.id.partition(':')[0]}@{self.id.rpartition('@')[2]}"


DELIVERIES = Schema(
    name="deliveries",
    document=Delivery,
    indexes=(
        Index("due", ("due",)),
        Index("due_channel", ("due_channel", "due")),
        Index("line", ("line", "created_at")),
        Index("platform_id", ("platform_id",)),
        Index("status", ("status", "created_at")),
        Index("citizen", ("citizen_id", "created_at")),
    ),
)
