"""What each of the platform's error codes means for a message of ours.

HTTP 200 is not success: every answer carries ``errcode``. Source: channels.md 1.5 (WxMpErrorMsgEnum, O16).
"""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct


class Remedy(StrEnum):
    """What the caller of an API does about a code."""

    RENEW_TOKEN = "renew_token"  # noqa: S105 - a word, no secret
    OTHER_WAY = "other_way"
    """This way is closed for this person; another way of the same channel may be open."""
    GIVE_UP = "give_up"
    """This person cannot be reached on this account any more."""
    WAIT = "wait"
    ALARM = "alarm"
    """Nobody's message can go out like this: a person must look."""


class Meaning(Struct, frozen=True):
    """One row of the table; ``reason`` is our stable word, ``retry_after`` the wait the code asks for."""

    remedy: Remedy
    reason: str
    retry_after: timedelta | None = None


_DAY_QUOTA = timedelta(hours=1)
"""A spent day quota is tried again hourly: when the platform's day turns is not documented."""

MEANINGS: dict[int, Meaning] = {
    -1: Meaning(Remedy.WAIT, "platform_busy", timedelta(seconds=5)),
    40001: Meaning(Remedy.RENEW_TOKEN, "token_invalid"),
    40014: Meaning(Remedy.RENEW_TOKEN, "token_invalid"),
    42001: Meaning(Remedy.RENEW_TOKEN, "token_expired"),
    40003: Meaning(Remedy.GIVE_UP, "unknown_person"),
    46004: Meaning(Remedy.GIVE_UP, "unknown_person"),
    50005: Meaning(Remedy.GIVE_UP, "not_following"),
    43004: Meaning(Remedy.OTHER_WAY, "not_following"),
    43019: Meaning(Remedy.GIVE_UP, "blocked"),
    43101: Meaning(Remedy.OTHER_WAY, "no_consent"),
    45015: Meaning(Remedy.OTHER_WAY, "outside_window"),
    45047: Meaning(Remedy.OTHER_WAY, "window_spent"),
    45009: Meaning(Remedy.WAIT, "day_quota", _DAY_QUOTA),
    45011: Meaning(Remedy.WAIT, "minute_quota", timedelta(minutes=1)),
    45002: Meaning(Remedy.ALARM, "too_long"),
    47003: Meaning(Remedy.ALARM, "bad_template_value"),
    40037: Meaning(Remedy.ALARM, "bad_template_id"),
    40013: Meaning(Remedy.ALARM, "bad_app_id"),
    40125: Meaning(Remedy.ALARM, "bad_secret"),
    40164: Meaning(Remedy.ALARM, "address_not_allowed"),
    61004: Meaning(Remedy.ALARM, "address_not_allowed"),
    48001: Meaning(Remedy.ALARM, "no_permission"),
    48004: Meaning(Remedy.ALARM, "account_banned"),
    48006: Meaning(Remedy.ALARM, "clear_quota_spent"),
    61450: Meaning(Remedy.WAIT, "desk_system_error", timedelta(seconds=5)),
    61451: Meaning(Remedy.ALARM, "bad_parameter"),
    61452: Meaning(Remedy.ALARM, "no_such_desk_account"),
    40004: Meaning(Remedy.ALARM, "bad_media_type"),
    40007: Meaning(Remedy.OTHER_WAY, "media_gone"),
    40009: Meaning(Remedy.OTHER_WAY, "media_too_large"),
}
"""40013, 40125, 40004, 40007 and 40009 from the platform's list of global return codes (O16)."""

UNKNOWN = Meaning(Remedy.WAIT, "unknown_code", timedelta(minutes=1))


def meaning_of(code: int) -> Meaning:
    """Return what a code means; one we do not know is waited out, and the client raises the alarm."""
    return MEANINGS.get(code, UNKNOWN)


def reason_of(code: int) -> str:
    """Return our stable word for a code, for a record."""
    known = MEANINGS.get(code)
    return known.reason if known else f"errcode_{code}"
