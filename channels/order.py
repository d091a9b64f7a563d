"""Let the messages of one citizen pass one after another, while different citizens never wait for each other."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Order:
    """First come, first served, for each name; a name that nobody uses costs no memory."""

    def __init__(self) -> None:
        """Begin with nobody in line."""
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Hold the name for the body of the ``async with``; whoever comes later waits in line."""
        line = self._lines.get(name)
        if line is None:
            self._lines[name] = deque()
        else:
            ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            line.append(ticket)
            try:
                await ticket
            except asyncio.CancelledError:
                if ticket.done() and not ticket.cancelled():
                    self._next(name)
                raise
        try:
            yield
        finally:
            self._next(name)

    def __len__(self) -> int:
        """Return how many names are held now."""
        return len(self._lines)

    def _next(self, name: str) -> None:
        line = self._lines[name]
        while line:
            ticket = line.popleft()
            if not ticket.done():
                ticket.set_result(None)
                return
        del self._lines[name]
