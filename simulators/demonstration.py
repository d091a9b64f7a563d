"""Make what a demonstration needs and nobody configured: secrets beside the store, and staff accounts."""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from services.identity.staff import Role, StaffService

STAFF: Mapping[str, Role] = {
    "agent1": Role.AGENT,
    "agent2": Role.AGENT,
    "supervisor1": Role.SUPERVISOR,
    "clerk1": Role.CLERK,
    "operator1": Role.OPERATOR,
}


class DemoSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[demo]: one password for all demonstration accounts; empty: one is made for each at every start."""

    password: str = ""


def kept_secrets(path: Path) -> dict[str, Any]:
    """Return a value for every secret that an installation must be given, below whatever is configured.

    Made at the first start and kept beside the store (readable by its owner alone): a demonstration that starts again
    must still open what it sealed before.
    """
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    made = _made_secrets()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(made))
    return made


def _made_secrets() -> dict[str, Any]:
    return {
        "wechat": {
            "app_id": f"wx{secrets.token_hex(8)}",
            "token": secrets.token_hex(16),
            "aes_key": _aes_key(),
            "secret": secrets.token_hex(16),
        },
        "privacy": {"sealing_key": secrets.token_hex(32)},
    }


async def open_accounts(staff: StaffService, settings: DemoSettings) -> dict[str, str]:
    """Give every demonstration account a password and return them by name."""
    passwords = {name: settings.password or secrets.token_urlsafe(9) for name in STAFF}
    for name, role in STAFF.items():
        await staff.set_account(name, passwords[name], role=role)
    return passwords


def _aes_key() -> str:
    """Return 43 letters and digits that decode to 32 bytes, as the platform's own generator gives them."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key
