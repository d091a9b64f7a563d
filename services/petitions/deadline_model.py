"""Describe a limit, the clock that runs against it, and what comes of it: a due date with its cards, or a stop."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class LimitUnit(StrEnum):
    """Name what a limit is counted in."""

    WORKDAYS = "workdays"
    NATURAL_DAYS = "natural_days"
    HOURS = "hours"


class Limit(Struct, frozen=True):
    """Hold how long someone has: 5 working days, 7 natural days, 2 hours. The amount is at least 1."""

    unit: LimitUnit
    amount: int


class PauseReason(StrEnum):
    """Name why a clock stands still."""

    WAITING_FOR_CITIZEN = "waiting_for_citizen"  # 等待市民补充
    SPECIAL_PROCEDURE = "special_procedure"  # 特别程序: hearing, inspection, expert review ...


class Pause(Struct, frozen=True, kw_only=True):
    """Hold one stretch in which the clock stands still: from `began_at` up to, not including, `ended_at`."""

    reason: PauseReason
    began_at: datetime
    ended_at: datetime | None = None
    """None while it lasts."""


class Run(Struct, frozen=True, kw_only=True):
    """Hold all that a deadline depends on, besides the calendar. Times are aware."""

    received_at: datetime
    limit: Limit
    extension_workdays: int = 0
    pauses: tuple[Pause, ...] = ()
    """In the order they began; only the last may be open."""


class Due(Struct, frozen=True, kw_only=True, tag="due"):
    """Say when a running clock runs out. Moments are aware UTC, days are Shanghai's."""

    due_on: date
    due_at: datetime
    """The last second in time."""
    yellow_after_close_of: date | None
    """None for a limit in hours, and when the day lies before the calendar's first year."""
    yellow_at: datetime | None
    red_on: date | None
    """None when the next year's days off are not announced yet: the petition is overdue, the card is not dated."""
    red_at: datetime | None


class Stopped(Struct, frozen=True, tag="stopped"):
    """Say that the clock stands still and nothing falls due until it is resumed."""

    since: datetime
    reason: PauseReason


class Card(StrEnum):
    """Name the warning a unit has been given."""

    NONE = "none"
    YELLOW = "yellow"  # 黄牌
    RED = "red"  # 红牌
