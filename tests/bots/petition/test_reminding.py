"""An unfinished petition is brought to mind once, after half an hour, where it still gets through."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bots.petition import wording
from bots.petition.bot import PAUSE
from bots.petition.reminding import Reminders
from services.conversations.message import Channel, Text
from services.conversations.model import Owner, Response, conversation_id
from services.conversations.store import CONVERSATIONS
from services.database.collection import Database
from tests.support.bot_chat import BotChat
from tests.support.conversations import a_contact, an_inbound
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.pushing import PushWorld

REMINDER = Text(wording.UNFINISHED)


class World(PushWorld):
    """Citizens with something unfinished, the loop that reminds them, and the relay."""

    async def leave_unfinished(self, address: str = "oCitizen1", *, channel: Channel = Channel.WECHAT) -> None:
        """Let a citizen say something that asks for more."""
        contact = a_contact(address, channel=channel)
        due, conversation = self.clock.now() + PAUSE, await self.conversations.open(contact)
        inbound = an_inbound(key=f"m{conversation.seq}", contact=contact)
        response = Response(replies=(Text("发生在哪里?"),), remind_at=due)
        await self.conversations.record(conversation, inbound, response=response)

    async def remind(self) -> int:
        """Let two processes look at the same moment."""
        said = await asyncio.gather(*(Reminders(self.conversations).step() for _ in range(2)))
        for _ in range(3):
            await self.relay(senders={Channel.WECHAT: self.phone, Channel.APP: self.phone}).step()
        return sum(said)


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await database.open()
    return world


async def test_after_half_an_hour_of_silence_it_is_said_once(world: World) -> None:
    await world.leave_unfinished()
    world.clock.advance(PAUSE - timedelta(seconds=1))
    assert await world.remind() == 0
    world.clock.advance(timedelta(seconds=1))
    assert [await world.remind(), await world.remind()] == [1, 0]
    assert [notice.parts for notice in world.phone.notices] == [(REMINDER,)]
    said = await world.conversations.after(a_contact(), 2)
    assert [message.parts for message in said] == [(REMINDER,)]


async def test_whoever_goes_on_is_reminded_from_then_and_whoever_has_finished_not_at_all(world: World) -> None:
    await world.leave_unfinished("oA")
    await world.leave_unfinished("oB")
    world.clock.advance(PAUSE / 2)
    await world.leave_unfinished("oA")
    finished = await world.conversations.open(a_contact("oB"))
    await world.conversations.record(
        finished, an_inbound(key="z", contact=a_contact("oB")), response=Response(replies=(Text("已提交"),))
    )
    world.clock.advance(PAUSE / 2)
    assert await world.remind() == 0
    world.clock.advance(PAUSE / 2)
    assert await world.remind() == 1
    assert [notice.contact.address for notice in world.phone.notices] == ["oA"]


@pytest.mark.parametrize("case", ["window used up", "an agent speaks"])
async def test_where_it_would_reach_nobody_or_interrupt_it_is_passed_over(world: World, case: str) -> None:
    await world.leave_unfinished()
    conversation = await world.conversations.open(a_contact())
    if case == "an agent speaks":
        conversation = replace(conversation, owner=Owner.AGENT)
    else:
        conversation = replace(conversation, reach=replace(conversation.reach, message_sent=5))
    await world.database.collection(CONVERSATIONS).save(conversation)
    world.clock.advance(PAUSE)
    assert await world.remind() == 0
    assert world.phone.notices == []
    assert await world.conversations.due_reminders() == ()


async def test_an_app_has_no_window_and_finds_it_in_the_transcript(world: World) -> None:
    await world.leave_unfinished(channel=Channel.APP)
    world.clock.advance(timedelta(days=3))
    assert await world.remind() == 1
    contact = a_contact(channel=Channel.APP)
    assert [message.parts for message in await world.conversations.after(contact, 2)] == [(REMINDER,)]


async def test_hundreds_that_are_due_are_all_reminded(world: World) -> None:
    for number in range(230):
        await world.leave_unfinished(f"o{number}")
    world.clock.advance(PAUSE)
    assert await world.remind() == 230


async def test_one_that_is_forgotten_meanwhile_is_no_fault(world: World) -> None:
    await world.leave_unfinished()
    await world.conversations.forget(a_contact())
    world.clock.advance(PAUSE)
    assert await world.remind() == 0
    assert not await world.conversations.remind(conversation_id(a_contact()), (REMINDER,))


@pytest.mark.usefixtures("loaded_city")
async def test_the_bot_asks_for_it_while_a_form_is_open_and_no_longer() -> None:
    chat = BotChat()
    due = []
    for said in ("投诉", "小区门口的路灯不亮", "身份证丢了怎么补办?", "取消", "身份证丢了怎么补办?"):
        await chat.say(said)
        due.append(chat.conversation.remind_at)
    reminded = chat.clock.now() + PAUSE
    assert due == [reminded, reminded, reminded, None, None]
