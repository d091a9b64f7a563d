"""Record one push to the developer's server: its tries and what came of it."""

import asyncio
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Result(StrEnum):
    """What came of a push."""

    UNDER_WAY = "under_way"
    SILENT = "silent"  # "success" or an empty body: nothing to show
    ANSWERED = "answered"  # a passive answer is on the phone
    MALFORMED = "malformed"  # an answer the platform cannot use
    UNANSWERED = "unanswered"  # three tries, none answered in time with 200


class Try(Struct, frozen=True, kw_only=True):
    """Describe one try; ``error`` is empty when an answer came in time with status 200."""

    at: datetime
    seconds: float
    error: str = ""


class Outcome(Struct, frozen=True, kw_only=True):
    """Show a push as tests and the phone page read it; ``entry`` is the answer's number on the phone."""

    id: int
    openid: str
    name: str
    result: Result
    reason: str = ""
    entry: int | None = None
    tries: tuple[Try, ...] = ()


class Delivery:
    """Follow a push while it is under way."""

    def __init__(self, number: int, *, openid: str, name: str) -> None:
        self.outcome = Outcome(id=number, openid=openid, name=name, result=Result.UNDER_WAY)
        self._settled = asyncio.Event()

    def settle(self, outcome: Outcome) -> None:
        """Write down what came of it and wake who waits."""
        self.outcome = outcome
        self._settled.set()

    async def settled(self) -> Outcome:
        """Wait for the end and return what came of it."""
        await self._settled.wait()
        return self.outcome
