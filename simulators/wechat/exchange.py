"""Tie the parts of the simulated platform together: accounts, the caller and people's phones."""

from collections.abc import Iterable

from services.clock import Clock
from simulators.wechat.account import Account
from simulators.wechat.caller import Caller
from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.follower import Follower
from simulators.wechat.handset import Handset
from simulators.wechat.platform import Platform
from simulators.wechat.settings import AccountSettings
from simulators.wechat.wording import PEOPLE


class Exchange:
    """Be the whole simulated platform, driven in process.

    Args:
        accounts: what is registered.
        caller: calls the developers' servers.
        media_base: address under which ``wiring`` serves people's pictures.
    """

    def __init__(
        self,
        accounts: Iterable[AccountSettings],
        *,
        clock: Clock,
        caller: Caller,
        media_base: str,
    ) -> None:
        self.platform = Platform(accounts, clock=clock)
        self.caller = caller
        self._media_base = media_base
        for account in self.platform.accounts.values():
            for nickname in PEOPLE:
                account.person(nickname)

    def account(self, name: str) -> Account:
        """Return an account by its control name; KeyError for an unknown one."""
        return self.platform.accounts[name]

    def phone(self, account: str, nickname: str = PEOPLE[0]) -> Handset:
        """Return a person's phone; a nickname nobody has makes a new person."""
        return self._handset(self.account(account), self.account(account).person(nickname))

    def phone_by_openid(self, openid: str) -> Handset:
        """Return a phone by openid.

        Raises:
            ApiRefused: 40003, no account knows it.
        """
        for account in self.platform.accounts.values():
            if openid in account.followers:
                return self._handset(account, account.followers[openid])
        raise ApiRefused(Errcode.OPENID_INVALID)

    async def close(self) -> None:
        """Close the connections to developers' servers."""
        await self.caller.close()

    def _handset(self, account: Account, follower: Follower) -> Handset:
        return Handset(account, follower, caller=self.caller, media_base=self._media_base)
