"""Note each turn for the ledger on its way through: two clock readings and one append, no work of its own."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bots.understanding.model import Action
from services.clock import Clock
from services.conversations.message import Inbound
from services.conversations.model import Conversation, Response
from services.items.search.index import SearchIndex

WITH_WHAT_CAME_BEFORE = frozenset({Action.REJECT, Action.HANDOFF, Action.FORM})
"""Actions whose turn is understood only with what was said before; the others need not hold on to a conversation."""


class Noted(Struct, frozen=True, kw_only=True):
    """One turn as it went by; ``conversation`` is as it stood before, where that is needed."""

    inbound: Inbound
    response: Response
    conversation_id: str
    seq: int
    """Of the answer."""
    conversation: Conversation | None
    catalogue: str
    """The version that was served; not the index itself, which must go when another is published."""
    overlay: int
    at: datetime
    took_s: float


class Responder(Protocol):
    """Whoever answers; the router does."""

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Decide the answer to one message."""
        ...


class Ledger(Protocol):
    """Where notes go."""

    def note(self, turn: Noted) -> None:
        """Remember a turn; never blocks, never fails."""
        ...


class RecordingResponder:
    """A responder that says exactly what another says."""

    def __init__(self, responder: Responder, ledger: Ledger, *, index: Callable[[], SearchIndex], clock: Clock) -> None:
        """Take who answers, who keeps, and what is served now."""
        self._responder = responder
        self._ledger = ledger
        self._index = index
        self._clock = clock

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Let the other decide, and note what it was."""
        began = time.perf_counter()
        response = await self._responder.respond(conversation, inbound)
        if response.replies:
            why = response.provenance
            index = self._index()
            before = conversation if why is not None and why.action in WITH_WHAT_CAME_BEFORE else None
            self._ledger.note(
                Noted(
                    inbound=inbound,
                    response=response,
                    conversation_id=conversation.id,
                    seq=conversation.seq + 2,
                    conversation=before,
                    catalogue=index.catalogue.version,
                    overlay=index.overlay,
                    at=self._clock.now(),
                    took_s=time.perf_counter() - began,
                )
            )
        return response
