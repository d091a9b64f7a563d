"""Serve the simulated WeChat platform alone on a loopback port: ``python -m simulators.standalone --help``.

Whoever has no account with the platform yet starts this beside the server, with ``QD_WECHAT__API_BASE`` pointing here:
without a file of accounts it makes one account, and prints the settings the server needs for it.
"""

import argparse
import base64
import secrets
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from sanic import Sanic

from services.clock import SystemClock
from services.tasks import Tasks
from simulators.demonstration import PROGRESS
from simulators.wechat.settings import AccountSettings, Mode
from simulators.wiring import Plan, attach

AES_KEY_BYTES: Final = 32


class AccountsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold the accounts of a TOML file: ``[[accounts]]`` tables with the fields of ``AccountSettings``."""

    accounts: tuple[AccountSettings, ...]

    @staticmethod
    def read(path: Path) -> "AccountsFile":
        """Return the accounts of a file; msgspec.ValidationError names a field that is missing or wrong."""
        return msgspec.toml.decode(path.read_bytes(), type=AccountsFile)


def made_account(callback_url: str, mode: Mode) -> AccountSettings:
    """Return an account with secrets made now and the demonstration's template."""
    return AccountSettings(
        name="main",
        title="青岛通办",
        app_id=f"wx{secrets.token_hex(8)}",
        original_id=f"gh_{secrets.token_hex(6)}",
        secret=secrets.token_hex(16),
        token=secrets.token_hex(12),
        aes_key=_made_aes_key(),
        mode=mode,
        callback_url=callback_url,
        templates=(PROGRESS,),
    )


def settings_for_server(account: AccountSettings, base: str) -> str:
    """Return the environment the server wants for an account of this platform, one setting a line."""
    values = {
        "API_BASE": base,
        "APP_ID": account.app_id,
        "SECRET": account.secret,
        "TOKEN": account.token,
        "AES_KEY": account.aes_key,
        "MODE": account.mode,
    }
    return "\n".join(f"QD_WECHAT__{name}={value}" for name, value in values.items())


def create_app(
    accounts: tuple[AccountSettings, ...], base: str, *, name: str = "simulated_platforms"
) -> "Sanic[Any, Any]":
    """Return the application: the API at the root as on the platform's own host, controls and phone page below."""
    app: Sanic[Any, Any] = Sanic(name)
    tasks = Tasks()
    plan = Plan(accounts=accounts, public_base=base, api_at_root=True)
    simulators = attach(app, plan, clock=SystemClock(), tasks=tasks)

    async def stop(_app: "Sanic[Any, Any]") -> None:
        await tasks.stop()
        await simulators.close()

    app.register_listener(stop, "before_server_stop")
    return app


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m simulators.standalone", description=__doc__)
    parser.add_argument("--port", type=int, default=8100, help="loopback port to listen on (default 8100)")
    parser.add_argument("--accounts", type=Path, help="TOML file with [[accounts]]; without it one account is made")
    parser.add_argument("--callback", default="http://127.0.0.1:8000/wechat/main", help="callback of the made account")
    parser.add_argument("--mode", type=Mode, default=Mode.SAFE, choices=list(Mode), help="mode of the made account")
    chosen = parser.parse_args(arguments)
    base = f"http://127.0.0.1:{chosen.port}"
    if chosen.accounts:
        accounts = AccountsFile.read(chosen.accounts).accounts
    else:
        accounts = (made_account(chosen.callback, chosen.mode),)
        print(settings_for_server(accounts[0], base), flush=True)  # noqa: T201 - the settings are what it is asked for
    create_app(accounts, base).run(host="127.0.0.1", port=chosen.port, single_process=True, access_log=False)


def _made_aes_key() -> str:
    """Return 43 letters and digits that are the base64 of 32 bytes without its last character."""
    while True:
        key = base64.b64encode(secrets.token_bytes(AES_KEY_BYTES)).decode().removesuffix("=")
        if key.isalnum():
            return key


if __name__ == "__main__":
    main()
