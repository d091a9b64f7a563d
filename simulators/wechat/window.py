"""Count how many customer messages (客服消息) an account may still send to one follower.

Source: developers.weixin.qq.com, "Customer Service Messages" as of 2023-06-12: five within 48 hours of a message,
three within one minute of a menu click, a follow or a scan. A tap on a message menu counts as a menu click.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from simulators.wechat.errcodes import ApiRefused, Errcode


class Trigger(StrEnum):
    """What a follower did that lets the account speak."""

    MESSAGE = "message"
    CLICK = "click"
    FOLLOW = "follow"
    SCAN = "scan"


class Allowance(Struct, frozen=True):
    """Say how many messages a trigger buys and for how long."""

    count: int
    lasting: timedelta


ALLOWANCES: dict[Trigger, Allowance] = {
    Trigger.MESSAGE: Allowance(5, timedelta(hours=48)),
    Trigger.CLICK: Allowance(3, timedelta(minutes=1)),
    Trigger.FOLLOW: Allowance(3, timedelta(minutes=1)),
    Trigger.SCAN: Allowance(3, timedelta(minutes=1)),
}


class _Grant(Struct):
    left: int
    until: datetime


class Window:
    """Hold one follower's grants; the one that ends first is used first."""

    def __init__(self) -> None:
        self._grants: dict[Trigger, _Grant] = {}

    def grant(self, trigger: Trigger, at: datetime) -> None:
        """Start the count of a trigger anew."""
        allowance = ALLOWANCES[trigger]
        self._grants[trigger] = _Grant(allowance.count, at + allowance.lasting)

    def spend(self, at: datetime) -> None:
        """Take one message off the count.

        Raises:
            ApiRefused: 45015 when no window is open, 45047 when the open ones are used up.
        """
        is_open = self._open(at)
        if not is_open:
            raise ApiRefused(Errcode.OUT_OF_WINDOW)
        usable = [grant for grant in is_open if grant.left]
        if not usable:
            raise ApiRefused(Errcode.OUT_OF_COUNT)
        min(usable, key=lambda grant: grant.until).left -= 1

    def close(self) -> None:
        """Forget all grants: the follower has left."""
        self._grants.clear()

    def left(self, at: datetime) -> int:
        """Return how many messages may still be sent."""
        return sum(grant.left for grant in self._open(at))

    def closes_at(self, at: datetime) -> datetime | None:
        """Return when the last open window closes."""
        return max((grant.until for grant in self._open(at)), default=None)

    def _open(self, at: datetime) -> list[_Grant]:
        return [grant for grant in self._grants.values() if grant.until > at]
