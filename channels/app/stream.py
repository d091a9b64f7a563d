"""The stream of one conversation over a WebSocket: in order, once, resumable, and never a burden for others.

Messages are pulled: a wake-up only says that there is news, and each socket reads behind its own last ``seq`` from
the store. So a slow client delays nobody, nothing is queued for it but small control frames (a bounded queue), and
a resume after a cut is the same read with another number.
"""

import asyncio
import time
from urllib.parse import urlsplit

import msgspec
import structlog
from sanic import Request, Websocket
from websockets.exceptions import ConnectionClosed

from channels.app import frames
from channels.app.messages import MessageIntake
from channels.app.routes_messages import check_texts
from channels.app.tickets import Tickets
from services.conversations.message import ContactPoint
from services.conversations.model import conversation_id
from services.conversations.service import ConversationService
from services.coordination.ports import Fanout
from services.errors import NotAllowed, ServiceError

log = structlog.get_logger()

PING_EVERY_S = 15.0
DEAD_AFTER_S = 35.0
CONTROL_FRAMES_MOST = 64
"""Control frames one socket may be behind before it is closed; it resumes by ``seq``."""
TOO_SLOW, GOING_AWAY, BAD_FRAME = 1013, 1001, 1008


class ForeignOrigin(NotAllowed):
    """Refuse a socket that a page of another site opens (browsers send no preflight for WebSockets)."""

    code = "stream.foreign_origin"


class Streams:
    """All open streams of this process."""

    def __init__(
        self,
        *,
        conversations: ConversationService,
        intake: MessageIntake,
        tickets: Tickets,
        fanout: Fanout,
        public_url: str,
    ) -> None:
        """Take the services; ``public_url`` is the one origin besides the request's own host."""
        self._conversations = conversations
        self._intake = intake
        self._tickets = tickets
        self._fanout = fanout
        self._public_host = urlsplit(public_url).netloc
        self._open: set[_Stream] = set()

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    async def serve(self, request: Request, socket: Websocket) -> None:
        """Run one socket from its ticket to its end."""
        self._check_origin(request)
        contact = await self._tickets.redeem(request.args.get("ticket") or "")
        after = request.args.get("after") or "0"
        stream = _Stream(socket, contact, after=int(after) if after.isdecimal() else 0)
        self._open.add(stream)
        try:
            async with asyncio.TaskGroup() as group:
                stream.tasks = [
                    group.create_task(self._read(stream)),
                    group.create_task(self._watch(stream)),
                    group.create_task(self._write(stream)),
                    group.create_task(_heartbeat(stream)),
                ]
        except* (ConnectionClosed, _Ended):
            pass
        finally:
            self._open.discard(stream)

    async def close_all(self) -> None:
        """Tell every client to come again elsewhere (1001), at most a second in all."""
        streams = tuple(self._open)
        if streams:
            closing = [asyncio.ensure_future(s.socket.close(GOING_AWAY, "restart")) for s in streams]  # noqa: TID251 - awaited on the next line
            _ = await asyncio.wait(closing, timeout=1)

    def _check_origin(self, request: Request) -> None:
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc not in {request.host, self._public_host}:
            raise ForeignOrigin(origin)

    async def _watch(self, stream: "_Stream") -> None:
        """Send everything behind the last ``seq``, then again whenever there is news."""
        async with self._fanout.listening(conversation_id(stream.contact)) as news:
            await self._catch_up(stream)
            async for _ in news:
                await self._catch_up(stream)
        raise _Ended

    async def _catch_up(self, stream: "_Stream") -> None:
        while messages := await self._conversations.after(stream.contact, stream.last_seq):
            for message in messages:
                frame = frames.MessageFrame(
                    seq=message.seq, speaker=message.speaker, parts=message.parts, at=message.at
                )
                await stream.send(frame)
                stream.last_seq = message.seq

    async def _write(self, stream: "_Stream") -> None:
        while True:
            await stream.send(await stream.control.get())

    async def _read(self, stream: "_Stream") -> None:
        while True:
            data = await stream.socket.recv()
            if data is None:
                raise _Ended
            stream.heard_at = time.monotonic()
            try:
                frame = msgspec.json.decode(data, type=frames.ClientFrame)
            except (msgspec.DecodeError, UnicodeDecodeError):
                await stream.socket.close(BAD_FRAME, "frame not understood")
                raise _Ended from None
            if isinstance(frame, frames.ClientMessage):
                await self._said(stream, frame)

    async def _said(self, stream: "_Stream", message: frames.ClientMessage) -> None:
        try:
            check_texts(message)
            answer = await self._intake.take(stream.contact, message)
        except ServiceError as error:
            stream.queue(frames.RefusedFrame(client_id=message.client_id, code=error.code, title=error.title))
            return
        stream.queue(frames.AckFrame(client_id=message.client_id, seq=answer.seq))


class _Ended(Exception):
    """One of a stream's tasks came to its end; the others follow."""


class _Stream:
    """One open socket."""

    def __init__(self, socket: Websocket, contact: ContactPoint, *, after: int) -> None:
        self.socket = socket
        self.contact = contact
        self.last_seq = after
        self.heard_at = time.monotonic()
        self.control: asyncio.Queue[frames.ServerFrame] = asyncio.Queue(CONTROL_FRAMES_MOST)
        self.tasks: list[asyncio.Task[None]] = []

    async def send(self, frame: frames.ServerFrame) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    def queue(self, frame: frames.ServerFrame) -> None:
        try:
            self.control.put_nowait(frame)
        except asyncio.QueueFull:
            raise _Ended from None


async def _heartbeat(stream: _Stream) -> None:
    while True:
        await asyncio.sleep(PING_EVERY_S)
        if time.monotonic() - stream.heard_at > DEAD_AFTER_S:
            await stream.socket.close(TOO_SLOW, "no sign of life")
            raise _Ended
        stream.queue(frames.PingFrame())
