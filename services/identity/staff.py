"""Staff at the desk: accounts with a role, sessions by token, and a lock after wrong passwords."""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from services.clock import Clock
from services.coordination.ports import Limiter
from services.database.collection import AlreadyExists, Collection, Document, Schema, StaleVersion
from services.errors import NotAllowed, ServiceError
from services.identity.guests import NotSignedIn
from services.identity.tokens import new_token, token_id

SESSION_LASTS = timedelta(hours=10)
TRIES = 5
"""Of one name from one address: whoever guesses from elsewhere locks out himself and not the clerk."""
TRIES_OF_NAME = 50
"""Of one name from anywhere: at 4,800 guesses a day a password of ten random characters holds for ever."""
TRIES_FROM_ADDRESS = 200
"""Of all names from one address: an office behind one address signs in at eight, a guesser does nothing else."""
TRIES_PER = timedelta(minutes=15)
HASHES_AT_ONCE = 2
"""Argon2 takes some 50 ms of a core each (reference: reliability.md C1); more at once would starve the server."""


class Role(StrEnum):
    """What somebody at the desk may do."""

    AGENT = "agent"
    """Hotline agent (坐席): talks to citizens."""
    SUPERVISOR = "supervisor"
    CLERK = "clerk"
    """Accepts and dispatches petitions at the centre."""
    DEPARTMENT = "department"
    """Handles petitions dispatched to one department."""
    OPERATOR = "operator"
    """Publishes items, answers and templates."""


class Staff(Document, frozen=True, kw_only=True):
    """One account; the id is the login name."""

    role: Role
    password_hash: str
    department: str = ""
    """For the role department: whose petitions; empty otherwise."""


class Session(Document, frozen=True, kw_only=True):
    """One signed-in browser; the id is the hash of its token."""

    name: str
    role: Role
    department: str = ""
    until: datetime


STAFF = Schema(name="staff", document=Staff)
SESSIONS = Schema(name="sessions", document=Session)


class SignInRefused(NotAllowed):
    """Refuse a wrong name or password, without saying which."""

    status = 401
    code = "identity.sign_in_refused"
    title = "用户名或密码不正确"


class TooManyAttempts(ServiceError):
    """Refuse more tries in a quarter of an hour than somebody needs who knows the password."""

    status = 429
    code = "identity.too_many_attempts"
    title = "尝试次数过多，请15分钟后再试"


class SignedIn(Struct, frozen=True, kw_only=True):
    """A new session; the token is shown once."""

    token: str
    role: Role


class StaffService:
    """Open accounts, sign in and know a session again."""

    def __init__(
        self, staff: Collection[Staff], sessions: Collection[Session], *, clock: Clock, limiter: Limiter
    ) -> None:
        """Take the two collections."""
        self._staff = staff
        self._sessions = sessions
        self._clock = clock
        self._limiter = limiter
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = self._hasher.hash(new_token())

    async def set_account(self, name: str, password: str, *, role: Role, department: str = "") -> None:
        """Create an account or give an existing one this password, role and department."""
        async with self._hashing:
            password_hash = await asyncio.to_thread(self._hasher.hash, password)
        account = Staff(id=name, role=role, password_hash=password_hash, department=department)
        try:
            _ = await self._staff.add(account)
        except AlreadyExists:
            present = await self._staff.get(name)
            _ = await self._staff.save(account.at_version(present.version))

    async def sign_in(self, name: str, password: str, *, address: str = "") -> SignedIn:
        """Check the password and open a session; ``address`` is where the call comes from.

        Raises:
            SignInRefused: wrong name or password, at the same cost either way.
            TooManyAttempts: nothing was checked.
        """
        await self._check_tries(name, address)
        account = await self._staff.find(name)
        # An unknown name costs the same time as a wrong password, so that names cannot be found out.
        if not await self._matches(account.password_hash if account else self._nobody, password) or account is None:
            raise SignInRefused
        await self._limiter.forget(_own_tries(name, address))
        token = new_token()
        session = Session(
            id=token_id("st", token),
            name=name,
            role=account.role,
            department=account.department,
            until=self._clock.now() + SESSION_LASTS,
        )
        _ = await self._sessions.add(session)
        return SignedIn(token=token, role=account.role)

    async def signed_in(self, token: str) -> Session:
        """Return the session of a token, or raise `NotSignedIn`."""
        session = await self._sessions.find(token_id("st", token)) if token else None
        if session is None or session.until <= self._clock.now():
            raise NotSignedIn
        return session

    async def sign_out(self, token: str) -> None:
        """End a session; repeating it changes nothing."""
        session = await self._sessions.find(token_id("st", token))
        if session is not None:
            try:
                await self._sessions.delete(session)
            except StaleVersion:
                return

    async def _check_tries(self, name: str, address: str) -> None:
        limits = (
            (_own_tries(name, address), TRIES),
            (f"sign-in-name:{name}", TRIES_OF_NAME),
            (f"sign-in-from:{address}", TRIES_FROM_ADDRESS),
        )
        for key, limit in limits:
            if not await self._limiter.allow(key, limit=limit, per=TRIES_PER):
                # Without the name: people type passwords into the wrong field.
                raise TooManyAttempts

    async def _matches(self, password_hash: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, password_hash, password)
            except (VerificationError, InvalidHashError):
                return False


def _own_tries(name: str, address: str) -> str:
    return f"sign-in:{address}:{name}"
