"""Guests of the app and the H5: they may ask, file anonymously and follow by query key (design 6)."""

from datetime import datetime

from msgspec import Struct

from services.clock import Clock
from services.conversations.message import Channel, ContactPoint
from services.conversations.model import citizen_id
from services.database.collection import Collection, Document
from services.errors import NotAllowed
from services.identity.tokens import new_token, token_id
from services.ids import CitizenId, new_id


class Guest(Document, frozen=True, kw_only=True):
    """One guest; the id is the hash of the token.

    ``is_used`` says that the sweep found something said or filed; ``ending_since``, that it found nothing and that the
    token opens nothing any more. See `services.identity.sweep`.
    """

    contact: ContactPoint
    since: datetime
    is_used: bool = False
    ending_since: datetime | None = None

    @property
    def unused_since(self) -> datetime | None:
        """Return since when the sweep has something to find out; the index of that name reads it."""
        return None if self.is_used else self.since


class NotSignedIn(NotAllowed):
    """Refuse a call without a valid token."""

    status = 401
    code = "identity.not_signed_in"
    title = "请先登录"


class NewGuest(Struct, frozen=True, kw_only=True):
    """What a new guest is given; the token is shown once and kept nowhere."""

    token: str
    citizen_id: CitizenId


class GuestService:
    """Welcome guests and know them again."""

    def __init__(self, guests: Collection[Guest], *, clock: Clock, account: str = "main") -> None:
        """Take the collection; ``account`` is the app's own name in contact points."""
        self._guests = guests
        self._clock = clock
        self._account = account

    async def welcome(self) -> NewGuest:
        """Store a new guest and return the token."""
        token = new_token()
        contact = ContactPoint(channel=Channel.APP, account=self._account, address=new_id("guest"))
        await self._guests.add(Guest(id=token_id("gt", token), contact=contact, since=self._clock.now()))
        return NewGuest(token=token, citizen_id=citizen_id(contact))

    async def known(self, token: str) -> ContactPoint:
        """Return the contact point behind a token, or raise `NotSignedIn`."""
        guest = await self._guests.find(token_id("gt", token)) if token else None
        if guest is None or guest.ending_since is not None:
            raise NotSignedIn
        return guest.contact
