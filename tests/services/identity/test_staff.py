"""Staff sign in, guess, are locked out, and sign out."""

import asyncio
from datetime import timedelta

import pytest

from services.coordination.in_process import InProcessLimiter
from services.database.collection import Database, StaleVersion, StoreUnavailable
from services.identity import staff as module
from services.identity.guests import NotSignedIn
from services.identity.pacing import LINE_MOST, PACE_S, Pacing
from services.identity.settings import IdentitySettings
from services.identity.staff import (
    ATTEMPTS,
    TRIES,
    TRIES_FROM_ADDRESS,
    TRIES_OF_NAME,
    Role,
    SignInRefused,
    StaffService,
    TooManyAttempts,
)
from services.identity.store import SESSIONS, STAFF
from services.identity.tokens import token_id
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock

RIGHT = "a password that holds"
SETTINGS = IdentitySettings(session_hours=10, idle_minutes=60)


class World:
    """The service with its clocks in reach."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.now = 0.0
        self.staff = database.collection(STAFF)
        self.sessions = database.collection(SESSIONS)
        self.limiter = InProcessLimiter(lambda: self.now)
        self.slept: list[float] = []
        self.service = StaffService(
            self.staff,
            self.sessions,
            clock=self.clock,
            limiter=self.limiter,
            settings=SETTINGS,
            pacing=Pacing(self.sleep),
        )

    async def sleep(self, seconds: float) -> None:
        """Note how long somebody had to wait, and let the others run meanwhile."""
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def spend(self, key: str, limit: int) -> None:
        """Use up what is left of a key's free tries."""
        while await self.limiter.allow(key, limit=limit, per=timedelta(minutes=15)):
            pass

    async def guess(self, count: int, *, name: str = "clerk1", address: str = "198.51.100.7") -> None:
        """Try wrong passwords, each refused."""
        for _ in range(count):
            with pytest.raises(SignInRefused):
                await self.service.sign_in(name, "wrong", address=address)


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await database.open()
    await world.service.set_account("clerk1", RIGHT, role=Role.CLERK)
    return world


async def test_the_right_password_opens_a_session_with_the_role(world: World) -> None:
    await world.service.set_account("lamps1", RIGHT, role=Role.DEPARTMENT, department="cgj")
    signed_in = await world.service.sign_in("lamps1", RIGHT)
    session = await world.service.signed_in(signed_in.token)
    assert (session.name, session.role, session.department) == ("lamps1", Role.DEPARTMENT, "cgj")
    assert signed_in.role is Role.DEPARTMENT


async def test_the_store_holds_neither_password_nor_token(world: World) -> None:
    signed_in = await world.service.sign_in("clerk1", RIGHT)
    account = await world.staff.get("clerk1")
    assert account.password_hash.startswith("$argon2id$")
    assert await world.sessions.find(signed_in.token) is None


@pytest.mark.parametrize(("name", "password"), [("clerk1", "wrong"), ("nobody", RIGHT), ("clerk1", ""), ("", "")])
async def test_a_wrong_name_or_password_is_refused_alike(world: World, name: str, password: str) -> None:
    with pytest.raises(SignInRefused):
        await world.service.sign_in(name, password)


async def test_an_unknown_name_costs_one_hash_like_a_wrong_password(world: World) -> None:
    # Given a count of the work instead of a stopwatch
    verified: list[str] = []
    verify = world.service._hasher.verify

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return verify(password_hash, password)

    world.service._hasher = Counting()  # type: ignore[assignment]  # counts and passes on
    # When an unknown name and a wrong password are tried
    await world.guess(1, name="nobody")
    await world.guess(1)
    # Then each cost one hash of the same parameters
    assert [one.split("$")[:4] for one in verified] == [verified[0].split("$")[:4]] * 2


async def test_who_guesses_is_locked_out_at_their_address_and_the_clerk_at_theirs_is_not(world: World) -> None:
    await world.guess(TRIES)
    with pytest.raises(TooManyAttempts):
        await world.service.sign_in("clerk1", RIGHT, address="198.51.100.7")
    assert (await world.service.sign_in("clerk1", RIGHT, address="203.0.113.9")).role is Role.CLERK


async def test_a_lock_ends_after_a_quarter_of_an_hour_and_is_not_prolonged_by_trying(world: World) -> None:
    await world.guess(TRIES)
    for minutes in (5, 10, 14):
        world.now = minutes * 60
        with pytest.raises(TooManyAttempts):
            await world.service.sign_in("clerk1", RIGHT, address="198.51.100.7")
    world.now = 15 * 60
    assert (await world.service.sign_in("clerk1", RIGHT, address="198.51.100.7")).role is Role.CLERK


async def test_the_right_password_clears_earlier_mistakes(world: World) -> None:
    for _ in range(3):
        await world.guess(TRIES - 1)
        assert (await world.service.sign_in("clerk1", RIGHT, address="198.51.100.7")).role is Role.CLERK


@pytest.mark.parametrize(
    ("key", "limit"), [("sign-in-name:clerk1", TRIES_OF_NAME), ("sign-in-from:192.0.2.1", TRIES_FROM_ADDRESS)]
)
async def test_many_tries_of_one_name_or_from_one_address_slow_the_next_and_lock_nobody_out(
    world: World, key: str, limit: int
) -> None:
    await world.spend(key, limit)
    # Whoever knows the password waits and is in
    assert (await world.service.sign_in("clerk1", RIGHT, address="192.0.2.1")).role is Role.CLERK
    assert world.slept == [PACE_S]
    # And whoever has another name and address does not even wait
    await world.service.set_account("agent1", RIGHT, role=Role.AGENT)
    assert (await world.service.sign_in("agent1", RIGHT, address="203.0.113.9")).role is Role.AGENT
    assert world.slept == [PACE_S]


async def test_where_everybody_has_one_address_a_guesser_locks_out_no_other_name(world: World) -> None:
    # Given a proxy nobody told us of, and a guesser behind it who used up all there is of tries
    await world.guess(TRIES, name="agent1")
    await world.spend("sign-in-from:198.51.100.7", TRIES_FROM_ADDRESS)
    with pytest.raises(TooManyAttempts):
        await world.service.sign_in("agent1", "x", address="198.51.100.7")
    # Then a clerk behind the same proxy signs in
    assert (await world.service.sign_in("clerk1", RIGHT, address="198.51.100.7")).role is Role.CLERK


async def test_only_so_many_wait_at_once_and_the_rest_is_refused_without_a_hash(world: World) -> None:
    await world.spend("sign-in-name:clerk1", TRIES_OF_NAME)
    tries = (world.service.sign_in("clerk1", "x", address=f"192.0.2.{n}") for n in range(LINE_MOST + 3))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == sorted(
        ["SignInRefused"] * LINE_MOST + ["TooManyAttempts"] * 3
    )
    assert world.slept == [PACE_S] * LINE_MOST


async def test_a_new_password_replaces_the_old_one(world: World) -> None:
    await world.service.set_account("clerk1", "another one", role=Role.SUPERVISOR)
    with pytest.raises(SignInRefused):
        await world.service.sign_in("clerk1", RIGHT)
    assert (await world.service.sign_in("clerk1", "another one")).role is Role.SUPERVISOR


async def test_a_session_in_use_ends_after_its_hours_all_the_same(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    for _ in range(12):
        await world.service.signed_in(token)
        world.clock.advance(timedelta(minutes=49))
    # 9 hours and 48 minutes are over
    await world.service.signed_in(token)
    world.clock.advance(timedelta(minutes=12))
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_a_session_nobody_uses_ends_after_an_hour(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    world.clock.advance(timedelta(minutes=59, seconds=59))
    await world.service.signed_in(token)
    world.clock.advance(timedelta(minutes=60))
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_a_session_in_use_is_written_now_and_then_and_not_at_every_call(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    for _ in range(60):
        world.clock.advance(timedelta(minutes=1))
        await world.service.signed_in(token)
    assert (await world.service.signed_in(token)).version <= 11


async def test_calls_at_once_renew_a_session_once_and_all_pass(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    world.clock.advance(timedelta(minutes=30))
    sessions = await asyncio.gather(*(world.service.signed_in(token) for _ in range(5)))
    assert {session.name for session in sessions} == {"clerk1"}
    assert (await world.service.signed_in(token)).version == 2


async def test_a_session_that_an_older_release_wrote_lasts_as_it_said(world: World) -> None:
    until = world.clock.now() + timedelta(hours=3)
    old = module.Session(id=token_id("st", "old"), name="clerk1", role=Role.CLERK, until=until)
    await world.sessions.add(old)
    assert (await world.service.signed_in("old")).ends_at == until
    # From the first call on it knows idleness
    assert (await world.service.signed_in("old")).ends_at == world.clock.now() + timedelta(hours=1)


async def test_a_store_that_takes_no_writes_still_knows_who_is_signed_in(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    world.clock.advance(timedelta(minutes=30))
    session = await world.sessions.get(token_id("st", token))

    class ReadOnly:
        async def find(self, _: str) -> module.Session:
            return session

        async def save(self, _: module.Session) -> module.Session:
            raise StoreUnavailable("full")

    world.service._sessions = ReadOnly()  # type: ignore[assignment]  # a disk that is full
    assert (await world.service.signed_in(token)).name == "clerk1"


@pytest.mark.parametrize("token", ["", "x", "\ud800"])
async def test_a_token_nobody_gave_out_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_signing_out_ends_the_session_and_may_be_repeated(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    await world.service.sign_out(token)
    await world.service.sign_out(token)
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_two_who_sign_out_at_once_both_succeed(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    await asyncio.gather(world.service.sign_out(token), world.service.sign_out(token))
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_a_call_under_way_does_not_keep_a_session_that_signs_out(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    world.clock.advance(timedelta(minutes=30))
    await asyncio.gather(world.service.signed_in(token), world.service.sign_out(token), return_exceptions=True)
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


async def test_a_sign_out_that_never_gets_through_says_so(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    session = await world.sessions.get(token_id("st", token))
    tried: list[object] = []

    class AlwaysChanged:
        async def find(self, _: str) -> object:
            return session

        async def delete(self, document: object) -> None:
            tried.append(document)
            raise StaleVersion(document)

    world.service._sessions = AlwaysChanged()  # type: ignore[assignment]  # changed between the two steps, every time
    with pytest.raises(StaleVersion):
        await world.service.sign_out(token)
    assert tried == [session] * ATTEMPTS


async def test_a_damaged_hash_lets_nobody_in(world: World) -> None:
    account = await world.staff.get("clerk1")
    await world.staff.save(module.Staff(id="clerk1", version=account.version, role=Role.CLERK, password_hash="broken"))
    with pytest.raises(SignInRefused):
        await world.service.sign_in("clerk1", RIGHT)
