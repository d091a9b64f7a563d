"""Run the real server as a process that is killed and started again on the same store and port."""

import asyncio
import secrets
import string
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Self

from tests.support.live import Live, serving
from tests.support.outside_wechat import Account
from tests.support.servers import HOST, free_port

TOKEN = "outside-token"
PLAIN_TOKEN = "outside-plain-token"
AES_KEY = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(42)) + "A"


class Restarting:
    """One installation with a safe and a plain account, whatever process serves it."""

    def __init__(self, folder: Path, *, platform_url: str, extra: str = "", **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.safe, self.plain = safe_account(self.url), plain_account(self.url)
        file = folder / "extra.toml"
        file.write_text(accounts_toml(platform_url) + extra, encoding="utf-8")
        self._settings = {
            "QD_SETTINGS": str(file),
            "QD_LIMITS__MESSAGES_PER_MINUTE": "0",
            "QD_LOG__ACCESS": "false",
            **settings,
        }
        self._running: AbstractContextManager[Live] | None = None
        self.live: Live | None = None

    async def start(self) -> None:
        """Start a process and wait until it is ready, without stopping this loop."""
        self._running = serving(self.folder, port=self.port, **self._settings)
        self.live = await asyncio.to_thread(self._running.__enter__)

    async def kill(self) -> None:
        """End the process at once, as a power cut would."""
        assert self.live is not None
        self.live.kill()
        await self.stop()

    async def stop(self) -> None:
        """End the process in its own good time, if it still runs."""
        if self._running is not None:
            running, self._running, self.live = self._running, None, None
            await asyncio.to_thread(running.__exit__, None, None, None)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            await self.stop()


def safe_account(url: str) -> Account:
    """Return the account in safe mode, as the platform knows it."""
    return Account(url=f"{url}/wechat/main", app_id="wxoutside0000001", token=TOKEN, aes_key=AES_KEY)


def plain_account(url: str) -> Account:
    """Return the account in plain mode, as the platform knows it."""
    return Account(url=f"{url}/wechat/plain", app_id="wxoutside0000002", token=PLAIN_TOKEN)


def accounts_toml(platform_url: str) -> str:
    """Return both accounts as the server's settings have them."""
    return f"""
[wechat]
app_id = "wxoutside0000001"
token = "{TOKEN}"
aes_key = "{AES_KEY}"
secret = "outside-secret"
api_base = "{platform_url}"

[wechat.accounts.plain]
app_id = "wxoutside0000002"
token = "{PLAIN_TOKEN}"
secret = "outside-secret"
mode = "plain"
api_base = "{platform_url}"
"""
