"""Make what a demonstration needs and nobody configured: secrets beside the store, and staff accounts."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from services.identity.staff import Role, StaffService
from services.settings import BadSettings
from simulators.wechat.templates import Template

STAFF: Mapping[str, Role] = {
    "agent1": Role.AGENT,
    "agent2": Role.AGENT,
    "supervisor1": Role.SUPERVISOR,
    "clerk1": Role.CLERK,
    "operator1": Role.OPERATOR,
}


UNITS = ("cgj", "gsqy")
"""The units (data/departments.json) whose systems are simulated: they act when told to."""
ACCOUNT_TITLE = "青岛通办"
HEADING = "青岛通办 演示环境已启动"
ACCOUNTS = "演示账号（工作台接口 /desk/api/v1/sessions）"
ADDRESSES = (
    ("市民网页 H5  ", "/h5/"),
    ("模拟微信手机 ", "/simulators/phone/"),
    ("接口说明     ", "/docs"),
    ("健康检查     ", "/health/ready"),
    ("运行指标     ", "/metrics"),
)

PROGRESS = Template(
    template_id="petition-progress",
    title="诉求办理进度通知",
    content="诉求编号:{{character_string1.DATA}}\n当前状态:{{phrase2.DATA}}\n办理单位:{{thing3.DATA}}\n更新时间:{{time4.DATA}}\n说明:{{thing5.DATA}}",
)
"""The template message of the simulated account for every step of a petition."""
PROGRESS_FIELDS = {
    "character_string1": "number",
    "phrase2": "status",
    "thing3": "department",
    "time4": "at",
    "thing5": "text",
}
"""Its fields by our neutral names."""


class DemoSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[demo]: one password for all demonstration accounts; empty: one is made for each at every start."""

    password: str = ""


def kept_secrets(path: Path) -> dict[str, Any]:
    """Return a value for every secret that an installation must be given, below whatever is configured.

    Made at the first start and kept beside the store (readable by its owner alone): a demonstration that starts again
    must still open what it sealed before.

    Raises:
        BadSettings: what is kept cannot be read; new values would lose what the old ones sealed.
    """
    kept = _read(path)
    # What an older release did not make yet is made now; what it made stays.
    made = _made_secrets() | kept
    if made != kept:
        _write(path, made)
    return made


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        return {}
    except msgspec.MsgspecError as error:
        raise BadSettings(f"{path}: {error}; without it what was sealed is lost, delete it to begin anew") from error


def _write(path: Path, made: dict[str, Any]) -> None:
    """Put a file there whole or not at all, never readable by others, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _ = file.write(msgspec.json.encode(made))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


async def open_accounts(staff: StaffService, settings: DemoSettings, *, is_demo: bool) -> dict[str, str]:
    """Give every demonstration account a password and return them by name; outside a demonstration do nothing."""
    if not is_demo:
        return {}
    passwords = {name: settings.password or secrets.token_urlsafe(9) for name in STAFF}
    for name, role in STAFF.items():
        await staff.set_account(name, passwords[name], role=role)
    return passwords


def welcome(outside: str, passwords: Mapping[str, str]) -> str:
    """Return what is printed at the start: where it listens, and in a demonstration every address and account."""
    if not passwords:
        return outside
    addresses = "\n".join(f"  {label}  {outside}{path}" for label, path in ADDRESSES)
    accounts = "\n".join(f"  {name:<12} {password}" for name, password in passwords.items())
    return f"{HEADING}\n{addresses}\n{ACCOUNTS}\n{accounts}"


def _made_secrets() -> dict[str, Any]:
    return {
        "wechat": {
            "app_id": f"wx{secrets.token_hex(8)}",
            "token": secrets.token_hex(16),
            "aes_key": _aes_key(),
            "secret": secrets.token_hex(16),
        },
        "privacy": {"sealing_key": secrets.token_hex(32)},
        "departments": {unit: {"key": f"demo-{unit}", "secret": secrets.token_hex(24)} for unit in UNITS},
    }


def _aes_key() -> str:
    """Return 43 letters and digits that decode to 32 bytes, as the platform's own generator gives them."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key
