"""Serve messages and their stream around a responder that echoes, on a store of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgspec
from aiohttp import ClientSession, ClientWebSocketResponse, WSMessage, WSMsgType
from sanic import Blueprint, Sanic

from channels.app.messages import MessageIntake
from channels.app.routes_messages import MessageRoutes
from channels.app.stream import Pulse, Streams
from channels.app.tickets import Tickets
from channels.endpoints import mounted
from channels.inbox import CitizensInbox, InboxSettings
from channels.problem import answer as problem
from channels.requests import TimedRequest
from channels.spill import SpillFile
from services.conversations.message import ContactPoint
from services.conversations.service import ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.conversations.waiting import WAITING_MESSAGES
from services.coordination.in_process import InProcessBell, InProcessFanout, InProcessLimiter, InProcessMemory
from services.database.collection import Database
from services.identity.guests import GuestService
from services.identity.store import GUESTS
from services.media.service import MEDIA, MediaService
from services.tasks import Tasks
from tests.support.conversations import Echo
from tests.support.database import fast_folder, fresh_database
from tests.support.running import running
from tests.support.set_clock import SetClock

PUBLIC = "https://city.example.test"


class Chat:
    """One guest at a server, by POST and by socket."""

    def __init__(self, world: "World", token: str) -> None:
        self.world = world
        self._auth = {"Authorization": f"Bearer {token}"}
        self.token = token

    async def say(self, client_id: str, body: str) -> dict[str, Any]:
        """Say something by POST."""
        message = {"client_id": client_id, "parts": [{"type": "text", "body": body}]}
        async with self.world.session.post(self.world.url + "/messages", json=message, headers=self._auth) as answer:
            return {"status": answer.status, **await answer.json()}

    async def ticket(self) -> str:
        """Get a ticket for a socket."""
        async with self.world.session.post(self.world.url + "/stream/tickets", headers=self._auth) as answer:
            return str((await answer.json())["ticket"])

    async def contact(self) -> ContactPoint:
        """Return who this is."""
        return await self.world.guests.known(self.token)

    @asynccontextmanager
    async def line(self, after: int = 0, **headers: str) -> AsyncIterator["Line"]:
        """Open the stream."""
        url = f"{self.world.url}/stream?ticket={await self.ticket()}&after={after}"
        async with self.world.session.ws_connect(url, headers=headers) as socket:
            yield Line(socket)


class Line:
    """One open socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, client_id: str, body: str) -> None:
        """Say something."""
        await self.raw({"type": "message", "client_id": client_id, "parts": [{"type": "text", "body": body}]})

    async def raw(self, frame: object) -> None:
        """Send a frame as it is."""
        await self.socket.send_bytes(msgspec.json.encode(frame))

    async def frame(self) -> dict[str, Any]:
        """Return the next frame that is no ping."""
        while True:
            message = await self.next()
            assert message.type is WSMsgType.TEXT, message
            frame: dict[str, Any] = msgspec.json.decode(message.data)
            if frame["type"] != "ping":
                return frame

    async def next(self) -> WSMessage:
        """Return whatever comes next."""
        async with asyncio.timeout(10):
            return await self.socket.receive()

    async def until(self, kind: str, count: int) -> list[dict[str, Any]]:
        """Return the next so many frames of a kind, passing over others."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frame = await self.frame()
            if frame["type"] == kind:
                found.append(frame)
        return found

    async def closed(self) -> int | None:
        """Wait for the end and return its code."""
        while (message := await self.next()).type not in {WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING}:
            pass
        return message.data if message.type is WSMsgType.CLOSE else self.socket.close_code


class World:
    """A server with everything behind it in reach."""

    url: str
    session: ClientSession

    def __init__(self, database: Database, folder: Any, *, pulse: Pulse, per_minute: int) -> None:  # noqa: ANN401 - a path
        clock, fanout = SetClock(), InProcessFanout()
        self.echo = Echo()
        self.tasks = Tasks()
        self.limiter = InProcessLimiter()
        self.now = 0.0
        self.memory = InProcessMemory(lambda: self.now)
        self.conversations = ConversationService(
            database.collection(CONVERSATIONS),
            database.collection(ARCHIVES),
            clock=clock,
            bell=InProcessBell(),
            fanout=fanout,
        )
        inbox = CitizensInbox(
            conversations=self.conversations,
            waiting_messages=database.collection(WAITING_MESSAGES),
            responder=self.echo,
            limiter=self.limiter,
            spill=SpillFile(folder / "spill.jsonl"),
            tasks=self.tasks,
            clock=clock,
            settings=InboxSettings(messages_per_minute=per_minute, answer_within_s=0.4, keep_within_s=0.2),
        )
        media = MediaService(database.collection(MEDIA), folder=folder / "media", clock=clock)
        intake = MessageIntake(inbox=inbox, media=media, clock=clock)
        tickets = Tickets(self.memory)
        self.guests = GuestService(database.collection(GUESTS), clock=clock)
        self.streams = Streams(
            conversations=self.conversations,
            intake=intake,
            tickets=tickets,
            fanout=fanout,
            public_url=PUBLIC,
            pulse=pulse,
        )
        self.routes = MessageRoutes(
            guests=self.guests, conversations=self.conversations, intake=intake, tickets=tickets, limiter=self.limiter
        )

    def application(self) -> Sanic[Any, Any]:
        """Return the application; reads the handlers' source."""
        app: Sanic[Any, Any] = Sanic(f"stream-{uuid4().hex}", request_class=TimedRequest, configure_logging=False)
        app.config.update(WEBSOCKET_MAX_SIZE=64 * 1024, WEBSOCKET_PING_INTERVAL=None)
        app.error_handler.add(Exception, problem)
        blueprint = mounted(Blueprint("api"), self.routes.endpoints(), authenticate=self.guests.known)
        self.streams.mount(blueprint)
        app.blueprint(blueprint)
        return app

    async def guest(self) -> Chat:
        """Return a new guest."""
        return Chat(self, (await self.guests.welcome()).token)


@asynccontextmanager
async def streaming(*, pulse: Pulse | None = None, per_minute: int = 0) -> AsyncIterator[World]:
    """Serve; everything ends with the block."""
    with fast_folder() as folder:
        async with fresh_database() as database:
            world = World(database, folder, pulse=pulse or Pulse(), per_minute=per_minute)
            await database.open()
            app = await asyncio.to_thread(world.application)
            async with running(app) as world.url, ClientSession() as world.session:
                yield world
                world.streams.close_all()
            await world.tasks.stop()
