"""The account's menu bar (自定义菜单): what it offers, checked against the platform's limits before it is published.

A click brings the key of an option the bot knows from its own menus; a view opens a page. Source: channels.md 1.6 (O13, O14).
"""

from collections.abc import Mapping

import structlog
from msgspec import Struct

from channels.wechat.client import WeChatClient
from channels.wechat.render import absolute
from channels.wechat.wording import (
    MENU_ASK,
    MENU_GUIDE,
    MENU_HUMAN,
    MENU_MINE,
    MENU_PAGES,
    MENU_PETITION,
    MENU_PROGRESS,
)
from services.outbox.send_errors import SendFailed

log = structlog.get_logger()

BUTTONS_MOST = 3
ENTRIES_MOST = 5
_NAME_BYTES = 16
_ENTRY_NAME_BYTES = 60
_KEY_BYTES = 128


class BadMenu(ValueError):
    """A menu the platform would refuse; the text names the entry and the limit."""


class Entry(Struct, frozen=True, kw_only=True):
    """One thing to tap: exactly one of ``key`` (what the bot hears) and ``url`` (absolute, or a path of ours)."""

    name: str
    key: str = ""
    url: str = ""


class Button(Struct, frozen=True, kw_only=True):
    """One of the three columns: a name over up to five entries."""

    name: str
    entries: tuple[Entry, ...]


DEFAULT = (
    Button(name=MENU_ASK, entries=(Entry(name=MENU_GUIDE, key="guide"), Entry(name=MENU_PAGES, url="/h5/"))),
    Button(
        name=MENU_PETITION, entries=(Entry(name=MENU_PETITION, key="petition"), Entry(name=MENU_HUMAN, key="human"))
    ),
    Button(name=MENU_MINE, entries=(Entry(name=MENU_PROGRESS, key="progress"),)),
)
"""The capabilities of the bot, under the ids of its own options."""


def menu_body(buttons: tuple[Button, ...], *, public_url: str) -> dict[str, object]:
    """Return the JSON that publishes a menu; a column of one entry is that entry.

    Raises:
        BadMenu: it breaks a limit of the platform.
    """
    if not 1 <= len(buttons) <= BUTTONS_MOST:
        raise BadMenu(f"{len(buttons)} buttons, 1 to {BUTTONS_MOST} are possible")
    return {"button": [_button(button, public_url) for button in buttons]}


def _button(button: Button, public_url: str) -> dict[str, object]:
    if not 1 <= len(button.entries) <= ENTRIES_MOST:
        raise BadMenu(f"{button.name}: {len(button.entries)} entries, 1 to {ENTRIES_MOST} are possible")
    if len(button.entries) == 1:
        return _entry(button.entries[0], public_url, name_bytes=_NAME_BYTES)
    entries = [_entry(entry, public_url, name_bytes=_ENTRY_NAME_BYTES) for entry in button.entries]
    return {"name": _fitting(button.name, _NAME_BYTES), "sub_button": entries}


def _entry(entry: Entry, public_url: str, *, name_bytes: int) -> dict[str, object]:
    name = _fitting(entry.name, name_bytes)
    if bool(entry.key) == bool(entry.url):
        raise BadMenu(f"{entry.name}: exactly one of key and url")
    if entry.key:
        return {"type": "click", "name": name, "key": _fitting(entry.key, _KEY_BYTES)}
    return {"type": "view", "name": name, "url": absolute(entry.url, public_url)}


def _fitting(text: str, most: int) -> str:
    if not 1 <= len(text.encode()) <= most:
        raise BadMenu(f"{text}: {len(text.encode())} bytes, 1 to {most} are possible")
    return text


async def publish_menus(clients: Mapping[str, WeChatClient], *, public_url: str) -> None:
    """Give every account the bot's own menu bar."""
    for name, client in clients.items():
        try:
            await client.create_menu(menu_body(DEFAULT, public_url=public_url))
        except SendFailed as failure:
            log.warning("menu not published", account=name, reason=failure.reason)
