"""What has ended is removed in bounded rounds, and nobody who did anything."""

import asyncio
from datetime import timedelta

import pytest

from services.conversations.model import Conversation, citizen_id, conversation_id
from services.conversations.store import CONVERSATIONS
from services.database.collection import Database, Range
from services.identity.guests import Guest, GuestService, NotSignedIn
from services.identity.settings import IdentitySettings
from services.identity.staff import Role, Session
from services.identity.store import GUESTS, SESSIONS
from services.identity.sweep import BETWEEN_LOOKS, PAGE, IdentitySweep
from services.identity.tokens import token_id
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock

SETTINGS = IdentitySettings(unused_guest_days=30)


class World:
    """Sessions, guests and the sweep on one clock."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.sessions = database.collection(SESSIONS)
        self.guests = database.collection(GUESTS)
        self.conversations = database.collection(CONVERSATIONS)
        self.service = GuestService(self.guests, clock=self.clock)
        self.sweep = IdentitySweep(
            sessions=self.sessions,
            guests=self.guests,
            conversations=self.conversations,
            clock=self.clock,
            settings=SETTINGS,
            pages_most=2,
        )

    async def session(self, name: str, *, ends_in: timedelta) -> None:
        """Store a session that ends so much later."""
        now = self.clock.now()
        await self.sessions.add(
            Session(id=name, name=name, role=Role.CLERK, until=now + timedelta(days=1), idle_until=now + ends_in)
        )

    async def guest_of(self, token: str) -> Guest | None:
        """Return what is stored of a guest."""
        return await self.guests.find(token_id("gt", token))

    async def says_something(self, token: str) -> None:
        """Let a guest have a conversation, as everybody has who says or files anything."""
        guest = await self.guests.get(token_id("gt", token))
        contact = guest.contact
        await self.conversations.add(
            Conversation(id=conversation_id(contact), contact=contact, citizen_id=citizen_id(contact))
        )


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await database.open()
    return world


async def test_sessions_that_have_ended_go_and_the_others_stay(world: World) -> None:
    for name, minutes in (("past", -1), ("now", 0), ("soon", 1)):
        await world.session(name, ends_in=timedelta(minutes=minutes))
    assert await world.sweep.step() == (2, 0)
    assert [session.name async for session in world.sessions.scan()] == ["soon"]


async def test_a_round_is_bounded_and_the_next_one_goes_on(world: World) -> None:
    for number in range(2 * PAGE + 30):
        await world.session(f"s{number}", ends_in=timedelta(minutes=-number))
    assert await world.sweep.step() == (2 * PAGE, 0)
    assert await world.sweep.step() == (30, 0)
    assert await world.sweep.step() == (0, 0)


async def test_a_guest_who_never_did_anything_goes_in_two_looks(world: World) -> None:
    token = (await world.service.welcome()).token
    # Not before the time
    world.clock.advance(SETTINGS.unused_lasts)
    assert await world.sweep.step() == (0, 0)
    await world.service.known(token)
    # The first look closes the token, so that nothing new can begin
    world.clock.advance(timedelta(seconds=1))
    assert await world.sweep.step() == (0, 0)
    with pytest.raises(NotSignedIn):
        await world.service.known(token)
    # The second removes, when what was under way has had its hour
    world.clock.advance(BETWEEN_LOOKS - timedelta(seconds=1))
    assert await world.sweep.step() == (0, 0)
    world.clock.advance(timedelta(seconds=1))
    assert await world.sweep.step() == (0, 1)
    assert await world.guest_of(token) is None


async def test_a_guest_who_said_something_stays_for_ever_and_is_not_looked_at_again(world: World) -> None:
    token = (await world.service.welcome()).token
    await world.says_something(token)
    world.clock.advance(SETTINGS.unused_lasts * 2)
    assert await world.sweep.step() == (0, 0)
    await world.service.known(token)
    page = await world.guests.query("unused", within=Range(below=world.clock.now()))
    assert page.documents == ()


async def test_what_was_under_way_at_the_first_look_brings_the_guest_back(world: World) -> None:
    token = (await world.service.welcome()).token
    world.clock.advance(SETTINGS.unused_lasts * 2)
    await world.sweep.step()
    # Given a message that had passed the door before the first look
    await world.says_something(token)
    world.clock.advance(BETWEEN_LOOKS)
    assert await world.sweep.step() == (0, 0)
    await world.service.known(token)


async def test_two_processes_that_sweep_at_once_remove_each_thing_once(world: World) -> None:
    for number in range(20):
        await world.session(f"s{number}", ends_in=timedelta(minutes=-1))
    rounds = await asyncio.gather(world.sweep.step(), world.sweep.step())
    assert sum(sessions for sessions, _ in rounds) == 20
    assert [session async for session in world.sessions.scan()] == []
