"""Tickets for sockets: a browser cannot send a bearer header with a WebSocket, and a token in a URL ends in logs."""

import hashlib
from datetime import timedelta

import msgspec

from services.conversations.message import ContactPoint
from services.coordination.ports import Memory
from services.identity.guests import NotSignedIn
from services.identity.tokens import new_token

LASTING = timedelta(seconds=30)


class Tickets:
    """Issue and redeem; a ticket is good once."""

    def __init__(self, memory: Memory) -> None:
        """Keep tickets in the short-lived memory that processes share."""
        self._memory = memory

    async def issue(self, contact: ContactPoint) -> str:
        """Return a fresh ticket for a contact point."""
        ticket = new_token()
        await self._memory.put(_key(ticket), msgspec.json.encode(contact).decode(), lasting=LASTING)
        return ticket

    async def redeem(self, ticket: str) -> ContactPoint:
        """Return whose ticket it is and make it worthless, or raise `NotSignedIn`."""
        held = await self._memory.take(_key(ticket)) if ticket else None
        if held is None:
            raise NotSignedIn
        return msgspec.json.decode(held, type=ContactPoint)


def _key(ticket: str) -> str:
    return f"ticket:{hashlib.sha256(ticket.encode('utf-8', 'surrogatepass')).hexdigest()}"
