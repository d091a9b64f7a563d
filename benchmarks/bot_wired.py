"""The bots as server.py wires them, over a fresh store and one catalogue; nothing listens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

import server
from assembly.bots import build_router
from assembly.ground import lay_ground
from assembly.knowledge import Knowledge, load_knowledge
from assembly.services import build_services
from assembly.settings import CatalogueSettings, read_settings
from bots.router import Router
from services.conversations.message import Channel, ContactPoint, Inbound, MessageKey, ReplyPart, Text
from services.conversations.model import Conversation, citizen_id, conversation_id
from services.logs import set_up_logging


class WiredBot:
    """Ask the router; every message begins a conversation."""

    def __init__(self, router: Router, knowledge: Knowledge, *, file: Path) -> None:
        """Take the router and what it knows."""
        self._router = router
        self._knowledge = knowledge
        self._asked = 0
        self.file = file
        self.check = knowledge.watcher.check

    @property
    def version(self) -> str:
        """Return the catalogue in force."""
        return self._knowledge.items.current().version

    async def say(self, text: str) -> tuple[ReplyPart, ...]:
        """Return what is answered."""
        self._asked += 1
        contact = ContactPoint(channel=Channel.WECHAT, account="main", address=f"o{self._asked}")
        inbound = Inbound(contact=contact, key=MessageKey("k"), part=Text(text), at=datetime.now(UTC))
        conversation = Conversation(
            id=conversation_id(contact), contact=contact, citizen_id=citizen_id(contact), version=1
        )
        return (await self._router.respond(conversation, inbound)).replies


@asynccontextmanager
async def wired_bot(folder: Path) -> AsyncIterator[WiredBot]:
    """Give the bots over ``items.json`` of a folder, settled as a server that has started."""
    file = folder / "items.json"
    settings = read_settings(
        {
            "QD_STORE__URL": f"sqlite:///{folder}/bench.db",
            "QD_STORE__FILES": str(folder),
            "QD_LOG__LEVEL": "warning",
            "QD_PRIVACY__SEALING_KEY": "00" * 32,
        }
    )
    settings = replace(settings, catalogue=CatalogueSettings(files=(str(file),)))
    set_up_logging(settings.log)
    ground = lay_ground(settings)
    knowledge = load_knowledge(settings, ground.clock)
    services = build_services(ground, knowledge)
    await ground.database.open()
    router = build_router(ground, services, knowledge=knowledge, advisers=None)
    server.settle_memory()
    try:
        yield WiredBot(router, knowledge, file=file)
    finally:
        await ground.database.close()
