"""Staff at the desk: accounts with a role, sessions by token, and a lock after wrong passwords."""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct
from msgspec.structs import replace

from services.clock import Clock
from services.coordination.ports import Limiter
from services.database.collection import AlreadyExists, Collection, Document, StaleVersion
from services.errors import NotAllowed, ServiceError, Unavailable
from services.identity.guests import NotSignedIn
from services.identity.pacing import LineFull, Pacing
from services.identity.settings import IdentitySettings
from services.identity.tokens import new_token, token_id

log = structlog.get_logger()

TRIES = 5
"""Of one name from one address: whoever guesses from elsewhere locks out himself and not the clerk."""
TRIES_OF_NAME = 50
"""Of one name from anywhere; then each further try waits its turn. A lock would let anybody lock out anybody."""
TRIES_FROM_ADDRESS = 200
"""Of all names from one address: an office behind one address signs in at eight, a guesser does nothing else. Then each
further try waits its turn, for a proxy that nobody told us of (server.proxies) makes one address of everybody."""
TRIES_PER = timedelta(minutes=15)
ATTEMPTS = 5
"""How often the end of a session is written again when somebody else was faster."""
_RENEWED = 10
"""A session in use is written when a tenth of its idle time has passed, not at every call."""
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
    """One signed-in browser; the id is the hash of its token.

    It ends at ``until`` whatever happens, and before that when nothing happens until ``idle_until`` (None: an older
    release wrote it).
    """

    name: str
    role: Role
    department: str = ""
    until: datetime
    idle_until: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """Return when it ends if nobody comes back; the index ``ends`` reads it."""
        return self.until if self.idle_until is None else min(self.until, self.idle_until)


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

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        staff: Collection[Staff],
        sessions: Collection[Session],
        *,
        clock: Clock,
        limiter: Limiter,
        settings: IdentitySettings = IdentitySettings(),  # noqa: B008 - frozen
        pacing: Pacing | None = None,
    ) -> None:
        """Take the two collections, what counts tries, and what slows them down."""
        self._staff = staff
        self._sessions = sessions
        self._clock = clock
        self._limiter = limiter
        self._settings = settings
        self._pacing = pacing or Pacing()
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
        await self._wait_for_turn(name, address)
        account = await self._staff.find(name)
        # An unknown name costs the same time as a wrong password, so that names cannot be found out.
        if not await self._matches(account.password_hash if account else self._nobody, password) or account is None:
            raise SignInRefused
        await self._limiter.forget(_own_tries(name, address))
        token, now = new_token(), self._clock.now()
        session = Session(
            id=token_id("st", token),
            name=name,
            role=account.role,
            department=account.department,
            until=now + self._settings.session_lasts,
            idle_until=now + self._settings.idle_lasts,
        )
        _ = await self._sessions.add(session)
        return SignedIn(token=token, role=account.role)

    async def signed_in(self, token: str) -> Session:
        """Return the session of a token, which the call keeps from becoming idle, or raise `NotSignedIn`."""
        session = await self._sessions.find(token_id("st", token)) if token else None
        now = self._clock.now()
        if session is None or session.ends_at <= now:
            raise NotSignedIn
        await self._renew(session, now + self._settings.idle_lasts)
        return session

    async def sign_out(self, token: str) -> None:
        """End a session; repeating it changes nothing."""
        for _ in range(ATTEMPTS):
            session = await self._sessions.find(token_id("st", token))
            if session is None:
                return
            try:
                await self._sessions.delete(session)
            except StaleVersion:
                # Another call of the same browser renewed it meanwhile, or ended it.
                continue
            return
        raise StaleVersion("session")

    async def _renew(self, session: Session, idle_until: datetime) -> None:
        """Write down that somebody is there; a call is not refused because that could not be written."""
        if session.idle_until is not None and idle_until - session.idle_until < self._settings.idle_lasts / _RENEWED:
            return
        try:
            _ = await self._sessions.save(replace(session, idle_until=idle_until))
        except StaleVersion:
            # Another call of the same browser was faster, or it signed out.
            return
        except Unavailable as error:
            log.warning("session not renewed", error=error.code)

    async def _wait_for_turn(self, name: str, address: str) -> None:
        """Return when a try may be made.

        Raises:
            TooManyAttempts: too many of this name from this address, or too many wait already.
        """
        if not await self._limiter.allow(_own_tries(name, address), limit=TRIES, per=TRIES_PER):
            # Without the name: people type passwords into the wrong field.
            raise TooManyAttempts
        for key, limit in ((f"sign-in-name:{name}", TRIES_OF_NAME), (f"sign-in-from:{address}", TRIES_FROM_ADDRESS)):
            if not await self._limiter.allow(key, limit=limit, per=TRIES_PER):
                log.warning("sign-ins are slowed down", by=key.partition(":")[0])
                try:
                    await self._pacing.wait(key)
                except LineFull:
                    raise TooManyAttempts from None

    async def _matches(self, password_hash: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, password_hash, password)
            except (VerificationError, InvalidHashError):
                return False


def _own_tries(name: str, address: str) -> str:
    return f"sign-in:{address}:{name}"
