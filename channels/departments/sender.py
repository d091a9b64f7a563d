"""Push events to a unit's system: one signed POST, tried once; the relay repeats it with the same ``event_id``."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession

from channels.departments.ports import Petitions
from channels.departments.settings import System
from channels.departments.signature import Signed, signed_headers
from channels.departments.wire import EventBody, PetitionBody, Received, petition_body
from channels.outgoing import AnswerTooLarge, read_answer
from services.clock import Clock
from services.outbox.notice import Notice, Receipt
from services.outbox.send_errors import SendDelayed, SendMisconfigured, SendRefused
from services.petitions.model import PetitionNotFound
from services.promises import Topic

TIME_LIMIT = timedelta(seconds=10)
"""For one push; shorter than the relay's lease. Source: docs/departments-interface.md."""
ANSWER_LIMIT = 64 * 1024
_WITH_PETITION = frozenset({Topic.DEPARTMENT_DISPATCHED, Topic.DEPARTMENT_JOINED, Topic.DEPARTMENT_REDO})
_OK = 200
_SETUP = frozenset({401, 403, 404, 405})
_BUSY = frozenset({408, 425, 429})
_SERVER_ERRORS = range(500, 600)


class DepartmentSender:
    """The way out to units' systems."""

    def __init__(
        self,
        systems: Mapping[str, System],
        *,
        petitions: Petitions,
        session: ClientSession,
        clock: Clock,
        limit: timedelta = TIME_LIMIT,
    ) -> None:
        """Take the systems by unit."""
        self._systems = systems
        self._petitions = petitions
        self._session = session
        self._clock = clock
        self._limit_s = limit.total_seconds()

    async def send(self, notice: Notice) -> Receipt:
        """Push one event; raise SendRefused, SendDelayed or SendMisconfigured.

        Silence is `SendDelayed` and not `SendUnknown`: the receiver drops repeats by ``event_id``.
        """
        system = self._systems.get(notice.contact.address)
        if system is None or not system.takes_pushes:
            raise SendMisconfigured("department.no_address")
        body = msgspec.json.encode(await self._event(notice))
        url = f"{system.url}/petitions"
        signed = Signed(method="POST", target=urlsplit(url).path, body=body)
        headers = signed_headers(signed, system, at=self._clock.now()) | {"Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(self._limit_s),
                self._session.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                # Of anything but an OK the status says it all, whatever page comes with it.
                body = await read_answer(response, ANSWER_LIMIT) if response.status == _OK else b""
                _check(response, body)
        except AnswerTooLarge as error:
            raise SendDelayed("department.not_received") from error
        except (TimeoutError, ClientError) as error:
            raise SendDelayed("department.silent") from error
        return Receipt(way="push")

    async def _event(self, notice: Notice) -> EventBody:
        facts = notice.fields
        return EventBody(
            event_id=notice.delivery_id,
            event=notice.topic.partition(".")[2],
            at=facts["at"],
            number=facts["number"],
            due=facts.get("due"),
            version=int(facts["version"]),
            text=facts.get("text", ""),
            petition=await self._petition(notice) if notice.topic in _WITH_PETITION else None,
        )

    async def _petition(self, notice: Notice) -> PetitionBody:
        try:
            return petition_body(*await self._petitions.handed_over(notice.fields["number"], notice.contact.address))
        except PetitionNotFound as error:
            # It went elsewhere before this push left: the unit has no business with it any more.
            raise SendRefused("department.not_theirs") from error


def _check(response: ClientResponse, body: bytes) -> None:
    """Raise what an answer means unless it says that the event was received."""
    status = response.status
    if status == _OK:
        try:
            received = msgspec.json.decode(body, type=Received).received
        except msgspec.DecodeError:
            received = False
        if not received:
            raise SendDelayed("department.not_received")
        return
    if status in _BUSY or status in _SERVER_ERRORS:
        wait = response.headers.get("Retry-After", "")
        retry_after = timedelta(seconds=min(int(wait), 3_600)) if wait.isascii() and wait.isdecimal() else None
        raise SendDelayed(f"department.{status}", retry_after=retry_after)
    if status in _SETUP:
        raise SendMisconfigured(f"department.{status}")
    raise SendRefused(f"department.{status}")
