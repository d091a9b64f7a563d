"""Build conversations, messages and the services around them for tests."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from channels.inbox import CitizensInbox, InboxSettings
from channels.ports import Responder
from channels.spill import SpillFile
from services.clock import Clock
from services.conversations.message import Channel, ContactPoint, Inbound, InboundPart, MessageKey, Text
from services.conversations.model import Conversation, Response
from services.conversations.service import ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.conversations.waiting import WAITING_MESSAGES
from services.coordination.in_process import InProcessBell, InProcessFanout, InProcessLimiter
from services.database.collection import Database
from services.tasks import Tasks


def a_contact(address: str = "oCitizen1", *, channel: Channel = Channel.WECHAT) -> ContactPoint:
    """Return a contact point."""
    return ContactPoint(channel=channel, account="main", address=address)


def an_inbound(body: str | InboundPart = "你好", *, key: str = "k1", contact: ContactPoint | None = None) -> Inbound:
    """Return one message of a citizen."""
    part = Text(body) if isinstance(body, str) else body
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    return Inbound(contact=contact or a_contact(), key=MessageKey(key), part=part, at=at)


def conversations_in(database: Database, clock: Clock) -> ConversationService:
    """Return the service over a database that is opened afterwards."""
    return ConversationService(
        database.collection(CONVERSATIONS),
        database.collection(ARCHIVES),
        clock=clock,
        bell=InProcessBell(),
        fanout=InProcessFanout(),
    )


class Echo:
    """A responder that says what it heard and how often it was asked; it can be made to wait or to fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
        """Answer with the words and the length of the conversation so far."""
        assert isinstance(inbound.part, Text)
        self.asked.append(inbound.part.body)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return Response(replies=(Text(f"{conversation.seq}:{inbound.part.body}"),), dialogue=conversation.dialogue)


def an_inbox(
    database: Database, *, responder: Responder, clock: Clock, tasks: Tasks, folder: Path, settings: InboxSettings
) -> CitizensInbox:
    """Return the inbox over a database."""
    return CitizensInbox(
        conversations=conversations_in(database, clock),
        waiting_messages=database.collection(WAITING_MESSAGES),
        responder=responder,
        limiter=InProcessLimiter(),
        spill=SpillFile(folder / "spill.jsonl"),
        tasks=tasks,
        clock=clock,
        settings=settings,
    )
