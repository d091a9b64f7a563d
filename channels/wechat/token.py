"""Keep the access token of one account: fetched once, shared by all processes, renewed before it ends.

``stable_token`` gives every caller the same token, so that a second fetch never kills the first one's; still the platform
counts fetches, and a burst of cold callers must not make a burst of them. Source: channels.md 1.5 (O7) and 3.2 (W1-W4).
"""

import asyncio
import contextlib
import random
from datetime import datetime, timedelta

import msgspec
import structlog
from msgspec import Struct

from channels.wechat.answers import errcode_of, failure_of, text_of
from channels.wechat.settings import Account
from channels.wechat.transport import Transport
from services.clock import Clock
from services.coordination.ports import Leases, Memory
from services.errors import Unavailable
from services.outbox.send_errors import SendDelayed, SendFailed, SendUnknown
from services.secret import Secret

log = structlog.get_logger()

_PATH = "/cgi-bin/stable_token"
_EARLY_S = 300
"""How long before its end a token is renewed; the platform renews it by itself five minutes before."""
_JITTER_S = 60
_LEASE = timedelta(seconds=10)
_PAUSE_S = 0.1
_PATIENCE = 40
"""Pauses to wait for another process's fetch: four seconds, inside every caller's own limit."""


class SharedCache(Struct, frozen=True, kw_only=True):
    """What the processes share to have one token between them."""

    memory: Memory
    leases: Leases


class _Held(Struct, frozen=True, kw_only=True):
    """A token and until when it is used; the shape in the shared memory too."""

    value: str
    until: datetime


class Tokens:
    """Give the token of one account."""

    def __init__(self, account: Account, *, transport: Transport, shared: SharedCache, clock: Clock) -> None:
        """Take what the processes share; nothing is fetched before the first use."""
        self._account = account
        self._transport = transport
        self._memory = shared.memory
        self._leases = shared.leases
        self._clock = clock
        self._key = f"wechat:token:{account.name}"
        self._held: _Held | None = None
        self._lock = asyncio.Lock()
        self._fetches = 0
        self._failure: SendFailed | None = None

    async def token(self) -> Secret:
        """Return a token that is good now.

        Raises:
            SendDelayed, SendMisconfigured: the platform gives none; everybody who waited for the same fetch gets its
                one failure.
        """
        held = self._held
        if held is None or held.until <= self._clock.now():
            held = await self._renewed()
        return Secret(held.value)

    async def reject(self, failed: Secret) -> None:
        """Forget a token the platform refused, unless somebody renewed it meanwhile."""
        if self._held is not None and failed.matches(self._held.value):
            self._held = None
        raw = await self._kept()
        if raw is not None and (shared := _decoded(raw)) is not None and failed.matches(shared.value):
            with contextlib.suppress(Unavailable):
                await self._memory.drop(self._key, raw)

    async def _renewed(self) -> _Held:
        fetches = self._fetches
        async with self._lock:
            if self._held is not None and self._held.until > self._clock.now():
                return self._held
            if self._fetches != fetches and self._failure is not None:
                raise self._failure.with_traceback(None)
            self._failure = None
            try:
                self._held = await self._shared_or_fetched()
            except SendFailed as failure:
                self._failure = failure
                raise
            finally:
                self._fetches += 1
            return self._held

    async def _shared_or_fetched(self) -> _Held:
        """Return the token another process keeps, or fetch one as the only process that does."""
        for _ in range(_PATIENCE):
            if (shared := await self._shared()) is not None:
                return shared
            try:
                lease = await self._leases.acquire(self._key, lasting=_LEASE)
            except Unavailable:
                # The platform gives every process the same token: without the others' memory, each asks for itself.
                return await self._fetched()
            if lease is None:
                await asyncio.sleep(_PAUSE_S)
                continue
            try:
                # Between the look and the lease somebody may have finished.
                return await self._shared() or await self._fetched()
            finally:
                with contextlib.suppress(Unavailable):
                    await self._leases.release(self._key, lease)
        raise SendDelayed("token_busy")

    async def _shared(self) -> _Held | None:
        raw = await self._kept()
        held = None if raw is None else _decoded(raw)
        return held if held is not None and held.until > self._clock.now() else None

    async def _kept(self) -> str | None:
        try:
            return await self._memory.get(self._key)
        except Unavailable:
            return None

    async def _fetched(self) -> _Held:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret.reveal(),
            "force_refresh": False,
        }
        try:
            answer = await self._transport.post(_PATH, body)
            if code := errcode_of(answer):
                raise failure_of(code)
            value, lasts_s = text_of(answer, "access_token"), int(text_of(answer, "expires_in"))
        except (SendUnknown, ValueError):
            # Fetching twice does no harm, so there is nothing unknown about it.
            raise SendDelayed("no_token") from None
        lasting = timedelta(seconds=_used_s(lasts_s))
        held = _Held(value=value, until=self._clock.now() + lasting)
        with contextlib.suppress(Unavailable):
            await self._memory.put(self._key, msgspec.json.encode(held).decode(), lasting=lasting)
        log.info("wechat token fetched", account=self._account.name, lasts_s=lasts_s)
        return held


def _used_s(lasts_s: int) -> float:
    """Return how long a token is used: processes do not all renew in the same second, and a short one still serves."""
    jitter = random.uniform(0, _JITTER_S)  # noqa: S311 - spreads load, guards nothing
    return max(lasts_s - _EARLY_S - jitter, lasts_s / 2)


def _decoded(raw: str) -> _Held | None:
    try:
        return msgspec.json.decode(raw, type=_Held)
    except msgspec.DecodeError:
        return None
