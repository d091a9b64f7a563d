"""Answer ``menu/create``, ``menu/get`` and ``menu/delete`` (自定义菜单)."""

import msgspec

from simulators.wechat.account import Account
from simulators.wechat.calls.asked import Answer, Asked, decoded
from simulators.wechat.errcodes import OK, ApiRefused, Errcode
from simulators.wechat.menu import Menu, check_menu


def create(account: Account, asked: Asked) -> Answer:
    """Replace the account's menu; a wrong one changes nothing."""
    menu = decoded(asked, Menu)
    check_menu(menu)
    account.menu = menu
    for follower in account.followers.values():
        follower.phone.wake()
    return OK


def get(account: Account, _asked: Asked) -> Answer:
    """Return the menu.

    Raises:
        ApiRefused: 46003 when there is none.
    """
    if account.menu is None:
        raise ApiRefused(Errcode.MENU_MISSING)
    return {"menu": msgspec.to_builtins(account.menu)}


def delete(account: Account, _asked: Asked) -> Answer:
    """Take the menu away."""
    account.menu = None
    return OK
