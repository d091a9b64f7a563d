"""Conversations: one write a turn, sequence without gaps, the archive, windows, and what is forgotten."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.conversations.history import open_window, overflow, spent
from services.conversations.message import Event, EventKind, Message, MessageKey, Speaker, Text
from services.conversations.model import (
    ARCHIVE_CHUNK,
    DIALOGUE_LIMIT,
    MESSAGES_KEPT,
    Conversation,
    Reach,
    Response,
    Window,
    citizen_id,
    conversation_id,
    decoded,
    encoded,
    encoded_dialogue,
)
from services.conversations.service import ATTEMPTS, ConversationService
from services.conversations.store import ARCHIVES, CONVERSATIONS
from services.database.codec import Codec
from services.database.collection import Database, StaleVersion
from tests.support.conversations import a_contact, an_inbound, conversations_in
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock
from tests.support.troubled import Troubled

OK = Response(replies=(Text("好的"),))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def conversations(database: Database, clock: SetClock) -> ConversationService:
    service = conversations_in(database, clock)
    await database.open()
    return service


async def say(service: ConversationService, number: int) -> None:
    conversation = await service.open(a_contact())
    await service.record(conversation, an_inbound(f"{number}", key=f"m{number}"), response=OK)


async def test_a_new_conversation_is_not_stored_before_something_is_said(
    conversations: ConversationService, database: Database
) -> None:
    opened = await conversations.open(a_contact())
    assert opened.version == 0
    assert await database.collection(CONVERSATIONS).find(opened.id) is None


async def test_of_two_turns_decided_on_the_same_conversation_one_is_stale(conversations: ConversationService) -> None:
    # Given a conversation that two processes read
    await say(conversations, 0)
    read = await conversations.open(a_contact())
    await conversations.record(read, an_inbound("a", key="a"), response=OK)
    # When the second writes what it decided, then it is refused
    with pytest.raises(StaleVersion):
        await conversations.record(read, an_inbound("b", key="b"), response=OK)


async def test_of_two_first_turns_one_is_stale(conversations: ConversationService) -> None:
    read = await conversations.open(a_contact())
    await conversations.record(read, an_inbound("a", key="a"), response=OK)
    with pytest.raises(StaleVersion):
        await conversations.record(read, an_inbound("b", key="b"), response=OK)


async def test_old_messages_move_to_the_archive_and_are_read_from_there_in_order(
    conversations: ConversationService, database: Database
) -> None:
    # Given a long conversation
    for number in range(60):
        await say(conversations, number)
    # Then the document stays small
    conversation = await conversations.open(a_contact())
    assert len(conversation.kept) <= MESSAGES_KEPT
    # And everything is there, once, in order, however it is paged
    seqs: list[int] = []
    while page := await conversations.after(a_contact(), seqs[-1] if seqs else 0, limit=17):
        seqs += [message.seq for message in page]
    assert seqs == list(range(1, 121))
    part = await conversations.range(conversation_id(a_contact()), first=5, last=110)
    assert [message.seq for message in part] == list(range(5, 111))
    assert await database.collection(ARCHIVES).find(f"{conversation.id}:0") is not None


async def test_a_crash_between_archive_and_conversation_loses_and_doubles_nothing(
    conversations: ConversationService, database: Database
) -> None:
    # Given a process that stored the archive and died before it could shorten the conversation
    for number in range(MESSAGES_KEPT // 2):
        await say(conversations, number)
    before = await conversations.open(a_contact())
    _, archive = overflow(replace(before, seq=before.seq + 1, kept=(*before.kept, *before.kept[:1])))
    assert archive is not None
    await database.collection(ARCHIVES).add(archive)
    # When the conversation goes on
    await say(conversations, 99)
    # Then every message is there once
    assert [m.seq for m in await conversations.after(a_contact(), 0)] == list(range(1, MESSAGES_KEPT + 3))


async def test_a_repeat_is_answered_from_the_archive_too(conversations: ConversationService) -> None:
    for number in range(MESSAGES_KEPT):
        await say(conversations, number)
    conversation = await conversations.open(a_contact())
    assert conversation.said(1, 2) == ()
    first = await conversations.repeat(conversation, MessageKey("m0"))
    assert first is not None
    assert [part.body for part in first.parts if isinstance(part, Text)] == ["好的"]
    assert await conversations.repeat(conversation, MessageKey("unknown")) is None
    last = await conversations.repeat(conversation, MessageKey(f"m{MESSAGES_KEPT - 1}"))
    assert last is not None
    assert [message.seq for message in last.replies] == [2 * MESSAGES_KEPT]


async def test_a_notice_is_appended_once_and_counted_once(conversations: ConversationService) -> None:
    await say(conversations, 0)
    first = await conversations.notify(a_contact(), (Text("已受理"),), key="d1", counted=True)
    again = await conversations.notify(a_contact(), (Text("已受理"),), key="d1", counted=True)
    assert first == again
    assert (await conversations.open(a_contact())).reach.message_sent == 1


async def test_five_messages_go_out_in_48_hours_after_a_message_and_no_sixth(
    conversations: ConversationService, clock: SetClock
) -> None:
    await say(conversations, 0)
    assert [await conversations.spend(a_contact()) for _ in range(6)] == [True] * 5 + [False]
    await say(conversations, 1)
    assert await conversations.spend(a_contact())
    clock.advance(timedelta(hours=48))
    assert not await conversations.spend(a_contact())


async def test_three_messages_go_out_in_a_minute_after_a_click(
    conversations: ConversationService, clock: SetClock
) -> None:
    conversation = await conversations.open(a_contact())
    click = an_inbound(Event(kind=EventKind.MENU_CLICKED, key="guide"))
    await conversations.record(conversation, click, response=OK)
    assert [await conversations.spend(a_contact()) for _ in range(4)] == [True] * 3 + [False]
    await conversations.record(await conversations.open(a_contact()), an_inbound(click.part, key="again"), response=OK)
    clock.advance(timedelta(seconds=60))
    assert not await conversations.spend(a_contact())


async def test_the_platforms_word_closes_every_window(conversations: ConversationService) -> None:
    await say(conversations, 0)
    await conversations.close_windows(a_contact())
    assert not await conversations.spend(a_contact())
    assert await conversations.notify(a_contact(), (Text("x"),), key="d", counted=True) is None


async def test_who_leaves_is_forgotten_but_their_numbers_go_on(
    conversations: ConversationService, database: Database
) -> None:
    for number in range(30):
        await say(conversations, number)
    await conversations.forget(a_contact())
    assert await conversations.after(a_contact(), 0) == ()
    assert await database.collection(ARCHIVES).find(f"{conversation_id(a_contact())}:0") is None
    await conversations.forget(a_contact("never came"))
    await say(conversations, 99)
    assert [message.seq for message in await conversations.after(a_contact(), 0)] == [61, 62]


Call = Callable[[ConversationService], Awaitable[object]]
CHANGES: dict[str, Call] = {
    "push_answer": lambda service: service.push_answer(a_contact(), MessageKey("m0")),
    "notify": lambda service: service.notify(a_contact(), (Text("x"),), key="d1"),
    "spend": lambda service: service.spend(a_contact()),
    "close_windows": lambda service: service.close_windows(a_contact()),
    "forget": lambda service: service.forget(a_contact()),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1, ATTEMPTS])
async def test_a_change_that_meets_others_is_decided_again_and_never_given_up_in_silence(
    conversations: ConversationService, name: str, times: int
) -> None:
    # Given others who are faster so many times
    await say(conversations, 0)
    before = await conversations.open(a_contact())
    stored = conversations._conversations
    conversations._conversations = Troubled(stored, save=[StaleVersion("x")] * times)  # type: ignore[assignment]  # fails as told
    # When a change is made, then it is there afterwards, or whoever asked for it knows that it is not
    if times < ATTEMPTS:
        await CHANGES[name](conversations)
        assert (await conversations.open(a_contact())).version == before.version + 1
    else:
        with pytest.raises(StaleVersion):
            await CHANGES[name](conversations)
        assert await conversations.open(a_contact()) == before


async def test_an_answer_is_promised_once_and_an_unknown_one_never(conversations: ConversationService) -> None:
    await say(conversations, 0)
    for key in ("m0", "m0", "unknown"):
        await conversations.push_answer(a_contact(), MessageKey(key), late=True)
    conversation = await conversations.open(a_contact())
    assert [promise.id for promise in conversation.pending] == [f"{conversation.id}:reply:2"]
    assert conversation.answers[0].late


async def test_a_notice_that_is_not_counted_leaves_the_windows_alone(conversations: ConversationService) -> None:
    await say(conversations, 0)
    assert await conversations.notify(a_contact(), (Text("x"),), key="d1") is not None
    assert (await conversations.open(a_contact())).reach.message_sent == 0


async def test_messages_are_read_by_their_numbers_from_document_and_archive(
    conversations: ConversationService, database: Database
) -> None:
    for number in range(MESSAGES_KEPT):
        await say(conversations, number)
    key = conversation_id(a_contact())
    last = 2 * MESSAGES_KEPT
    assert [message.seq for message in await conversations.range(key, first=last - 1, last=last)] == [last - 1, last]
    assert [message.seq for message in await conversations.range(key, first=1, last=last)] == list(range(1, last + 1))
    # An archive that is no more (somebody left meanwhile) is a gap and no fault
    await database.collection(ARCHIVES).delete(await database.collection(ARCHIVES).get(f"{key}:0"))
    assert [message.seq for message in await conversations.range(key, first=1, last=14)] == [13, 14]


@pytest.mark.parametrize("kind", [EventKind.UNFOLLOWED, EventKind.VIEWED])
async def test_an_event_opens_no_window_it_may_not(conversations: ConversationService, kind: EventKind) -> None:
    await say(conversations, 0)
    before = (await conversations.open(a_contact())).reach
    event = an_inbound(Event(kind=kind, key=""), key="e1")
    await conversations.record(await conversations.open(a_contact()), event, response=Response(replies=()))
    after = (await conversations.open(a_contact())).reach
    assert after == (Reach(following=False) if kind is EventKind.UNFOLLOWED else before)


def test_nothing_is_spent_where_no_window_is_open() -> None:
    assert spent(Reach(message_sent=2), Window.CLOSED) == Reach(message_sent=2)


async def test_a_conversation_can_be_made_to_exist(conversations: ConversationService) -> None:
    await conversations.ensure(a_contact())
    await conversations.ensure(a_contact())
    assert (await conversations.at(conversation_id(a_contact()))).seq == 0


@given(st.integers(1, 500), st.integers(1, 60))
def test_whatever_moves_out_is_whole_chunks_in_order(first: int, count: int) -> None:
    at = SetClock().now()
    messages = tuple(
        Message(seq=seq, speaker=Speaker.BOT, parts=(Text("x"),), at=at) for seq in range(first, first + count)
    )
    contact = a_contact()
    conversation = Conversation(
        id="c",
        contact=contact,
        citizen_id=citizen_id(contact),
        seq=first + count - 1,
        kept=tuple(map(encoded, messages)),
    )
    shortened, archive = overflow(conversation)
    moved = decoded(archive.kept, archive.first, between=(1, 1_000)) if archive else ()
    assert moved + shortened.said(1, 1_000) == messages
    assert len({(message.seq - 1) // ARCHIVE_CHUNK for message in moved}) <= 1
    assert (archive is None) == (count <= MESSAGES_KEPT)


@given(st.integers(0, 6), st.integers(0, 4), st.integers(0, 200))
def test_a_window_that_is_open_can_be_spent_and_never_beyond_its_count(sent: int, clicked: int, minutes: int) -> None:
    now = SetClock().now()
    reach = Reach(
        message_at=now - timedelta(minutes=minutes),
        message_sent=sent,
        interaction_at=now - timedelta(minutes=minutes),
        interaction_sent=clicked,
    )
    count = 0
    while (window := open_window(reach, at=now)) is not Window.CLOSED:
        reach, count = spent(reach, window), count + 1
    assert count == max(0, 5 - sent) + (max(0, 3 - clicked) if minutes == 0 else 0)
    assert spent(reach, Window.CLOSED) == reach


async def test_a_conversation_reads_back_as_it_was_kept_in_memory(conversations: ConversationService) -> None:
    """What a store keeps in memory must be what anybody reading the file would get."""
    codec = Codec(CONVERSATIONS)
    for number in range(MESSAGES_KEPT):
        await say(conversations, number)
        await conversations.push_answer(a_contact(), MessageKey(f"m{number}"))
        kept = await conversations.open(a_contact())
        assert codec.decode(kept.id, codec.encode(kept)) == kept


def test_dialogue_state_is_bounded() -> None:
    assert bytes(encoded_dialogue({"text": "x"})) == b'{"text":"x"}'
    with pytest.raises(ValueError, match="bytes"):
        encoded_dialogue({"text": "x" * DIALOGUE_LIMIT})


def test_ids_of_a_contact_point_are_always_the_same_and_never_meet() -> None:
    assert conversation_id(a_contact("a")) == conversation_id(a_contact("a"))
    assert conversation_id(a_contact("a")) != conversation_id(a_contact("b"))
    assert str(conversation_id(a_contact("a"))) != str(citizen_id(a_contact("a")))
