"""Let the messages of one citizen pass one after another, while different citizens never wait for each other."""

import asyncio
from collections import deque


class Order:
    """First come, first served, for each name; a name that nobody uses costs no memory."""

    def __init__(self) -> None:
        """Begin with nobody in line."""
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}

    def turn(self, name: str) -> "_Turn":
        """Return what holds the name for the body of an ``async with``; whoever comes later waits in line."""
        return _Turn(self, name)

    async def take(self, name: str) -> None:
        """Wait in line and hold the name until `leave`."""
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
                    self.leave(name)
                raise

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


class _Turn:
    """One turn; a class, for a generator's context manager would cost as much as the rest of it."""

    __slots__ = ("_name", "_order")

    def __init__(self, order: Order, name: str) -> None:
        self._order = order
        self._name = name

    async def __aenter__(self) -> None:
        await self._order.take(self._name)

    async def __aexit__(self, *_: object) -> None:
        self._order.leave(self._name)
