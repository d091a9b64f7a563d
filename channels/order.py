"""Let the messages of one citizen pass one after another, while different citizens never wait for each other."""

import asyncio
from collections import deque
from collections.abc import Awaitable


class Order:
    """First come, first served, for each name; a name that nobody uses costs no memory."""

    def __init__(self) -> None:
        """Begin with nobody in line."""
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}

    def enter(self, name: str) -> "Awaitable[None] | None":
        """Take the name, or a place in its line; return what to await before it is ours, None when it is already.

        Whoever entered and waited must `leave`, however the work ends. (An ``async with`` would be safer to read and
        cost every message six calls more.)
        """
        line = self._lines.get(name)
        if line is None:
            self._lines[name] = deque()
            return None
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(ticket)
        return self._called(name, ticket)

    def leave(self, name: str) -> None:
        """Let the next in line have the name."""
        line = self._lines[name]
        while line:
            ticket = line.popleft()
            if not ticket.done():
                ticket.set_result(None)
                return
        del self._lines[name]

    def __len__(self) -> int:
        """Return how many names are held now."""
        return len(self._lines)

    async def _called(self, name: str, ticket: "asyncio.Future[None]") -> None:
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self.leave(name)
            raise
