"""Answer ``cgi-bin/token`` and ``cgi-bin/stable_token``."""

from msgspec import Struct

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.platform import Platform

GRANT_TYPE = "client_credential"


class StableTokenRequest(Struct, frozen=True, kw_only=True):
    """Ask for the stable token."""

    grant_type: str = ""
    appid: str = ""
    secret: str = ""
    force_refresh: bool = False


def plain_account(platform: Platform, asked: Asked) -> Account:
    """Return the account a plain token is asked for, by the query parameters."""
    query = asked.query
    return _account(
        platform, query.get("grant_type", ""), app_id=query.get("appid", ""), secret=query.get("secret", "")
    )


def stable_account(platform: Platform, asked: Asked) -> Account:
    """Return the account a stable token is asked for, by the JSON body."""
    request = decoded(asked, StableTokenRequest)
    return _account(platform, request.grant_type, app_id=request.appid, secret=request.secret)


def plain_token(account: Account, _asked: Asked) -> Answer:
    """Issue a new plain token."""
    token, seconds = account.tokens.plain()
    return {"access_token": token, "expires_in": seconds}


def stable_token(account: Account, asked: Asked) -> Answer:
    """Issue or repeat the stable token."""
    token, seconds = account.tokens.stable(force=decoded(asked, StableTokenRequest).force_refresh)
    return {"access_token": token, "expires_in": seconds}


def _account(platform: Platform, grant_type: str, *, app_id: str, secret: str) -> Account:
    if grant_type != GRANT_TYPE:
        raise ApiRefused(Errcode.GRANT_TYPE_INVALID)
    return platform.account_by_secret(app_id, secret)
