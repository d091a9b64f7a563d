"""The inbox: repeats, order, the deadline, and what survives a crash."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.inbox import CitizensInbox, InboxSettings
from channels.ports import Busy, Late, TooMany
from channels.spill import SpillFile
from services.conversations.message import Channel, ContactPoint, Event, EventKind, Inbound, Text
from services.conversations.model import Answered, Conversation, Response, conversation_id
from services.conversations.service import ConversationService
from services.conversations.store import CONVERSATIONS
from services.conversations.waiting import WAITING_MESSAGES, waiting
from services.database.collection import Database
from services.tasks import Tasks
from tests.support.conversations import Echo, a_contact, an_inbound, an_inbox, conversations_in
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock

QUICK = InboxSettings(messages_per_minute=0, answer_within_s=0.4, keep_within_s=0.2)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    registry = Tasks()
    yield registry
    await registry.stop()


@pytest.fixture
def echo() -> Echo:
    return Echo()


class World:
    """One process: its inbox and the service behind it."""

    def __init__(self, inbox: CitizensInbox, conversations: ConversationService) -> None:
        self.inbox = inbox
        self.conversations = conversations


@pytest.fixture
async def world(database: Database, tasks: Tasks, echo: Echo, tmp_path: Path) -> World:
    clock = SetClock()
    inbox = an_inbox(database, responder=echo, clock=clock, tasks=tasks, folder=tmp_path, settings=QUICK)
    conversations = conversations_in(database, clock)
    await database.open()
    return World(inbox, conversations)


def texts(outcome: object) -> list[str]:
    assert isinstance(outcome, Answered)
    return [part.body for part in outcome.parts if isinstance(part, Text)]


async def test_a_message_is_stored_with_its_answer_before_it_is_answered(world: World) -> None:
    # When a citizen writes
    outcome = await world.inbox.receive(an_inbound("你好"))
    # Then the answer is there, and question and answer are in the store
    assert texts(outcome) == ["0:你好"]
    said = await world.conversations.after(a_contact(), 0)
    assert [(message.seq, message.speaker) for message in said] == [(1, "citizen"), (2, "bot")]


async def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(world: World, echo: Echo) -> None:
    # Given an answered message
    first = await world.inbox.receive(an_inbound("你好", key="m1"))
    # When the platform sends it again
    again = await world.inbox.receive(an_inbound("你好", key="m1"))
    # Then the answer is the same and nobody was asked twice
    assert again == first
    assert echo.asked == ["你好"]


async def test_three_repeats_at_the_same_time_have_one_effect(world: World, echo: Echo) -> None:
    outcomes = await asyncio.gather(*(world.inbox.receive(an_inbound("你好", key="m1")) for _ in range(3)))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert echo.asked == ["你好"]


async def test_messages_of_one_citizen_are_answered_in_the_order_they_came(world: World, echo: Echo) -> None:
    # Given a first message that is being answered
    echo.gate.clear()
    many = [asyncio.ensure_future(world.inbox.receive(an_inbound(str(n), key=f"m{n}"))) for n in range(5)]  # noqa: TID251 - gathered below
    await asyncio.sleep(0)
    # When the answers may come
    echo.gate.set()
    outcomes = await asyncio.gather(*many)
    # Then each was decided after the one before
    assert [texts(outcome) for outcome in outcomes] == [[f"{2 * n}:{n}"] for n in range(5)]


async def test_a_slow_citizen_does_not_hold_up_another(world: World, echo: Echo) -> None:
    # Given a citizen whose answer hangs
    class Partly(Echo):
        async def respond(self, conversation: object, inbound: Inbound) -> Response:
            if inbound.contact.address == "slow":
                await asyncio.Event().wait()
            return Response(replies=(Text("ok"),))

    world.inbox._responder = Partly()
    hanging = asyncio.ensure_future(world.inbox.receive(an_inbound(contact=a_contact("slow"))))  # noqa: TID251 - awaited below
    # When another writes
    outcome = await asyncio.wait_for(world.inbox.receive(an_inbound(contact=a_contact("quick"))), 0.15)
    # Then the answer is there at once
    assert texts(outcome) == ["ok"]
    assert await hanging == Late()


async def test_a_late_answer_is_promised_to_the_outbox_and_the_kept_message_forgotten(
    world: World, echo: Echo, tasks: Tasks, database: Database
) -> None:
    # Given an answer that takes longer than the platform waits
    echo.gate.clear()
    assert await world.inbox.receive(an_inbound("慢", key="m1")) == Late()
    kept = database.collection(WAITING_MESSAGES)
    assert (await kept.query("since")).documents[0].inbound.key == "m1"
    # When it is ready
    echo.gate.set()
    await tasks.drain(timedelta(seconds=5))
    # Then it leaves through the outbox, and nothing waits any more
    conversation = await world.conversations.open(a_contact())
    assert [promise.facts["first_seq"] for promise in conversation.pending] == ["2"]
    assert not (await kept.query("since")).documents
    assert echo.asked == ["慢"]


async def test_a_message_acknowledged_before_a_crash_is_answered_after_it(
    world: World, echo: Echo, database: Database, tasks: Tasks, tmp_path: Path
) -> None:
    # Given a process that acknowledged a message and died before answering it
    echo.gate.clear()
    assert await world.inbox.receive(an_inbound("慢", key="m1")) == Late()
    await tasks.stop()
    # When another process starts
    fresh = Echo()
    restarted = an_inbox(database, responder=fresh, clock=SetClock(), tasks=Tasks(), folder=tmp_path, settings=QUICK)
    await restarted.recover()
    # Then the message has its answer, once, on its way through the outbox
    await restarted.recover()
    conversation = await world.conversations.open(a_contact())
    assert len(conversation.pending) == 1
    assert fresh.asked == ["慢"]


async def test_a_message_is_kept_in_the_spill_file_when_the_store_hangs(
    world: World, database: Database, tasks: Tasks, tmp_path: Path
) -> None:
    # Given a store that takes nothing
    class Hanging:
        async def add(self, document: object) -> object:
            await asyncio.Event().wait()
            return document

    echo = Echo()
    echo.gate.clear()
    stuck = an_inbox(database, responder=echo, clock=SetClock(), tasks=tasks, folder=tmp_path, settings=QUICK)
    stuck._waiting = Hanging()  # type: ignore[assignment]  # a store that hangs
    # When a message cannot be answered in time
    assert await stuck.receive(an_inbound("慢", key="m1")) == Late()
    await tasks.stop()
    # Then it is in the file, and answered after the restart
    assert (tmp_path / "spill.jsonl").exists()
    await world.inbox.recover()
    assert len((await world.conversations.open(a_contact())).pending) == 1
    assert not (tmp_path / "spill.jsonl").exists()


async def test_nothing_is_acknowledged_when_the_answer_fails(world: World, echo: Echo) -> None:
    # Given a fault of ours
    echo.error = RuntimeError("bug")
    # Then the platform is told to come again
    assert await world.inbox.receive(an_inbound(key="m1")) == Busy()
    # When it does and the fault is gone, the message is answered
    echo.error = None
    assert texts(await world.inbox.receive(an_inbound(key="m1"))) == ["0:你好"]


async def test_more_messages_than_allowed_are_refused_but_repeats_are_not_counted(
    database: Database, echo: Echo, tasks: Tasks, tmp_path: Path
) -> None:
    # Given a limit of two a minute, used up
    settings = InboxSettings(messages_per_minute=2, answer_within_s=0.4, keep_within_s=0.2)
    inbox = an_inbox(database, responder=echo, clock=SetClock(), tasks=tasks, folder=tmp_path, settings=settings)
    await database.open()
    first = await inbox.receive(an_inbound(key="m1"))
    assert await inbox.receive(an_inbound(key="m1")) == first
    await inbox.receive(an_inbound(key="m2"))
    # When a third comes, then it has no effect
    assert await inbox.receive(an_inbound(key="m3")) == TooMany()
    assert await inbox.receive(an_inbound(key="m1")) == first


async def test_events_that_nobody_waits_for_are_not_even_stored(world: World, database: Database) -> None:
    outcome = await world.inbox.receive(an_inbound(Event(kind=EventKind.LOCATED, key="36.1,120.3")))
    assert outcome == Answered(seq=0, replies=())
    assert await database.collection(CONVERSATIONS).find(conversation_id(a_contact())) is None


async def test_the_repeat_of_a_late_message_is_late_too_so_that_nobody_reads_the_answer_twice(
    world: World, echo: Echo, tasks: Tasks
) -> None:
    # Given a message that was acknowledged without its answer, whose acknowledgement got lost
    echo.gate.clear()
    assert await world.inbox.receive(an_inbound("慢", key="m1")) == Late()
    # When the platform repeats it while the first try is under way, and the answer comes then
    again = asyncio.ensure_future(world.inbox.receive(an_inbound("慢", key="m1")))  # noqa: TID251 - awaited below
    await asyncio.sleep(0)
    echo.gate.set()
    # Then the answer leaves through the outbox alone
    outcome = await again
    assert isinstance(outcome, Answered)
    assert outcome.late
    await tasks.drain(timedelta(seconds=5))
    assert len((await world.conversations.open(a_contact())).pending) == 1
    # And a later repeat hears the same, with the same replies for a channel that can show them twice
    later = await world.inbox.receive(an_inbound("慢", key="m1"))
    assert isinstance(later, Answered)
    assert (later.late, texts(later)) == (True, ["0:慢"])


async def test_one_message_that_cannot_be_answered_holds_up_nobody_else(
    world: World, database: Database, tasks: Tasks, tmp_path: Path
) -> None:
    # Given three acknowledged messages of three citizens, one of which breaks the responder
    class Partly(Echo):
        async def respond(self, conversation: Conversation, inbound: Inbound) -> Response:
            if inbound.contact.address == "poison":
                raise RuntimeError("bug")
            return await super().respond(conversation, inbound)

    waiting_messages = database.collection(WAITING_MESSAGES)
    for name in ("a", "poison", "z"):
        await waiting_messages.add(waiting(an_inbound(contact=a_contact(name)), since=SetClock().now()))
    inbox = an_inbox(database, responder=Partly(), clock=SetClock(), tasks=tasks, folder=tmp_path, settings=QUICK)
    # When a process starts, then it answers the others and keeps that one for later
    assert await inbox.recover() == 3
    assert len((await world.conversations.open(a_contact("z"))).pending) == 1
    assert [left.inbound.contact.address for left in (await waiting_messages.query("since")).documents] == ["poison"]


async def test_more_waiting_messages_than_one_page_are_all_answered_in_each_citizens_order(
    world: World, database: Database, echo: Echo
) -> None:
    # Given 450 acknowledged messages of three citizens
    waiting_messages, clock = database.collection(WAITING_MESSAGES), SetClock()
    for number in range(450):
        inbound = an_inbound(str(number), key=f"m{number}", contact=a_contact(f"c{number % 3}"))
        await waiting_messages.add(waiting(inbound, since=clock.now()))
        clock.advance(timedelta(milliseconds=1))
    # When a process starts
    assert await world.inbox.recover(older_than=-timedelta(seconds=1)) == 450
    # Then each citizen's were answered one after another
    for citizen in range(3):
        assert [int(body) for body in echo.asked if int(body) % 3 == citizen] == list(range(citizen, 450, 3))


async def test_a_platforms_message_is_kept_when_the_store_is_down_and_an_apps_is_refused(
    database: Database, echo: Echo, tasks: Tasks, tmp_path: Path
) -> None:
    # Given a store that is down
    inbox = an_inbox(database, responder=echo, clock=SetClock(), tasks=tasks, folder=tmp_path, settings=QUICK)
    await database.open()
    await database.close()
    # When both write, then what the platform would give up is kept, and the app is told to come again
    assert await inbox.receive(an_inbound(key="m1")) == Late()
    app = ContactPoint(channel=Channel.APP, account="main", address="guest")
    assert await inbox.receive(an_inbound(key="m2", contact=app)) == Busy()
    assert len(await SpillFile(tmp_path / "spill.jsonl").take()) == 1


async def test_a_farewell_erases_what_was_said_though_the_first_try_died_before_it_could(
    world: World, database: Database, echo: Echo
) -> None:
    # Given a farewell that was recorded by a process that died before it erased anything
    await world.inbox.receive(an_inbound("你好", key="m1"))
    farewell = an_inbound(Event(kind=EventKind.UNFOLLOWED), key="m2")
    conversation = await world.conversations.open(a_contact())
    await world.conversations.record(conversation, farewell, response=Response(replies=()))
    # When the platform repeats it
    await world.inbox.receive(farewell)
    # Then nothing is left of what was said
    assert (await world.conversations.open(a_contact())).kept == ()


async def test_an_answer_that_hangs_for_too_long_is_given_up_and_tried_again(
    world: World, database: Database, tasks: Tasks, tmp_path: Path
) -> None:
    # Given an answer that never comes
    echo = Echo()
    echo.gate.clear()
    settings = InboxSettings(messages_per_minute=0, answer_within_s=0.2, keep_within_s=0.1, handle_within_s=0.3)
    inbox = an_inbox(database, responder=echo, clock=SetClock(), tasks=tasks, folder=tmp_path, settings=settings)
    assert await inbox.receive(an_inbound("慢", key="m1")) == Late()
    await tasks.drain(timedelta(seconds=5))
    # When the fault has passed
    echo.gate.set()
    # Then the citizen's line is free, and the message is answered once
    assert texts(await inbox.receive(an_inbound("快", key="m2"))) == ["0:快"]
    assert await inbox.recover() == 1
    assert len((await world.conversations.open(a_contact())).pending) == 1
