"""Which documents tell who somebody is, and how those that have ended are found."""

from services.database.collection import Index, Schema
from services.identity.guests import Guest
from services.identity.staff import Session, Staff

GUESTS = Schema(name="guests", document=Guest, indexes=(Index("unused", ("unused_since",)),))
STAFF = Schema(name="staff", document=Staff)
SESSIONS = Schema(name="sessions", document=Session, indexes=(Index("ends", ("ends_at",)),))
