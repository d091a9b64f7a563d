"""Count an account's API calls by day and by minute.

Sources: the platform's table of daily limits of an official account (2014, still the only published one; the live
figure is read with ``openapi/quota/get``); "getStableAccessToken" for its own two. Days turn at midnight in Beijing,
which is an assumption: the documents name no hour.
"""

from datetime import date, datetime
from typing import Final

from msgspec import Struct

from services.clock import SHANGHAI, Clock
from simulators.wechat.errcodes import ApiRefused, Errcode

DAY_QUOTAS: dict[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/bizsend": 10_000_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/media/upload": 5_000,
    "/cgi-bin/media/get": 10_000,
    "/cgi-bin/user/info": 5_000_000,
}
MINUTE_QUOTAS: dict[str, int] = {"/cgi-bin/stable_token": 10_000}
CLEARINGS_A_MONTH: Final = 10


class Standing(Struct, frozen=True):
    """Say how much of a day's quota is used, in the field names of ``openapi/quota/get``."""

    daily_limit: int
    used: int
    remain: int


class Quotas:
    """Count the calls of one account."""

    def __init__(self, clock: Clock, *, day: dict[str, int], minute: dict[str, int]) -> None:
        self._clock = clock
        self._day_limits = DAY_QUOTAS | day
        self._minute_limits = MINUTE_QUOTAS | minute
        self._day: date | None = None
        self._minute: datetime | None = None
        self._used_today: dict[str, int] = {}
        self._used_this_minute: dict[str, int] = {}
        self._cleared: list[date] = []

    def spend(self, path: str) -> None:
        """Count one call.

        Raises:
            ApiRefused: 45009 when the day's, 45011 when the minute's quota is used up; such a call is not counted.
        """
        self._turn()
        if self._used_today.get(path, 0) >= self._day_limits.get(path, self._used_today.get(path, 0) + 1):
            raise ApiRefused(Errcode.DAY_QUOTA_REACHED)
        if self._used_this_minute.get(path, 0) >= self._minute_limits.get(path, 1 << 60):
            raise ApiRefused(Errcode.MINUTE_QUOTA_REACHED)
        self._used_today[path] = self._used_today.get(path, 0) + 1
        self._used_this_minute[path] = self._used_this_minute.get(path, 0) + 1

    def standing(self, path: str) -> Standing:
        """Return the day's standing of one API; an unlimited one has the limit 0."""
        self._turn()
        limit, used = self._day_limits.get(path, 0), self._used_today.get(path, 0)
        return Standing(limit, used, max(0, limit - used))

    def exhaust(self, path: str) -> None:
        """Use up what is left of an API's day."""
        self._turn()
        self._used_today[path] = self._day_limits.setdefault(path, self._used_today.get(path, 0))

    def clear(self) -> None:
        """Set all counts of the day to nothing.

        Raises:
            ApiRefused: 48006 at the 11th time in a calendar month.
        """
        self._turn()
        today = self._clock.now().astimezone(SHANGHAI).date()
        self._cleared = [day for day in self._cleared if (day.year, day.month) == (today.year, today.month)]
        if len(self._cleared) >= CLEARINGS_A_MONTH:
            raise ApiRefused(Errcode.CLEARING_LIMIT_REACHED)
        self._cleared.append(today)
        self._used_today.clear()

    def _turn(self) -> None:
        now = self._clock.now()
        today, minute = now.astimezone(SHANGHAI).date(), now.replace(second=0, microsecond=0)
        if self._day != today:
            self._day = today
            self._used_today.clear()
        if self._minute != minute:
            self._minute = minute
            self._used_this_minute.clear()
