"""Start the platform alone, as whoever has no account yet does."""

from pathlib import Path
from uuid import uuid4

import aiohttp
import msgspec
import pytest

from simulators.standalone import AccountsFile, create_app, made_account, settings_for_server
from simulators.wechat.settings import Mode
from simulators.wechat.templates import TemplateKind
from tests.support.running import running

ACCOUNTS = """
[[accounts]]
name = "main"
title = "青岛通办"
app_id = "wx5123456789abcdef"
original_id = "gh_0123456789ab"
secret = "secret"
token = "token"
mode = "plain"
callback_url = "http://127.0.0.1:8000/wechat/main"

[[accounts.templates]]
template_id = "t1"
title = "诉求进度通知"
content = "诉求编号:{{character_string1.DATA}}"
kind = "long_term"
"""


async def test_the_printed_settings_fetch_a_token_at_the_root() -> None:
    # Given the settings made for a server
    account = made_account("http://127.0.0.1:8000/wechat/main", Mode.SAFE)
    lines = settings_for_server(account, "http://127.0.0.1:8100").splitlines()
    settings = dict(line.removeprefix("QD_WECHAT__").split("=", 1) for line in lines)
    assert len(settings["AES_KEY"]) == 43
    # When the application runs and a server uses them
    app = create_app((account,), settings["API_BASE"], name=f"standalone_{uuid4().hex}")
    asked = {"grant_type": "client_credential", "appid": settings["APP_ID"], "secret": settings["SECRET"]}
    async with running(app) as base, aiohttp.ClientSession() as session:
        async with session.post(f"{base}/cgi-bin/stable_token", json=asked) as response:
            answer = await response.json(content_type=None)
        async with session.get(f"{base}/simulators/phone/") as page:
            assert page.status == 200
    # Then they fit
    assert answer["expires_in"] == 7200


async def test_accounts_can_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text(ACCOUNTS, encoding="utf-8")
    (account,) = AccountsFile.read(path).accounts
    assert (account.mode, account.templates[0].kind) == (Mode.PLAIN, TemplateKind.LONG_TERM)


def test_a_typing_error_in_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text(ACCOUNTS.replace("callback_url", "callbak_url"), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="callbak_url"):
        AccountsFile.read(path)
