"""Describe the evidence that a unit was in touch with the citizen (联系证据)."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ContactWay(StrEnum):
    """How a unit reached the citizen."""

    PHONE = "phone"  # 电话
    VISIT = "visit"  # 上门、现场
    MESSAGE = "message"  # 短信、消息


class Evidence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Evidence that a unit was in touch with the citizen before it answered (联系证据); for staff."""

    at: datetime
    way: ContactWay
    note: str = ""
