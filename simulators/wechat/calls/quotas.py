"""Answer ``clear_quota`` and ``openapi/quota/get`` (查询接口调用额度)."""

import msgspec
from msgspec import Struct

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.errcodes import OK, ApiRefused, Errcode


class ClearRequest(Struct, frozen=True):
    """Name the account whose counts are cleared."""

    appid: str = ""


class QuotaRequest(Struct, frozen=True):
    """Name the API that is asked about."""

    cgi_path: str = ""


def clear(account: Account, asked: Asked) -> Answer:
    """Set the day's counts to nothing.

    Raises:
        ApiRefused: 40013 another account's app id, 48006 after ten times in a month.
    """
    if decoded(asked, ClearRequest).appid != account.settings.app_id:
        raise ApiRefused(Errcode.APP_ID_INVALID)
    account.quotas.clear()
    return OK


def get(account: Account, asked: Asked) -> Answer:
    """Return the day's limit, use and rest of one API."""
    standing = account.quotas.standing(decoded(asked, QuotaRequest).cgi_path)
    return {"errcode": 0, "errmsg": "ok", "quota": msgspec.to_builtins(standing)}
