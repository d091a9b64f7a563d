"""Answer the platform's calls: prove, open, read, hand in, reply.

``GET /wechat/<account>`` is the address check, ``POST`` brings messages and events. Whatever is wrong with a request gets
a 4xx with a code word and changes nothing; a message that could not be kept gets a 503, and the platform comes again.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import assert_never

import structlog
from msgspec import Struct
from sanic import Blueprint, HTTPResponse, Request

from channels.ports import Busy, Inbox, Late, TooMany
from channels.wechat.door import Door
from channels.wechat.parse import Parsed, parse
from channels.wechat.ports import Answers, MediaArrivals, SendReports, UploadedMedia
from channels.wechat.progress import Progress, Stage, reply_key
from channels.wechat.render import Envelope, ImagePiece, Piece, TextPiece, passive_image_xml, passive_xml, pieces
from channels.wechat.replay import Replays
from channels.wechat.requests import read_body, read_query
from channels.wechat.settings import Account
from channels.wechat.wire import Malformed
from channels.wechat.wording import TOO_LONG, TOO_MANY
from services.clock import Clock
from services.conversations.message import Event, EventKind, Inbound
from services.conversations.model import Answered
from services.errors import NotFound, ServiceError, Unavailable

log = structlog.get_logger()

_SILENT = frozenset({EventKind.UNFOLLOWED, EventKind.VIEWED, EventKind.LOCATED, EventKind.OTHER})
"""Events to which the platform allows no reply, or which nobody waits for."""
_PROMISE_TIME_S = 0.3
"""Seconds for one write more, when the answer itself took its whole time: five are all there are."""


class CallbackPorts(Struct, frozen=True, kw_only=True):
    """What a callback works with."""

    inbox: Inbox
    replays: Replays
    arrivals: MediaArrivals
    uploaded: UploadedMedia
    answers: Answers
    progress: Progress
    reports: SendReports
    clock: Clock


class Callbacks:
    """Answer the calls for every account."""

    def __init__(self, accounts: Mapping[str, Account], *, ports: CallbackPorts, public_url: str) -> None:
        """Take the accounts by the name in their address; ``public_url`` completes links to our own pages."""
        self._doors = {name: Door(account) for name, account in accounts.items()}
        self._ports = ports
        self._public_url = public_url

    def check(self, request: Request, account: str) -> HTTPResponse:
        """Answer the address check with the echo string, byte for byte; it is plain in every mode."""
        query = read_query(request.query_string)
        self._door(account).proven_stamp(query, now=self._ports.clock.now())
        echo = query.get("echostr", "")
        if not echo:
            raise Malformed("no echostr")
        return _plain(echo)

    async def receive(self, request: Request, account: str) -> HTTPResponse:
        """Answer one message or event."""
        door, now = self._door(account), self._ports.clock.now()
        stamp = door.proven_stamp(read_query(request.query_string), now=now)
        wire, is_sealed = door.open(await read_body(request), stamp)
        parsed = parse(wire, door.account)
        envelope = Envelope(to=parsed.contact.address, sender=wire.required("ToUserName"), at=now)
        await self._ports.replays.check(account, stamp.signature, message=(parsed.contact.address, parsed.key))
        reply = await self._answer(parsed, envelope)
        if not reply:
            return _plain("success")
        return _Reply(door.seal(reply, now=now) if is_sealed else reply, content_type="text/xml; charset=utf-8")

    def _door(self, account: str) -> Door:
        door = self._doors.get(account)
        if door is None:
            raise NotFound("no such account")
        return door

    async def _answer(self, parsed: Parsed, envelope: Envelope) -> str:
        """Do what a callback asks for and return the passive reply, or nothing."""
        if parsed.too_long:
            return passive_xml(TextPiece(TOO_LONG), envelope)
        for report in parsed.reports:
            await self._ports.reports.reported(report.platform_id, delivered=not report.reason, reason=report.reason)
        if parsed.media:
            self._ports.arrivals.arrived(parsed.media)
        replies = [await self._handed_in(inbound, envelope) for inbound in parsed.inbounds]
        # Several events of one callback (consents) share one answer; the others are in the transcript.
        return next(filter(None, replies), "")

    async def _handed_in(self, inbound: Inbound, envelope: Envelope) -> str:
        outcome = await self._ports.inbox.receive(inbound)
        match outcome:
            case Answered(late=True):
                return ""
            case Answered():
                return "" if _is_silent(inbound) else await self._said(inbound, outcome, envelope=envelope)
            case Late():
                return ""
            case TooMany():
                return "" if _is_silent(inbound) else passive_xml(TextPiece(TOO_MANY), envelope)
            case Busy():
                raise Unavailable("the inbox could keep nothing")
            case _:
                assert_never(outcome)

    async def _said(self, inbound: Inbound, answered: Answered, *, envelope: Envelope) -> str:
        """Return the first message of an answer; when there are more, promise that they follow as customer messages."""
        every = pieces(answered.parts, public_url=self._public_url)
        if not every:
            return ""
        if len(every) == 1 and not isinstance(every[0], ImagePiece):
            return passive_xml(every[0], envelope)
        reply = await self._first(every[0], inbound, envelope=envelope)
        if len(every) > 1 or not reply:
            if reply:
                await self._ports.progress.note(reply_key(inbound.contact, answered.replies[0].seq), Stage(1, 1))
            await self._promise(inbound)
        return reply

    async def _first(self, piece: Piece, inbound: Inbound, *, envelope: Envelope) -> str:
        if not isinstance(piece, ImagePiece):
            return passive_xml(piece, envelope)
        # An upload takes longer than the platform waits: a picture it does not have yet follows later.
        platform_id = await self._ports.uploaded.known(inbound.contact.account, piece.media_id)
        return passive_image_xml(platform_id, envelope) if platform_id else ""

    async def _promise(self, inbound: Inbound) -> None:
        try:
            async with asyncio.timeout(_PROMISE_TIME_S):
                await self._ports.answers.push_answer(inbound.contact, inbound.key)
        except (ServiceError, TimeoutError):
            # The first message still answers, and the whole stands in the transcript.
            log.exception("rest of an answer not promised")


class _Reply(HTTPResponse):
    """A passive reply; all its headers are of our own making, and having Sanic clean each would cost 10 us."""

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Return the headers as they are sent."""
        headers = self.headers
        headers.setdefault("content-type", self.content_type)
        return iter([(name.encode(), str(value).encode()) for name, value in headers.items()])


def _is_silent(inbound: Inbound) -> bool:
    return isinstance(inbound.part, Event) and inbound.part.kind in _SILENT


def blueprint(callbacks: Callbacks) -> Blueprint:
    """Return the two routes of the channel."""
    routes = Blueprint("wechat", url_prefix="/wechat")

    @routes.get("/<account:str>")
    async def check(request: Request, account: str) -> HTTPResponse:
        try:
            return callbacks.check(request, account)
        except ServiceError as refusal:
            return _refused(refusal, account)

    @routes.post("/<account:str>", stream=True)
    async def receive(request: Request, account: str) -> HTTPResponse:
        try:
            return await callbacks.receive(request, account)
        except ServiceError as refusal:
            return _refused(refusal, account)
        except Exception:  # the platform comes again; it must never be shown a fault of ours
            log.exception("wechat callback failed")
            return _refused(Unavailable("unexpected"), account)

    return routes


def _refused(refusal: ServiceError, account: str) -> HTTPResponse:
    # Only for an account that exists: the name comes from whoever asks.
    known = {} if isinstance(refusal, NotFound) else {"account": account}
    log.info("wechat callback refused", code=refusal.code, reason=str(refusal), **known)
    return _plain(refusal.code, refusal.status)


def _plain(text: str, status: int = 200) -> HTTPResponse:
    return HTTPResponse(
        text, status, headers={"X-Content-Type-Options": "nosniff"}, content_type="text/plain; charset=utf-8"
    )
