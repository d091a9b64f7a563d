"""Issue and check access tokens: the plain kind and the stable kind, isolated from each other.

Sources: developers.weixin.qq.com, "getAccessToken" and "getStableAccessToken". A token lives two hours. A new plain
token replaces the old one, which works on for five minutes. Stable tokens stay the same while they are valid, are
renewed five minutes before their end, and are replaced at once by a forced refresh: 20 a day, and within 30 seconds
of the last one nothing is refreshed.
"""

import re
import secrets
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from services.clock import SHANGHAI, Clock
from simulators.wechat.errcodes import ApiRefused, Errcode

LIFE: Final = timedelta(seconds=7200)
OVERLAP: Final = timedelta(minutes=5)
FORCED_A_DAY: Final = 20
FORCED_APART: Final = timedelta(seconds=30)
REMEMBERED: Final = 200
SHAPE = re.compile(r"\d+_[A-Za-z0-9_-]{40,}")


class Token(Struct):
    """Hold one issued token; ``void_from`` is when a successor or a fault ends it early."""

    value: str
    ends: datetime
    void_from: datetime | None = None


class Tokens:
    """Keep the tokens of one account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Token] = {}
        self._plain: Token | None = None
        self._stable: Token | None = None
        self._forced: list[datetime] = []

    def plain(self) -> tuple[str, int]:
        """Return a new plain token and its seconds to live; the one before dies in five minutes."""
        if self._plain:
            self._void(self._plain, self._clock.now() + OVERLAP)
        self._plain = self._issue()
        return self._plain.value, self._seconds(self._plain)

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Return the stable token and its seconds to live.

        Raises:
            ApiRefused: 45009 at the 21st forced refresh of a day.
        """
        now = self._clock.now()
        if force and not self._just_forced(now):
            self._count_forced(now)
            if self._stable:
                self._void(self._stable, now)
        current = self._stable
        if current is None or not self._is_good(current) or (current.ends - now <= OVERLAP):
            current = self._stable = self._issue()
        return current.value, self._seconds(current)

    def check(self, value: str) -> None:
        """Accept a token that works.

        Raises:
            ApiRefused: 40014 malformed, 40001 never issued or replaced, 42001 expired.
        """
        if SHAPE.fullmatch(value) is None:
            raise ApiRefused(Errcode.TOKEN_INVALID)
        token = self._issued.get(value)
        now = self._clock.now()
        if token is None or (token.void_from is not None and token.void_from <= now):
            raise ApiRefused(Errcode.CREDENTIAL_INVALID)
        if token.ends <= now:
            raise ApiRefused(Errcode.TOKEN_EXPIRED)

    def knows(self, value: str) -> bool:
        """Tell whether this account was ever given the token."""
        return value in self._issued

    def expire(self) -> None:
        """End every token as if its two hours were over: calls get 42001."""
        for token in self._issued.values():
            token.ends = min(token.ends, self._clock.now())

    def invalidate(self) -> None:
        """End every token as if somebody else had fetched a newer one: calls get 40001."""
        for token in self._issued.values():
            self._void(token, self._clock.now())

    def _issue(self) -> Token:
        # Real ones have about 136 characters; the documents ask for room for 512.
        token = Token(f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(100)}", self._clock.now() + LIFE)
        self._issued[token.value] = token
        while len(self._issued) > REMEMBERED:
            del self._issued[next(iter(self._issued))]
        return token

    def _void(self, token: Token, at: datetime) -> None:
        token.void_from = min(token.void_from or at, at)

    def _is_good(self, token: Token) -> bool:
        now = self._clock.now()
        return token.ends > now and (token.void_from is None or token.void_from > now)

    def _seconds(self, token: Token) -> int:
        return round((token.ends - self._clock.now()).total_seconds())

    def _just_forced(self, now: datetime) -> bool:
        return bool(self._forced) and now - self._forced[-1] < FORCED_APART

    def _count_forced(self, now: datetime) -> None:
        today = _shanghai_day(now)
        self._forced = [at for at in self._forced if _shanghai_day(at) == today]
        if len(self._forced) >= FORCED_A_DAY:
            raise ApiRefused(Errcode.DAY_QUOTA_REACHED)
        self._forced.append(now)


def _shanghai_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
