"""The stream of a conversation: in order, once, resumable, refused to strangers, and never a burden for others."""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from yarl import URL

from channels.app.stream import AGAIN_LATER, BAD_FRAME, GOING_AWAY, Pulse
from services.conversations.message import Text
from services.conversations.model import conversation_id
from services.database.collection import StoreUnavailable
from tests.channels.app.streaming import PUBLIC, Chat, Line, World, streaming

TOO_BIG = 1009
UNACKNOWLEDGED_MOST = 8
"""Fewer than the answers a conversation remembers; frames.py asks clients for it."""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with streaming() as world:
        yield world


async def refused(world: World, query: str, **headers: str) -> int:
    """Return the status with which a socket is refused."""
    with pytest.raises(WSServerHandshakeError) as refusal:
        async with world.session.ws_connect(f"{world.url}/stream?{query}", headers=headers):
            pass
    return refusal.value.status


async def test_a_message_is_acknowledged_and_comes_back_with_its_answer_in_order(world: World) -> None:
    async with (await world.guest()).line() as line:
        await line.send("m1", "你好")
        frames = [await line.frame() for _ in range(3)]
    assert [frame for frame in frames if frame["type"] == "ack"] == [{"type": "ack", "client_id": "m1", "seq": 1}]
    said = [(frame["seq"], frame["from"]) for frame in frames if frame["type"] == "message"]
    assert said == [(1, "citizen"), (2, "bot")]


async def test_a_late_message_is_acknowledged_at_once_and_comes_once_with_the_name_its_client_gave_it(
    world: World,
) -> None:
    # Given an answer that takes longer than a citizen waits, and a second message behind it
    chat = await world.guest()
    world.echo.gate.clear()
    async with chat.line() as line:
        await line.send("m1", "慢")
        assert await line.until("ack", 1) == [{"type": "ack", "client_id": "m1", "seq": 0}]
        await line.send("m2", "快")
        # (what was not acknowledged may be lost with the line)
        assert await line.until("ack", 1) == [{"type": "ack", "client_id": "m2", "seq": 0}]
    # When the line is back and the answer is there
    async with chat.line() as line:
        world.echo.gate.set()
        frames = await line.until("message", 4)
        # And the client, which cannot know, sends the first again
        await line.send("m1", "慢")
        assert await line.until("ack", 1) == [{"type": "ack", "client_id": "m1", "seq": 1}]
    # Then both stand there once, in their order, under the names that the client knows them by
    own = [(frame["seq"], frame["client_id"]) for frame in frames if frame["from"] == "citizen"]
    assert own == [(1, "m1"), (3, "m2")]
    assert [frame["seq"] for frame in frames] == [1, 2, 3, 4]
    assert all("client_id" not in frame for frame in frames if frame["from"] == "bot")
    assert world.echo.asked == ["慢", "快"]


async def test_everything_after_a_place_is_replayed_and_nothing_before_it(world: World) -> None:
    # Given a conversation so long that its beginning is in the archive
    chat = await world.guest()
    for number in range(60):
        await chat.say(f"m{number}", f"{number}")
    # When the client comes back having seen 50
    async with chat.line(after=50) as line:
        seen = [frame["seq"] for frame in await line.until("message", 70)]
    # Then it gets the other 70
    assert seen == list(range(51, 121))


async def test_through_two_hundred_cuts_every_message_arrives_once_and_in_order(world: World) -> None:
    # Given a citizen on a bad line, whose client sends again whatever was not acknowledged, oldest first
    chat, choice = await world.guest(), random.Random(20261124)
    seen: list[int] = []
    acknowledged: dict[str, set[int]] = {}
    said = 0
    for _ in range(200):
        async with chat.line(after=seen[-1] if seen else 0) as line:
            said += 1 if said - len(acknowledged) < UNACKNOWLEDGED_MOST else 0
            await send_again(line, said, acknowledged)
            for _ in range(choice.randrange(4)):
                note(await line.frame(), seen, acknowledged)
            cut(line.socket)
    # When the line holds again
    async with chat.line(after=seen[-1] if seen else 0) as line:
        await send_again(line, said, acknowledged)
        while not seen or seen[-1] < 2 * said or len(acknowledged) < said:
            note(await line.frame(), seen, acknowledged)
    # Then nothing was lost, doubled or out of order, in the store either
    assert seen == list(range(1, 2 * said + 1))
    assert all(len(places) == 1 for places in acknowledged.values())
    assert world.echo.asked == [str(number) for number in range(said)]
    assert said > 100


async def send_again(line: Line, said: int, acknowledged: dict[str, set[int]]) -> None:
    for number in range(said):
        if f"m{number}" not in acknowledged:
            await line.send(f"m{number}", f"{number}")


def note(frame: dict[str, Any], seen: list[int], acknowledged: dict[str, set[int]]) -> None:
    if frame["type"] == "message":
        seen.append(frame["seq"])
    else:
        assert frame["type"] == "ack"
        acknowledged.setdefault(frame["client_id"], set()).add(frame["seq"])


def cut(line: Any) -> None:  # noqa: ANN401 - aiohttp's socket
    """Cut a line as a tunnel does: no goodbye."""
    line._response.connection.transport.abort()


async def test_a_message_said_by_post_and_by_socket_has_one_effect_and_one_place(world: World) -> None:
    chat = await world.guest()
    async with chat.line() as line:
        by_post, _ = await asyncio.gather(chat.say("m1", "你好"), line.send("m1", "你好"))
        ack = (await line.until("ack", 1))[0]
    assert by_post["seq"] == ack["seq"] == 1
    assert world.echo.asked == ["你好"]


async def test_a_ticket_opens_one_socket_within_thirty_seconds(world: World) -> None:
    chat = await world.guest()
    ticket = await chat.ticket()
    async with world.session.ws_connect(f"{world.url}/stream?ticket={ticket}"):
        pass
    assert await refused(world, f"ticket={ticket}") == 401
    late = await chat.ticket()
    world.now += 30
    assert await refused(world, f"ticket={late}") == 401
    assert await refused(world, "ticket=never") == 401
    assert await refused(world, "") == 401


async def test_a_page_of_another_site_is_refused_before_the_handshake_and_costs_no_ticket(world: World) -> None:
    chat = await world.guest()
    ticket = await chat.ticket()
    for foreign in ("http://evil.example", "null", f"{PUBLIC}.evil.example"):
        assert await refused(world, f"ticket={ticket}", Origin=foreign) == 403
    async with world.session.ws_connect(f"{world.url}/stream?ticket={ticket}", headers={"Origin": PUBLIC}):
        pass
    async with chat.line(Origin=world.url):
        pass


@pytest.mark.parametrize("after", ["x", "-1", "１", "9" * 5_000])
async def test_a_place_that_is_no_number_is_refused(world: World, after: str) -> None:
    chat = await world.guest()
    url = URL(f"{world.url}/stream").with_query(ticket=await chat.ticket(), after=after)
    with pytest.raises(WSServerHandshakeError, match="400"):
        async with world.session.ws_connect(url):
            pass


async def test_who_does_not_want_a_socket_is_told_and_keeps_the_ticket(world: World) -> None:
    chat = await world.guest()
    ticket = await chat.ticket()
    async with world.session.get(f"{world.url}/stream?ticket={ticket}") as answer:
        assert (answer.status, (await answer.json())["code"]) == (426, "request.upgrade_required")
    async with world.session.ws_connect(f"{world.url}/stream?ticket={ticket}"):
        pass


@pytest.mark.parametrize(
    "frame",
    [b"", b"{", b'{"type":"shout"}', b'{"type":"message"}', b'{"type":"read","seq":-1}', b"\xff\xfe", b"[" * 50_000],
)
async def test_a_frame_that_is_none_closes_the_socket(world: World, frame: bytes) -> None:
    async with (await world.guest()).line() as line:
        await line.socket.send_bytes(frame)
        assert await line.closed() == BAD_FRAME
    assert not world.echo.asked


async def test_a_frame_over_64_kb_closes_the_socket(world: World) -> None:
    async with (await world.guest()).line() as line:
        await line.socket.send_bytes(b"x" * (64 * 1024 + 1))
        assert await line.closed() == TOO_BIG


async def test_frames_that_need_no_answer_get_none(world: World) -> None:
    async with (await world.guest()).line() as line:
        for frame in ({"type": "typing"}, {"type": "read", "seq": 3}, {"type": "pong"}):
            await line.raw(frame)
        await line.send("m1", "你好")
        assert {(await line.frame())["type"] for _ in range(3)} == {"message", "ack"}


async def test_a_message_that_is_refused_says_so_and_the_line_stays(world: World) -> None:
    async with (await world.guest()).line() as line:
        await line.send("m1", "x" * 2_001)
        refusal = await line.frame()
        assert (refusal["type"], refusal["client_id"], refusal["code"]) == ("refused", "m1", "request.invalid")
        await line.raw({"type": "message", "client_id": "m2", "parts": [{"type": "image", "media_id": "media_1"}]})
        assert (await line.frame())["code"] == "media.not_found"
        await line.send("m3", "好")
        assert await line.until("ack", 1) == [{"type": "ack", "client_id": "m3", "seq": 1}]


async def test_more_messages_than_a_person_writes_are_refused_one_by_one() -> None:
    async with streaming(per_minute=2) as world, (await world.guest()).line() as line:
        for number in range(3):
            await line.send(f"m{number}", "好")
        refusal = (await line.until("refused", 1))[0]
        assert (refusal["client_id"], refusal["code"]) == ("m2", "messages.too_many")
        # And a repeat of one that was taken is answered, for it costs nothing
        await line.send("m0", "好")
        assert (await line.until("ack", 1))[0]["client_id"] == "m0"


async def test_a_client_that_answers_pings_stays_and_one_that_falls_silent_is_closed() -> None:
    async with streaming(pulse=Pulse(ping_every_s=0.05, dead_after_s=0.15)) as world:
        chat = await world.guest()
        async with chat.line() as lively, chat.line() as silent:
            answering = 0
            while not silent.socket.closed and answering < 100:
                message = await lively.next()
                assert message.json()["type"] == "ping"
                await lively.raw({"type": "pong"})
                answering += 1
                if len(world.streams) == 1:
                    break
            assert await silent.closed() == AGAIN_LATER
            await lively.send("m1", "好")
            assert await lively.until("ack", 1)


async def test_a_client_that_reads_nothing_delays_nobody_and_is_let_go() -> None:
    async with streaming(pulse=Pulse(ping_every_s=0.1, dead_after_s=0.5)) as world:
        deaf, lively = await world.guest(), await world.guest()
        contact = await deaf.contact()
        # Given a client whose window is full
        host, port = URL(world.url).host or "", URL(world.url).port or 0
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            raw.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(raw, (host, port))
            await loop.sock_sendall(raw, handshake(await deaf.ticket(), host))
            for number in range(200):
                await world.conversations.notify(contact, (Text("长" * 5_000),), key=f"n{number}")
            # When another writes, then the answer is there at once
            async with lively.line() as line:
                await line.send("m1", "你好")
                assert await asyncio.wait_for(line.until("ack", 1), 1)
                # And the deaf one is let go although nothing can be written to it
                while len(world.streams) > 1:
                    assert (await line.next()).json()["type"] in {"ping", "message"}
                    await line.raw({"type": "pong"})
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def handshake(ticket: str, host: str) -> bytes:
    return (
        f"GET /stream?ticket={ticket} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


async def test_a_client_that_floods_what_needs_an_answer_without_reading_is_let_go() -> None:
    async with streaming(per_minute=1) as world, (await world.guest()).line() as line:
        stream = next(iter(world.streams._open))
        # Given a writer that cannot write
        await stream.socket.conn_mutex.acquire()
        # When more refusals wait than the bound
        for number in range(70):
            await line.send(f"m{number}", "好")
        # Then the socket is closed, not the memory filled
        assert await line.closed() == AGAIN_LATER
        stream.socket.conn_mutex.release()


async def test_a_stop_tells_every_client_to_come_again(world: World) -> None:
    chats = [await world.guest() for _ in range(3)]
    async with chats[0].line() as one, chats[1].line() as two, chats[2].line() as three:
        await asyncio.gather(*(line.send("m", "好") for line in (one, two, three)))
        await asyncio.gather(*(line.until("ack", 1) for line in (one, two, three)))
        assert len(world.streams) == 3
        world.streams.close_all()
        assert [await line.closed() for line in (one, two, three)] == [GOING_AWAY] * 3
    world.streams.close_all()


async def test_a_store_that_fails_ends_the_stream_with_come_again(world: World) -> None:
    chat: Chat = await world.guest()

    class Down:
        async def find(self, _: str) -> None:
            raise StoreUnavailable("disk")

    async with chat.line() as line:
        await line.send("m1", "好")
        await line.until("ack", 1)
        world.conversations._conversations = Down()  # type: ignore[assignment]  # a store that fails
        await world.streams._fanout.publish(await conversation_of(chat), b"news")
        assert await line.closed() == AGAIN_LATER


async def conversation_of(chat: Chat) -> str:
    return conversation_id(await chat.contact())


async def test_a_listener_that_fell_behind_is_ended_and_resumes(world: World) -> None:
    chat = await world.guest()
    async with chat.line() as line:
        await line.send("m1", "好")
        await line.until("ack", 1)
        topic = await conversation_of(chat)
        for queue in world.streams._fanout._listeners[topic]:  # type: ignore[attr-defined]  # the in-process one
            queue.put_nowait(None)
        assert await line.closed() is not None
    async with chat.line(after=1) as line:
        assert [frame["seq"] for frame in await line.until("message", 1)] == [2]
