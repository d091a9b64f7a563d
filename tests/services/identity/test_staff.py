"""Staff sign in, guess, are locked out, and sign out."""

from datetime import timedelta

import pytest

from services.coordination.in_process import InProcessLimiter
from services.database.collection import Database, StaleVersion
from services.identity import staff as module
from services.identity.guests import NotSignedIn
from services.identity.staff import (
    SESSION_LASTS,
    SESSIONS,
    STAFF,
    TRIES,
    TRIES_FROM_ADDRESS,
    TRIES_OF_NAME,
    Role,
    SignInRefused,
    StaffService,
    TooManyAttempts,
)
from tests.support.database import database as database  # noqa: PLC0414 - a fixture, imported by name
from tests.support.set_clock import SetClock

RIGHT = "a password that holds"


class World:
    """The service with its clocks in reach."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.now = 0.0
        self.staff = database.collection(STAFF)
        self.sessions = database.collection(SESSIONS)
        self.limiter = InProcessLimiter(lambda: self.now)
        self.service = StaffService(self.staff, self.sessions, clock=self.clock, limiter=self.limiter)

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


async def test_guessing_one_name_from_everywhere_comes_to_an_end(world: World) -> None:
    for _ in range(TRIES_OF_NAME):
        await world.limiter.allow("sign-in-name:clerk1", limit=TRIES_OF_NAME, per=timedelta(minutes=15))
    with pytest.raises(TooManyAttempts) as refusal:
        await world.service.sign_in("clerk1", RIGHT, address="192.0.2.1")
    assert str(refusal.value) == ""


async def test_guessing_many_names_from_one_address_comes_to_an_end(world: World) -> None:
    for _ in range(TRIES_FROM_ADDRESS):
        await world.limiter.allow("sign-in-from:192.0.2.1", limit=TRIES_FROM_ADDRESS, per=timedelta(minutes=15))
    with pytest.raises(TooManyAttempts):
        await world.service.sign_in("somebody", "x", address="192.0.2.1")


async def test_a_new_password_replaces_the_old_one(world: World) -> None:
    await world.service.set_account("clerk1", "another one", role=Role.SUPERVISOR)
    with pytest.raises(SignInRefused):
        await world.service.sign_in("clerk1", RIGHT)
    assert (await world.service.sign_in("clerk1", "another one")).role is Role.SUPERVISOR


async def test_a_session_ends_after_ten_hours(world: World) -> None:
    token = (await world.service.sign_in("clerk1", RIGHT)).token
    world.clock.advance(SESSION_LASTS - timedelta(seconds=1))
    await world.service.signed_in(token)
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        await world.service.signed_in(token)


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
    session = await world.service.signed_in(token)

    tried: list[object] = []

    class GoneMeanwhile:
        async def find(self, _: str) -> object:
            return session

        async def delete(self, document: object) -> None:
            tried.append(document)
            raise StaleVersion(document)

    world.service._sessions = GoneMeanwhile()  # type: ignore[assignment]  # deleted between the two steps
    await world.service.sign_out(token)
    assert tried == [session]


async def test_a_damaged_hash_lets_nobody_in(world: World) -> None:
    account = await world.staff.get("clerk1")
    await world.staff.save(module.Staff(id="clerk1", version=account.version, role=Role.CLERK, password_hash="broken"))
    with pytest.raises(SignInRefused):
        await world.service.sign_in("clerk1", RIGHT)
