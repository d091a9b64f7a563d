"""What a unit's system answers to a push, and in however many pieces, decides whether it is sent again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
import pytest
from aiohttp import ClientSession

from channels.departments.sender import DepartmentSender
from channels.departments.settings import System
from services.conversations.message import Channel, ContactPoint
from services.outbox.notice import Notice
from services.outbox.send_errors import SendDelayed, SendFailed, SendMisconfigured, SendRefused
from services.petitions.keys import Contact
from services.petitions.model import Petition, PetitionNotFound
from services.promises import Topic
from services.secret import Secret
from tests.support.set_clock import SetClock

RECEIVED = b'{"received": true}'


class NothingHandedOver:
    """The petitions of a unit from which everything has gone elsewhere."""

    async def handed_over(self, number: str, department: str) -> tuple[Petition, Contact | None]:
        """Find none."""
        raise PetitionNotFound(f"{number} of {department}")


class UnitSystem:
    """A unit's system that answers as it is told and remembers what it was sent."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.served: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, each piece once the one before it has left."""
        self.served.add(asyncio.current_task())
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        self.bodies.append(await reader.readexactly(length))
        for piece in self._pieces:
            writer.write(piece)
            await writer.drain()
            # A turn of the loop on each side: the reader gets this piece by itself.
            for _ in range(5):
                await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()


def an_answer(status: str, *pieces: bytes, headers: bytes = b"") -> list[bytes]:
    head = b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n%b\r\n"
    return [head % (status.encode(), sum(map(len, pieces)), headers), *pieces]


@asynccontextmanager
async def sending_to(pieces: Sequence[bytes]) -> AsyncIterator[tuple[DepartmentSender, UnitSystem]]:
    unit = UnitSystem(pieces)
    server = await asyncio.start_server(unit.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    system = System(id="water", key="k1", secret=Secret("s" * 32), url=f"http://127.0.0.1:{port}/city")
    async with server, ClientSession() as session:
        yield (
            DepartmentSender(
                {"water": system},
                petitions=NothingHandedOver(),
                session=session,
                clock=SetClock(),
                limit=timedelta(seconds=5),
            ),
            unit,
        )
        for task in filter(None, unit.served):
            await task


def a_notice(topic: Topic = Topic.DEPARTMENT_YELLOW_CARD) -> Notice:
    return Notice(
        delivery_id="d1",
        topic=topic,
        contact=ContactPoint(channel=Channel.DEPARTMENT, account="city", address="water"),
        parts=(),
        fields={"at": "2026-11-24T10:00:00+08:00", "number": "QD20261124-7K3M9P", "version": "3"},
    )


@pytest.mark.parametrize(
    "pieces",
    [an_answer("200 OK", RECEIVED), an_answer("200 OK", RECEIVED[:8], RECEIVED[8:12], RECEIVED[12:])],
    ids=["whole", "in pieces"],
)
async def test_an_event_is_signed_and_received_in_however_many_pieces_the_answer_comes(pieces: list[bytes]) -> None:
    async with sending_to(pieces) as (sender, unit):
        assert (await sender.send(a_notice())).way == "push"
    (body,) = unit.bodies
    assert msgspec.json.decode(body)["event_id"] == "d1"
    assert unit.heads[0].startswith(b"POST /city/petitions HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (an_answer("200 OK", b'{"received": false}'), SendDelayed("department.not_received")),
        (an_answer("200 OK", b"<html>ok</html>"), SendDelayed("department.not_received")),
        (
            an_answer("200 OK", b'{"received": true, "x": "' + b"y" * 70_000 + b'"}'),
            SendDelayed("department.not_received"),
        ),
        (an_answer("503 Busy", b"", headers=b"Retry-After: 7\r\n"), SendDelayed("department.503")),
        (an_answer("429 Busy", b""), SendDelayed("department.429")),
        (an_answer("403 No", b"<html>" + b"y" * 70_000), SendMisconfigured("department.403")),
        (an_answer("401 No", b""), SendMisconfigured("department.401")),
        (an_answer("302 Found", b"", headers=b"Location: /other\r\n"), SendRefused("department.302")),
        (an_answer("422 No", b""), SendRefused("department.422")),
        ([], SendDelayed("department.silent")),
    ],
    ids=[
        "not received",
        "not ours",
        "too long",
        "busy",
        "too many",
        "with a long page",
        "stranger",
        "elsewhere",
        "refused",
        "silent",
    ],
)
async def test_any_other_answer_has_its_meaning(pieces: list[bytes], expected: SendFailed) -> None:
    async with sending_to(pieces) as (sender, _):
        with pytest.raises(SendFailed) as failed:
            await sender.send(a_notice())
    assert (type(failed.value), failed.value.reason) == (type(expected), expected.reason)


async def test_a_wait_that_is_asked_for_is_kept() -> None:
    async with sending_to(an_answer("503 Busy", b"", headers=b"Retry-After: 7\r\n")) as (sender, _):
        with pytest.raises(SendDelayed) as delayed:
            await sender.send(a_notice())
    assert delayed.value.retry_after == timedelta(seconds=7)


async def test_a_petition_that_went_elsewhere_is_not_shown_to_the_unit_any_more() -> None:
    async with sending_to(an_answer("200 OK", RECEIVED)) as (sender, unit):
        with pytest.raises(SendRefused, match="not_theirs"):
            await sender.send(a_notice(Topic.DEPARTMENT_DISPATCHED))
    assert unit.bodies == []
