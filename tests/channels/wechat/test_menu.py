"""A menu is published only within the platform's limits."""

import pytest

from channels.wechat.menu import DEFAULT, BadMenu, Button, Entry, menu_body

PAGES = "https://qd.example.test"
ASK = Entry(name="办事", key="guide")


def test_the_default_menu_offers_the_bots_own_options() -> None:
    body = menu_body(DEFAULT, public_url=PAGES)
    assert body == {
        "button": [
            {
                "name": "办事",
                "sub_button": [
                    {"type": "click", "name": "办事指南", "key": "guide"},
                    {"type": "view", "name": "事项大厅", "url": f"{PAGES}/h5/"},
                ],
            },
            {
                "name": "投诉反映",
                "sub_button": [
                    {"type": "click", "name": "投诉反映", "key": "petition"},
                    {"type": "click", "name": "人工服务", "key": "human"},
                ],
            },
            {"type": "click", "name": "查进度", "key": "progress"},
        ]
    }


@pytest.mark.parametrize(
    "buttons",
    [
        (),
        (Button(name="一", entries=(ASK,)),) * 4,
        (Button(name="一", entries=()),),
        (Button(name="一", entries=(ASK,) * 6),),
        (Button(name="一二三四五六", entries=(ASK, ASK)),),
        (Button(name="", entries=(ASK, ASK)),),
        (Button(name="一", entries=(Entry(name="一二三四五六", key="k"),)),),
        (Button(name="一", entries=(ASK, Entry(name="字" * 21, key="k"))),),
        (Button(name="一", entries=(Entry(name="一", key="k" * 129),)),),
        (Button(name="一", entries=(Entry(name="一"),)),),
        (Button(name="一", entries=(Entry(name="一", key="k", url="/h5/"),)),),
    ],
)
def test_a_menu_over_a_limit_is_refused(buttons: tuple[Button, ...]) -> None:
    with pytest.raises(BadMenu):
        menu_body(buttons, public_url=PAGES)
