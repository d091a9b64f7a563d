"""Messages that were acknowledged before they were answered, kept until they are."""

from datetime import datetime

from services.conversations.message import Inbound
from services.conversations.model import conversation_id
from services.database.collection import Document, Index, Schema


class WaitingMessage(Document, frozen=True, kw_only=True):
    """One acknowledged message; the id is its conversation and key, so keeping it twice keeps it once."""

    inbound: Inbound
    since: datetime


WAITING_MESSAGES = Schema(name="waiting_messages", document=WaitingMessage, indexes=(Index("since", ("since",)),))


def waiting(inbound: Inbound, *, since: datetime) -> WaitingMessage:
    """Return the document that keeps one message."""
    return WaitingMessage(id=waiting_id(inbound), inbound=inbound, since=since)


def waiting_id(inbound: Inbound) -> str:
    """Return the id under which a message is kept."""
    return f"{conversation_id(inbound.contact)}:{inbound.key}"
