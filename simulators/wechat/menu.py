"""Check a custom menu (自定义菜单) as ``menu/create`` does.

Source: developers.weixin.qq.com, "Creating custom-defined menu": three buttons, five below each; names at most 16
bytes above and 60 below, keys 128 bytes, addresses 1,024 bytes.
"""

from typing import Final

from msgspec import Struct

from simulators.wechat.errcodes import ApiRefused, Errcode

BUTTONS: Final = 3
SUB_BUTTONS: Final = 5
NAME_BYTES: Final = 16
SUB_NAME_BYTES: Final = 60
KEY_BYTES: Final = 128
URL_BYTES: Final = 1_024
KEYED: Final = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
LINKED: Final = frozenset({"view", "miniprogram"})


class Button(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Describe one button: with buttons below it, or with a type and its key or address."""

    name: str
    type: str = ""
    key: str = ""
    url: str = ""
    appid: str = ""
    pagepath: str = ""
    sub_button: tuple["Button", ...] = ()


class Menu(Struct, frozen=True):
    """Hold a whole menu, as it is sent and as it is shown."""

    button: tuple[Button, ...]


def check_menu(menu: Menu) -> None:
    """Accept a menu.

    Raises:
        ApiRefused: 40016 to 40025, whichever rule it breaks first.
    """
    if not 1 <= len(menu.button) <= BUTTONS:
        raise ApiRefused(Errcode.BUTTON_COUNT_INVALID)
    for button in menu.button:
        _check_size(button.name, NAME_BYTES, wrong=Errcode.BUTTON_NAME_SIZE_INVALID)
        if not button.sub_button:
            _check_action(button, Errcode.BUTTON_TYPE_INVALID)
        if len(button.sub_button) > SUB_BUTTONS:
            raise ApiRefused(Errcode.SUB_BUTTON_COUNT_INVALID)
        for below in button.sub_button:
            _check_size(below.name, SUB_NAME_BYTES, wrong=Errcode.SUB_BUTTON_NAME_SIZE_INVALID)
            _check_action(below, Errcode.SUB_BUTTON_TYPE_INVALID)


def _check_action(button: Button, wrong_type: Errcode) -> None:
    if button.type in KEYED:
        _check_size(button.key, KEY_BYTES, wrong=Errcode.BUTTON_KEY_SIZE_INVALID)
    elif button.type in LINKED:
        _check_size(button.url, URL_BYTES, wrong=Errcode.BUTTON_URL_SIZE_INVALID)
    else:
        raise ApiRefused(wrong_type)


def _check_size(value: str, largest: int, *, wrong: Errcode) -> None:
    if not 1 <= len(value.encode()) <= largest:
        raise ApiRefused(wrong)
