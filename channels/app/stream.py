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
from msgspec import Struct
from sanic import Blueprint, Request, Websocket
from websockets.exceptions import ConnectionClosed

from channels.app import frames
from channels.app.messages import MessageIntake
from channels.app.tickets import Tickets
from channels.problem import Malformed
from services.conversations.message import ContactPoint
from services.conversations.model import conversation_id
from services.conversations.service import ConversationService
from services.coordination.ports import Fanout
from services.errors import NotAllowed, ServiceError, Unavailable

log = structlog.get_logger()

CONTROL_FRAMES_MOST = 64
"""Control frames one socket may be behind before it is closed; it resumes by ``seq``."""
AGAIN_LATER, GOING_AWAY, BAD_FRAME, FAILED = 1013, 1001, 1008, 1011
_SEQ_DIGITS = 18


class Pulse(Struct, frozen=True, kw_only=True):
    """How a dead socket is noticed; seconds."""

    ping_every_s: float = 15.0
    dead_after_s: float = 35.0
    """Without any frame of the client."""


_CALM = Pulse()


class ForeignOrigin(NotAllowed):
    """Refuse a socket that a page of another site opens (browsers send no preflight for WebSockets)."""

    code = "stream.foreign_origin"


class Streams:
    """All open streams of this process."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        *,
        conversations: ConversationService,
        intake: MessageIntake,
        tickets: Tickets,
        fanout: Fanout,
        public_url: str,
        pulse: Pulse = _CALM,
    ) -> None:
        """Take the services; ``public_url`` is the one origin besides the request's own host."""
        self._conversations = conversations
        self._intake = intake
        self._tickets = tickets
        self._fanout = fanout
        self._public_host = urlsplit(public_url).netloc
        self._pulse = pulse
        self._open: set[_Stream] = set()

    def mount(self, blueprint: Blueprint) -> None:
        """Add the stream; who may not open it is told so by HTTP, before the handshake."""

        async def admit(request: Request) -> None:
            # Sanic takes plain functions for middleware of a blueprint and passes over bound methods.
            await self._admit(request)

        blueprint.add_websocket_route(self._serve, "/stream", name="stream")
        _ = blueprint.on_request(admit)

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    async def _admit(self, request: Request) -> None:
        """Check origin, place and ticket of a request for the stream; other requests pass."""
        if not request.name or not request.name.endswith(".stream") or not _wants_socket(request):
            return
        self._check_origin(request)
        after = request.args.get("after") or "0"
        if not (after.isascii() and after.isdecimal() and len(after) <= _SEQ_DIGITS):
            raise Malformed("not a sequence number", place="after")
        request.ctx.after = int(after)
        request.ctx.contact = await self._tickets.redeem(request.args.get("ticket") or "")

    async def _serve(self, request: Request, socket: Websocket) -> None:
        """Run one admitted socket to its end."""
        stream = _Stream(socket, request.ctx.contact, after=request.ctx.after)
        self._open.add(stream)
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._read(stream), self._watch(stream), self._write(stream), self._beat(stream)):
                    _ = group.create_task(work)
        except* (ConnectionClosed, _Ended):
            pass
        except* Unavailable as failures:
            log.warning("stream ended by the store", error=str(failures.exceptions[0]))
            _ = socket.fail_connection(AGAIN_LATER, "unavailable")
        except* Exception:
            # Here and not in Sanic, whose log line would hold the address with its ticket.
            log.exception("stream failed")
            _ = socket.fail_connection(FAILED, "failed")
        finally:
            self._open.discard(stream)

    def close_all(self) -> None:
        """Tell every client to come again elsewhere (1001)."""
        for stream in tuple(self._open):
            # Written at once or not at all: a client that does not read must not hold up the stop.
            _ = stream.socket.fail_connection(GOING_AWAY, "restart")

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
                await stream.send(frames.message_frame(message))
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
                raise stream.ended(BAD_FRAME, "frame not understood") from None
            if isinstance(frame, frames.ClientMessage):
                await self._said(stream, frame)

    async def _said(self, stream: "_Stream", message: frames.ClientMessage) -> None:
        try:
            answer = await self._intake.take(stream.contact, message)
        except ServiceError as error:
            stream.queue(frames.RefusedFrame(client_id=message.client_id, code=error.code, title=error.title))
            return
        stream.queue(frames.AckFrame(client_id=message.client_id, seq=answer.seq))

    async def _beat(self, stream: "_Stream") -> None:
        while True:
            await asyncio.sleep(self._pulse.ping_every_s)
            if time.monotonic() - stream.heard_at > self._pulse.dead_after_s:
                raise stream.ended(AGAIN_LATER, "no sign of life")
            stream.queue(frames.PingFrame())


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

    async def send(self, frame: frames.ServerFrame) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    def queue(self, frame: frames.ServerFrame) -> None:
        try:
            self.control.put_nowait(frame)
        except asyncio.QueueFull:
            raise self.ended(AGAIN_LATER, "too slow") from None

    def ended(self, code: int, reason: str) -> "_Ended":
        """Close the socket and return what ends its tasks.

        Never waits: the orderly close takes a lock that a sender holds while its client does not read.
        """
        _ = self.socket.fail_connection(code, reason)
        return _Ended()


def _wants_socket(request: Request) -> bool:
    return (request.headers.get("upgrade") or "").lower() == "websocket"
