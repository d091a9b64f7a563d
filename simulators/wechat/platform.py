"""Hold the accounts of the simulated platform."""

from collections.abc import Iterable

from services.clock import Clock
from simulators.wechat.account import Account
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.settings import AccountSettings


class Platform:
    """Find accounts by what a caller shows: name, app id and secret, or access token."""

    def __init__(self, accounts: Iterable[AccountSettings], *, clock: Clock) -> None:
        self.accounts = {settings.name: Account(settings, clock=clock) for settings in accounts}

    def account_by_secret(self, app_id: str, secret: str) -> Account:
        """Return the account a token is fetched for.

        Raises:
            ApiRefused: 40013 unknown app id, 40125 wrong secret.
        """
        account = next((found for found in self.accounts.values() if found.settings.app_id == app_id), None)
        if account is None:
            raise ApiRefused(Errcode.APP_ID_INVALID)
        if account.settings.secret != secret:
            raise ApiRefused(Errcode.SECRET_INVALID)
        return account

    def account_by_token(self, token: str) -> Account:
        """Return the account a call is made for.

        Raises:
            ApiRefused: 41001 no token, 40014 malformed, 40001 wrong or replaced, 42001 expired.
        """
        if not token:
            raise ApiRefused(Errcode.TOKEN_MISSING)
        account = next((found for found in self.accounts.values() if found.tokens.knows(token)), None)
        checked = account or next(iter(self.accounts.values()))
        checked.tokens.check(token)
        return checked
