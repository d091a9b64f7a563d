"""Check custom menus by the documented sizes."""

import msgspec
import pytest

from simulators.wechat.errcodes import ApiRefused, Errcode
from simulators.wechat.menu import Button, Menu, check_menu


def click(name: str = "我要诉求", key: str = "petition") -> Button:
    return Button(name=name, type="click", key=key)


def test_the_largest_menu_is_accepted() -> None:
    below = tuple(Button(name="二" * 20, type="view", url="https://example.org/" + "a" * 1_004) for _ in range(5))
    top = tuple(Button(name="办事指南", sub_button=below) for _ in range(3))
    check_menu(Menu(top))
    assert msgspec.json.decode(msgspec.json.encode(Menu(top)), type=Menu) == Menu(top)


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        (Menu(()), Errcode.BUTTON_COUNT_INVALID),
        (Menu((click(),) * 4), Errcode.BUTTON_COUNT_INVALID),
        (Menu((click(name=""),)), Errcode.BUTTON_NAME_SIZE_INVALID),
        (Menu((click(name="一二三四五六"),)), Errcode.BUTTON_NAME_SIZE_INVALID),
        (Menu((click(key=""),)), Errcode.BUTTON_KEY_SIZE_INVALID),
        (Menu((click(key="k" * 129),)), Errcode.BUTTON_KEY_SIZE_INVALID),
        (Menu((Button(name="n", type="view"),)), Errcode.BUTTON_URL_SIZE_INVALID),
        (Menu((Button(name="n", type="tap"),)), Errcode.BUTTON_TYPE_INVALID),
        (Menu((Button(name="n"),)), Errcode.BUTTON_TYPE_INVALID),
        (Menu((Button(name="n", sub_button=(click(),) * 6),)), Errcode.SUB_BUTTON_COUNT_INVALID),
        (Menu((Button(name="n", sub_button=(click(name="二" * 21),)),)), Errcode.SUB_BUTTON_NAME_SIZE_INVALID),
        (Menu((Button(name="n", sub_button=(Button(name="m"),)),)), Errcode.SUB_BUTTON_TYPE_INVALID),
    ],
)
def test_a_menu_against_the_rules_is_refused_with_the_rules_code(menu: Menu, code: Errcode) -> None:
    with pytest.raises(ApiRefused) as refused:
        check_menu(menu)
    assert refused.value.code is code
